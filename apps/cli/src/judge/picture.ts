import type { MetricVerdict } from '@nexus/judge'
import { table } from '../io.ts'
import { clock } from './series.ts'

export type Point = { readonly atSeconds: number; readonly metric: MetricVerdict }

const width = 49
const widest = 16

/** Where a ratio lies on the track, from 1/16 to 16, logarithmic. */
const column = (ratio: number): number =>
  Math.round(((Math.log(Math.min(Math.max(ratio, 1 / widest), widest)) / Math.log(widest) + 1) / 2) * (width - 1))

/** The rates so far and the bounds of their ratio, look by look: `[` and `]` bounds, `*` the ratio seen, `|` as bad as stable. */
export function picture(points: readonly Point[], most = 16): string {
  const every = Math.max(1, Math.ceil(points.length / most))
  const shown = points.filter((_, at) => at % every === (points.length - 1) % every)
  const rows = shown.map(({ atSeconds, metric }) => [
    clock(atSeconds),
    rate(metric.stable.rate ?? metric.objective ?? null),
    rate(metric.canary.rate),
    track(metric),
    metric.decision === 'undecided' ? '' : metric.decision,
  ])
  return table(['time', 'stable', 'canary', scale(), ''], rows)
}

const rate = (value: number | null): string => (value === null ? '-' : `${Number((value * 100).toPrecision(2))} %`)

function track({ ratio, stable, canary, objective }: MetricVerdict): string {
  const cells = Array.from({ length: width }, () => ' ')
  const low = column(ratio.low)
  const high = column(ratio.high ?? widest)
  for (let at = low; at <= high; at += 1) cells[at] = '-'
  cells[column(1)] = '|'
  const reference = stable.rate ?? objective ?? 0
  if (reference > 0 && canary.rate !== null) cells[column(canary.rate / reference)] = '*'
  cells[low] = ratio.low > 1 / widest ? '[' : '<'
  cells[high] = ratio.high !== null && ratio.high < widest ? ']' : '>'
  return cells.join('').trimEnd()
}

/** The head of the track: ratios above their places. */
function scale(): string {
  const cells = Array.from({ length: width }, () => ' ')
  for (const [ratio, name] of [
    [1 / 8, '1/8'],
    [1 / 4, '1/4'],
    [1 / 2, '1/2'],
    [1, '1x'],
    [2, '2x'],
    [4, '4x'],
    [8, '8x'],
  ] as const) {
    const from = column(ratio) - Math.floor(name.length / 2)
    for (const [at, letter] of [...name].entries()) cells[from + at] = letter
  }
  return cells.join('').trimEnd()
}
