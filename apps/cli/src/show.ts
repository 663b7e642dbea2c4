import type { Deps } from './deps.ts'
import { fail, misused } from './failure.ts'
import { duration } from './io.ts'

/** `name  value` lines of one thing; what is not there is left out. */
export function facts(pairs: readonly (readonly [name: string, value: string | number | undefined])[]): string {
  const there = pairs.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...there.map(([name]) => name.length))
  return there
    .map(([name, value]) => `${name.padEnd(width)}  ${String(value).replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`)
    .join('\n')
}

/** 2026-03-01 14:05 UTC */
export const moment = (iso: string | undefined): string | undefined => {
  if (iso === undefined) return undefined
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export const secondsSince = (iso: string, now: Date): number => (now.getTime() - new Date(iso).getTime()) / 1000

export const since = (iso: string | undefined, now: Date): string =>
  iso === undefined ? '' : duration(secondsSince(iso, now))

/** `in 40 min 3 s`, `5 min 0 s ago`. */
export function relative(iso: string | undefined, now: Date): string {
  if (iso === undefined) return ''
  const seconds = secondsSince(iso, now)
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`
}

export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

/** A YAML or JSON file that holds one object. */
export async function readObject(deps: Pick<Deps, 'readText'>, file: string): Promise<Record<string, unknown>> {
  const text = await deps.readText(file)
  const { parse } = await import('yaml')
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 0, logLevel: 'error' })
    // What nests too deeply to be written cannot be sent either.
    JSON.stringify(value)
  } catch (error) {
    throw fail(
      'cli.bad_file',
      'invalid',
      `${file} is neither YAML nor JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw fail('cli.bad_file', 'invalid', `${file} does not hold an object.`)
}

export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < 1 || number > most) throw misused(`${text} is no number from 1 to ${most}.`)
    return number
  }
}

export const several = (word: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...word.split(','),
]

/** For an option that may be said again. */
export const also = (value: string, before: readonly string[]): readonly string[] => [...before, value]

export const limitOption = ['--limit <n>', 'at most so many', wholeNumber(10_000), 100] as const

/** A list, and a word where it was cut. */
export function sayMore(
  { io }: Pick<Deps, 'io'>,
  found: { readonly more: boolean; readonly items: readonly unknown[] },
): void {
  if (found.more) io.say(`There are more than these ${found.items.length}: --limit takes a larger number.`)
}
