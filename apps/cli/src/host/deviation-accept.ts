import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { moment } from '../show.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type DeviationAcceptOptions = {
  readonly host: string
  readonly item: string
  readonly reason: string
  readonly until: string
}

export const deviationAcceptCommand = (deps: Deps) =>
  withExamples(
    new Command('accept')
      .argument(...hostArgument)
      .argument('<item>', 'the item of the baseline, as host check names it')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .requiredOption('--until <date>', 'the last day, 2027-01-31; it refuses again afterwards')
      .description('Accept that one item differs on one host; another person says yes')
      .action((host: string, item: string, options: { reason: string; until: string }) =>
        deviationAccept(deps, { host, item, ...options }),
      ),
    "nexusctl host deviation accept nexus-acme-prod ssh.settings --reason 'old backup client' --until 2027-01-31",
  )

export async function deviationAccept(
  { api, io }: Deps,
  { host, item, reason, until }: DeviationAcceptOptions,
): Promise<void> {
  const hostId = await hostIdOf(api, host)
  const body = { item, reason, until: endOf(until) }
  const found = await api.call('acceptDeviation', { params: { hostId }, body })
  io.answer(found, () => `${item} may differ on ${host} until ${moment(found.until) ?? ''}: ${found.id}`)
}

/** A day ends at its end, in UTC. */
function endOf(day: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T23:59:59Z` : day)
  if (Number.isNaN(at.getTime())) throw misused(`${day} is no day.`, 'Write it as 2027-01-31.')
  return at.toISOString()
}
