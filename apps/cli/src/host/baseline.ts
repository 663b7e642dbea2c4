import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { failedRun } from '../failure.ts'
import { duration } from '../io.ts'
import { failedStep } from '../run/run.ts'
import { watchRun } from '../run/watch.ts'
import { hostArgument, hostIdOf } from './host.ts'

type Report = AnswerOf<'compareBaseline'>

export type BaselineOptions = { readonly host: string; readonly compare?: boolean }

export const baselineCommand = (deps: Deps) =>
  withExamples(
    new Command('baseline')
      .argument(...hostArgument)
      .option('--compare', 'change nothing, only tell what differs: 0 when nothing does, 1 otherwise')
      .description('Bring a host to its baseline; doing it twice changes nothing')
      .action((host: string, options: Omit<BaselineOptions, 'host'>) => baseline(deps, { host, ...options })),
    'nexusctl host baseline nexus-acme-prod',
    'nexusctl host baseline nexus-acme-prod --compare',
  )

export async function baseline(deps: Deps, { host, compare = false }: BaselineOptions): Promise<void> {
  const { api, io, verdict } = deps
  const hostId = await hostIdOf(api, host)
  if (!compare) io.say(`Bringing ${host} to its baseline...`)
  const params = { hostId }
  const report = compare
    ? await api.call('compareBaseline', { params, timeoutSeconds: 280 })
    : await applied(deps, hostId)
  if (compare) verdict(report.differs > 0 ? 1 : 0)
  io.answer(report, () => reportText(report, compare))
}

/** Minutes of work are a run: it is watched, and what it did is asked afterwards. */
async function applied(deps: Deps, hostId: string): Promise<Report> {
  const params = { hostId }
  const { runId } = await deps.api.call('applyBaseline', { params })
  const run = await watchRun(deps, { runId })
  if (run.state === 'done') return deps.api.call('getBaselineReport', { params })
  const failure = run.failure ?? failedStep(run)?.failure
  throw failedRun({ id: run.id, state: run.state, ...(failure ? { failure } : {}) })
}

function reportText(report: Report, compare: boolean): string {
  const lines = report.items
    .filter(({ status }) => status !== 'ok')
    .map(
      ({ id, status, before, after }) =>
        `${status.padEnd(8)} ${id}${after ? `: ${before ? `${before} -> ` : ''}${after}` : ''}`,
    )
  const counts = `ok=${report.ok} changed=${report.changed} skipped=${report.skipped} differs=${report.differs}`
  return [
    ...lines,
    `Baseline ${report.version} of ${report.host.name}: ${counts}, ${duration(report.seconds)}`,
    ...(compare || report.changed > 0 ? [] : ['Nothing had to be changed.']),
    ...(report.rebootRequired ? ['The host wants a reboot.'] : []),
  ].join('\n')
}
