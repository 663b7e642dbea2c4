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

export type BaselineOptions = { readonly host: string; readonly dryRun?: boolean }

export const baselineCommand = (deps: Deps) =>
  withExamples(
    new Command('baseline')
      .argument(...hostArgument)
      .option('--dry-run', 'change nothing, show exactly what would change: 0 when nothing would, 1 otherwise')
      .description('Bring a host to its baseline; doing it twice changes nothing')
      .action((host: string, options: Omit<BaselineOptions, 'host'>) => baseline(deps, { host, ...options })),
    'nexusctl host baseline nexus-acme-prod',
    'nexusctl host baseline nexus-acme-prod --dry-run',
  )

export async function baseline(deps: Deps, { host, dryRun = false }: BaselineOptions): Promise<void> {
  const { api, io, verdict } = deps
  const hostId = await hostIdOf(api, host)
  if (!dryRun) io.say(`Bringing ${host} to its baseline...`)
  const params = { hostId }
  const report = dryRun
    ? await api.call('compareBaseline', { params, timeoutSeconds: 280 })
    : await applied(deps, hostId)
  if (dryRun) verdict(report.differs > 0 ? 1 : 0)
  io.answer(report, () => reportText(report, dryRun))
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

function reportText(report: Report, dryRun: boolean): string {
  const lines = report.items
    .filter(({ status }) => status !== 'ok')
    .flatMap(({ id, status, before, after, diff }) => [
      `${status.padEnd(8)} ${id}${[before, after].some(Boolean) ? `: ${[before, after].filter(Boolean).join(' -> ')}` : ''}`,
      ...(diff === undefined
        ? []
        : diff
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`)),
    ])
  const counts = `ok=${report.ok} changed=${report.changed} skipped=${report.skipped} differs=${report.differs}`
  return [
    ...lines,
    `Baseline ${report.version} of ${report.host.name}: ${counts}, ${duration(report.seconds)}`,
    ...(dryRun || report.changed > 0 ? [] : ['Nothing had to be changed.']),
    ...(report.rebootRequired ? ['The host wants a reboot.'] : []),
  ].join('\n')
}
