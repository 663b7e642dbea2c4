import type { Count } from '@nexus/judge'
import { fail } from '../failure.ts'
import { type Look, looksBetween, type Reading, type Series } from './series.ts'

const known = [
  'time',
  'metric',
  'stratum',
  'id',
  'weight',
  'stable_bad',
  'stable_total',
  'canary_bad',
  'canary_total',
] as const
type Column = (typeof known)[number]
const needed: readonly Column[] = ['time', 'canary_bad', 'canary_total']

/** A CSV with a head; the columns may come in any order, and docs/guides/verdicts.md says what each is. */
export function readCsv(text: string, { counters }: { readonly counters: boolean }): Series {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const head = (lines[0] ?? '').split(',').map((each) => each.trim())
  const strange = head.filter((each) => !known.includes(each as Column))
  const missing = needed.filter((each) => !head.includes(each))
  if (strange.length > 0 || missing.length > 0) {
    const what =
      missing.length > 0 ? `has no column ${missing.join(', ')}` : `has the unknown column ${strange.join(', ')}`
    throw badFile(`The file ${what}.`, `Its first line names columns: ${known.join(',')}.`)
  }
  const rows = lines
    .slice(1)
    .map((line, index) => rowOf(head, line, index + 2))
    .sort((one, other) => one.atSeconds - other.atSeconds)
  if (counters) return looksBetween(rows)
  return { looks: rows.map(withoutWeight), notes: [] }
}

type Row = Reading & Look & { readonly stable?: Count; readonly canary: Count }

/** A row of increments has one weight by itself: it ends where the weight changes. */
const withoutWeight = ({ weight: _, ...look }: Row): Look => look

function rowOf(head: readonly string[], line: string, at: number): Row {
  const cells = line.split(',').map((each) => each.trim())
  const cell = (column: Column): string => cells[head.indexOf(column)] ?? ''
  const number = (column: Column): number => {
    const value = Number(cell(column))
    if (cell(column) !== '' && Number.isFinite(value) && value >= 0) return value
    throw badFile(`Line ${at}: ${column} is \`${cell(column)}\`, not a number from 0 on.`)
  }
  const optional = (column: 'stratum' | 'id') => (cell(column) === '' ? {} : { [column]: cell(column) })
  const hasStable = cell('stable_total') !== ''
  return {
    atSeconds: timeOf(cell('time'), at),
    metric: cell('metric') || 'errors',
    ...optional('stratum'),
    ...optional('id'),
    ...(cell('weight') === '' ? {} : { weight: number('weight') }),
    ...(hasStable ? { stable: { bad: number('stable_bad'), total: number('stable_total') } } : {}),
    canary: { bad: number('canary_bad'), total: number('canary_total') },
  }
}

function timeOf(text: string, at: number): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (Number.isFinite(seconds)) return seconds
  throw badFile(`Line ${at}: the time \`${text}\` is neither seconds nor a date like 2026-03-01T14:05:00Z.`)
}

const badFile = (message: string, hint?: string) => fail('judge.bad_file', 'invalid', message, hint)
