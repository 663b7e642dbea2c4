import type { Tone } from './clock-words.ts'

type Word = { readonly word: string; readonly tone: Tone; readonly mark: string }

const unknown: Word = { word: 'unknown', tone: 'unsure', mark: '?' }

const checkWords: Readonly<Record<string, Word>> = {
  pass: { word: 'pass', tone: 'good', mark: '✓' },
  warn: { word: 'warn', tone: 'warn', mark: '!' },
  fail: { word: 'fail', tone: 'bad', mark: '✕' },
  unknown,
  not_applicable: { word: 'not applicable', tone: 'quiet', mark: '–' },
  not_built: { word: 'not built yet', tone: 'later', mark: '○' },
}

/** A status nobody has told us about is `unknown`, never `pass`. */
export const checkWord = (status: string): Word =>
  Object.hasOwn(checkWords, status) ? (checkWords[status] ?? unknown) : unknown

const order = ['fail', 'unknown', 'warn', 'pass', 'not built yet', 'not applicable']

/** What refuses first, then what warns; within one status as they came. */
export const worstFirst = <T extends { readonly status: string }>(checks: readonly T[]): readonly T[] =>
  [...checks].sort((a, b) => order.indexOf(checkWord(a.status).word) - order.indexOf(checkWord(b.status).word))

/** `1 fail`, `2 unknown`, `14 pass`: only what there is, the worst first. */
export const countWords = (checks: readonly { readonly status: string }[]): readonly (Word & { count: number })[] =>
  worstFirst(checks).reduce<(Word & { count: number })[]>((counts, { status }) => {
    const word = checkWord(status)
    const known = counts.find((each) => each.word === word.word)
    if (known) known.count += 1
    else counts.push({ ...word, count: 1 })
    return counts
  }, [])

const stateTones: Readonly<Record<string, Tone>> = {
  Live: 'good',
  Blocked: 'bad',
  Incident: 'bad',
  Cancelled: 'quiet',
  Draft: 'quiet',
}
export const stateTone = (state: string): Tone => stateTones[state] ?? 'plain'

const waitingWords: Readonly<Record<string, string>> = { us: 'us', customer: 'the customer', provider: 'the provider' }
export const waitingWord = (waitingFor: string | undefined): string =>
  waitingFor === undefined ? '' : (waitingWords[waitingFor] ?? waitingFor)
