import type { Counter } from '@nexus/judge'
import { z } from 'zod'
import { fail } from '../failure.ts'
import { looksBetween, type Reading, type Series } from './series.ts'

const Answer = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
})
const Arm = z.object({ bad: Answer, total: Answer })
const Metric = z.object({
  metric: z.string().default('errors'),
  stable: Arm.optional(),
  canary: Arm,
  /** The canary's share of the traffic, as one series. */
  weight: Answer.optional(),
})
type Arm = z.infer<typeof Arm>
type Metric = z.infer<typeof Metric>

/** One object, or a list of them, of answers of Prometheus to query_range on counters. */
export function readPrometheus(text: string): Series {
  const read = z.union([Metric.transform((each) => [each]), z.array(Metric)]).safeParse(parsed(text))
  if (!read.success) {
    throw fail(
      'judge.bad_file',
      'invalid',
      `The file holds no answers of query_range: ${z.prettifyError(read.error).split('\n')[0]}`,
      'It is {"metric", "stable": {"bad", "total"}, "canary": {"bad", "total"}, "weight"}, each an answer as Prometheus gave it.',
    )
  }
  const parts = read.data.map((metric) => looksBetween(readingsOf(metric)))
  return {
    looks: parts.flatMap((each) => each.looks).sort((one, other) => one.atSeconds - other.atSeconds),
    notes: parts.flatMap((each) => each.notes),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw fail('judge.bad_file', 'invalid', `The file is no JSON: ${error instanceof Error ? error.message : error}.`)
  }
}

function readingsOf({ metric, stable, canary, weight }: Metric): Reading[] {
  const canaryAt = byTime(canary)
  const stableAt = stable && byTime(stable)
  const weightAt = new Map(weight?.data.result[0]?.values ?? [])
  return [...canaryAt.keys()]
    .sort((one, other) => one - other)
    .map((atSeconds) => {
      const share = weightAt.get(atSeconds)
      return {
        atSeconds,
        metric,
        ...(share === undefined ? {} : { weight: Number(share) }),
        ...(stableAt ? { stable: stableAt.get(atSeconds) ?? {} } : {}),
        canary: canaryAt.get(atSeconds) ?? {},
      }
    })
}

/**
 * Counters by series, then by time. A bad series and its total need not have the same labels (a total by code has more): they
 * are paired by the labels of the total's series where those agree, and a total without bad ones has none.
 */
function byTime({ bad, total }: Arm): Map<number, Record<string, Counter>> {
  const bads = new Map(bad.data.result.map((each) => [nameOf(each.metric), new Map(each.values)]))
  const totals = total.data.result.map((each) => nameOf(each.metric))
  const alone = [...bads.keys()].filter((name) => !totals.includes(name))
  if (alone.length > 0) {
    throw fail(
      'judge.bad_file',
      'invalid',
      `The series ${alone[0]} counts bad requests and has no total with the same labels.`,
      'Sum both queries by the same labels, for instance: sum by (instance) (http_requests_total{code=~"5.."}).',
    )
  }
  const found = new Map<number, Record<string, Counter>>()
  for (const { metric, values } of total.data.result) {
    const name = nameOf(metric)
    for (const [at, value] of values) {
      const counter = { bad: Number(bads.get(name)?.get(at) ?? 0), total: Number(value) }
      found.set(at, { ...found.get(at), [name]: counter })
    }
  }
  return found
}

/** Labels but for the name, which differs between the two queries. */
const nameOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .filter(([label]) => label !== '__name__')
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([label, value]) => `${label}=${value}`)
    .join(',') || 'all'
