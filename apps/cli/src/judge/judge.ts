import { type MetricPlan, observe, startTrial, type Trial, type TrialPlan, type Verdict, verdict } from '@nexus/judge'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail, misused } from '../failure.ts'
import { readObject, several } from '../show.ts'
import { type Point, picture } from './picture.ts'
import { clock, type Look, type Series } from './series.ts'
import { readCsv } from './series-csv.ts'

export type JudgeOptions = {
  readonly file: string
  readonly counters: boolean
  readonly plan?: string
  readonly alpha: number
  readonly beta: number
  readonly harm: number
  readonly toleratedRatio: number
  readonly toleratedAbsolute: number
  readonly objective?: number
  readonly failsTogether?: number
  readonly advisory: readonly string[]
}

export const judgeCommand = (deps: Deps) =>
  withExamples(
    new Command('judge')
      .argument('<file>', 'a CSV of counts, or JSON with answers of Prometheus to query_range; - for stdin')
      .option('--counters', 'the CSV holds running totals, not what came since the row before', false)
      .option('--plan <file>', 'a whole plan as YAML or JSON, in place of the options below')
      .option('--alpha <chance>', 'of a stop though the canary is no worse, over the whole trial', number, 0.01)
      .option('--beta <chance>', 'of a go though the canary has the smallest harm', number, 0.05)
      .option('--harm <ratio>', 'the smallest harm worth detecting: so many times the stable rate', number, 2)
      .option('--tolerated-ratio <ratio>', 'up to so many times the stable rate is no harm', number, 1)
      .option('--tolerated-absolute <rate>', 'up to so much above the stable rate is no harm', number, 0)
      .option('--objective <rate>', 'the share of bad requests that is promised', number)
      .option('--fails-together <n>', 'so many requests can fail by one cause and count as one', number)
      .option('--advisory <metrics>', 'metrics that only speak', several, [])
      .description('Judge a canary by two series of counts: 0 go, 1 stop, 3 undecided')
      .action((file: string, options: Omit<JudgeOptions, 'file'>) => judge(deps, { file, ...options })),
    'nexusctl judge rollout.csv',
    'nexusctl judge counters.csv --counters --harm 1.5 --tolerated-absolute 0.001',
    'nexusctl judge prometheus.json -o json; echo $?',
  )

const exits = { go: 0, stop: 1, undecided: 3 } as const

export async function judge(deps: Deps, options: JudgeOptions): Promise<void> {
  const { io } = deps
  const series = await readSeries(await deps.readText(options.file), options)
  const plan =
    options.plan === undefined ? planOf(series, options) : ((await readPlan(deps, options.plan)) as TrialPlan)
  const { trial, points, stoppedAt } = judged(startTrial(plan), series.looks)
  const [first] = series.looks
  const elapsedSeconds = (series.looks.at(-1)?.atSeconds ?? 0) - (first?.atSeconds ?? 0)
  const found = verdict(trial, { elapsedSeconds })
  deps.verdict(exits[found.decision])
  const notes = [...new Set(series.notes)]
  const looks = series.looks.length
  io.answer({ ...found, stoppedAt: stoppedAt ?? null, looks, notes, plan }, () =>
    [
      ...plan.metrics.flatMap(({ name }) => [
        `${name}:`,
        picture(points.filter((each) => each.metric.name === name)),
        '',
      ]),
      ...notes.slice(0, 10).map((each) => `note: ${each}`),
      ...(notes.length > 10 ? [`note: ${notes.length - 10} more, all with -o json`] : []),
      planLine(plan),
      ...found.metrics.filter((each) => each.name !== found.metric).map((each) => `also: ${each.because}`),
      ...(stoppedAt === undefined ? [] : [`stopped at ${stoppedAt}`]),
      headline(found),
    ].join('\n'),
  )
}

const words = { go: 'GO', stop: 'STOP', undecided: 'UNDECIDED' } as const
const headline = ({ decision, because }: Verdict): string => `${words[decision]}: ${because}`

