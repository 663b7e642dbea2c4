import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { checkLine } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { stepSeconds } from '../run/run.ts'
import { section } from '../show.ts'
import { ticketArgument } from './order.ts'

type Timeline = AnswerOf<'getOrderTimeline'>

export const timelineCommand = (deps: Deps) =>
  withExamples(
    new Command('timeline')
      .argument(...ticketArgument)
      .description('Tell everything of an order: its trail, runs, checks and links')
      .action((ticket: string) => timeline(deps, { ticket })),
    'nexusctl order timeline NX-1042',
    'nexusctl order timeline NX-1042 -o yaml',
  )

export async function timeline({ api, io }: Deps, { ticket }: { readonly ticket: string }): Promise<void> {
  const found = await api.call('getOrderTimeline', { params: { number: ticket } })
  io.answer(found, timelineText)
}

const timelineText = ({ ticket, organization, state, entries, runs, checks, links }: Timeline): string =>
  [
    `${ticket}  ${organization}  ${state}`,
    ...section('Trail', entries.map(entryLine)),
    ...runs.flatMap((run) =>
      section(
        `Run ${run.id}: ${run.outcome ?? 'running'}`,
        run.steps.map((step) => `${step.state.padEnd(7)} ${stepSeconds(step.seconds ?? 0).padStart(12)}  ${step.name}`),
      ),
    ),
    ...section('Checks', checks.map(checkLine)),
    ...section(
      'Links',
      links.map(({ label, url }) => `${label}: ${url}`),
    ),
  ].join('\n')

const entryLine = ({ at, actor, onBehalfOf, action, reason }: Timeline['entries'][number]): string =>
  `${at.slice(0, 19).replace('T', ' ')}  ${action} by ${actor}${onBehalfOf ? ` for ${onBehalfOf}` : ''}${reason ? `: ${reason}` : ''}`
