import { plainText } from '../../platform/plain-text.ts'

const shortest = 8
const longest = 4096
const instead = '[secret]'

/** What is looked for: each line of a secret that is long enough to be nothing else, the longest first. */
export function wordsOf(secrets: readonly string[]): readonly string[] {
  const lines = secrets
    .flatMap((each) => plainText(each, Number.POSITIVE_INFINITY).split('\n'))
    .map((each) => each.trim())
    .filter((each) => each.length >= shortest && each.length <= longest && !each.startsWith('-----'))
  return [...new Set(lines)].sort((a, b) => b.length - a.length)
}

const masked = (text: string, words: readonly string[]): string =>
  words.reduce((rest, word) => rest.replaceAll(word, instead), text)

/** Text of a person, all at once. */
export const maskText = (text: string, secrets: readonly string[]): string =>
  masked(plainText(text, Number.POSITIVE_INFINITY), wordsOf(secrets))

/**
 * Text of a host as it comes, in pieces cut anywhere: control and bidirectional characters go first, so that none of them
 * can stand inside a secret; then the secrets. The end of a piece that may be the beginning of one waits for the next.
 */
export function outputMask(secrets: readonly string[]) {
  const words = wordsOf(secrets)
  const reach = (words[0]?.length ?? 1) - 1
  const decoder = new TextDecoder()
  let held = ''

  /** From where on the text may be a word that is not whole yet. */
  function openFrom(text: string): number {
    for (let from = Math.max(0, text.length - reach); from < text.length; from += 1) {
      const end = text.slice(from)
      if (words.some((word) => word.length > end.length && word.startsWith(end))) return from
    }
    return text.length
  }

  return {
    push(bytes: Buffer): string {
      const text = masked(held + plainText(decoder.decode(bytes, { stream: true }), Number.POSITIVE_INFINITY), words)
      const from = openFrom(text)
      held = text.slice(from)
      return text.slice(0, from)
    },
    end(): string {
      const rest = held + plainText(decoder.decode(), Number.POSITIVE_INFINITY)
      held = ''
      return masked(rest, words)
    },
  }
}