function planLine({ alpha, beta, metrics }: TrialPlan): string {
  const each = metrics.map(({ name, critical, smallestHarm, tolerated = {}, objective }) =>
    [
      `${name}${critical ? '' : ' (advisory)'} ${smallestHarm.ratio} times`,
      ...(tolerated.ratio && tolerated.ratio > 1 ? [`tolerated ${tolerated.ratio} times`] : []),
      ...(tolerated.absolute ? [`tolerated ${tolerated.absolute} on top`] : []),
      ...(objective === undefined ? [] : [`objective ${objective}`]),
    ].join(', '),
  )
  return `plan: alpha ${alpha}, beta ${beta}, smallest harm: ${each.join('; ')}`
}

async function readSeries(text: string, { counters }: JudgeOptions): Promise<Series> {
  const series = /^\s*[[{]/.test(text)
    ? (await import('./series-prometheus.ts')).readPrometheus(text)
    : readCsv(text, { counters })
  if (series.looks.length > 0) return series
  throw fail(
    'judge.no_looks',
    'invalid',
    'The file holds no look at anything.',
    'Running totals need two rows at least: what counts is what came between them.',
  )
}

function planOf({ looks }: Series, options: JudgeOptions): TrialPlan {
  const names = [...new Set(looks.map((each) => each.metric))]
  const stranger = options.advisory.find((each) => !names.includes(each))
  if (stranger !== undefined) throw misused(`The file has no metric ${stranger}; it has ${names.join(', ')}.`)
  const metrics = names.map(
    (name): MetricPlan => ({
      name,
      critical: !options.advisory.includes(name),
      smallestHarm: { ratio: options.harm },
      ...(options.toleratedRatio === 1 && options.toleratedAbsolute === 0
        ? {}
        : { tolerated: { ratio: options.toleratedRatio, absolute: options.toleratedAbsolute } }),
      ...(options.objective === undefined ? {} : { objective: options.objective }),
      ...(options.failsTogether === undefined ? {} : { failsTogether: { unit: 'burst', most: options.failsTogether } }),
    }),
  )
  return { alpha: options.alpha, beta: options.beta, metrics }
}

async function readPlan(deps: Deps, file: string): Promise<unknown> {
  const { z } = await import('zod')
  const Plan = z.strictObject({
    alpha: z.number(),
    beta: z.number(),
    metrics: z.array(
      z.strictObject({
        name: z.string(),
        critical: z.boolean(),
        smallestHarm: z.strictObject({ ratio: z.number() }),
        tolerated: z.strictObject({ ratio: z.number().optional(), absolute: z.number().optional() }).optional(),
        objective: z.number().optional(),
        failsTogether: z.strictObject({ unit: z.string(), most: z.number() }).optional(),
      }),
    ),
    floor: z.strictObject({ requests: z.number(), seconds: z.number() }).optional(),
    ceiling: z.strictObject({ requests: z.number().optional(), seconds: z.number() }).optional(),
  })
  const read = Plan.safeParse(await readObject(deps, file))
  if (read.success) return read.data
  throw fail('judge.bad_plan', 'invalid', `${file} holds no plan: ${z.prettifyError(read.error).split('\n')[0]}`)
}

/** Look by look, as it would have gone; a point for the picture after each moment. */
function judged(start: Trial, looks: readonly Look[]) {
  const points: Point[] = []
  let trial = start
  let stoppedAt: string | undefined
  for (const [at, { atSeconds, ...sample }] of looks.entries()) {
    trial = observe(trial, sample)
    if (trial.stopped !== undefined) stoppedAt ??= `${clock(atSeconds)}, look ${at + 1} of ${looks.length}`
    if (looks[at + 1]?.atSeconds === atSeconds) continue
    points.push(...verdict(trial).metrics.map((metric) => ({ atSeconds, metric })))
  }
  return { trial, points, stoppedAt }
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw misused(`${text} is no number.`)
  return value
}
