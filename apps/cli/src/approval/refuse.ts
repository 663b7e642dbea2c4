import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { approvalArgument, approvalText } from './approval.ts'

export type RefuseOptions = { readonly approvalId: string; readonly reason: string }

export const refuseCommand = (deps: Deps) =>
  withExamples(
    new Command('refuse')
      .argument(...approvalArgument)
      .requiredOption('--reason <text>', 'what you looked at; it stands in the trail')
      .description('Say no to what somebody else asked for')
      .action((approvalId: string, { reason }: { reason: string }) => refuse(deps, { approvalId, reason })),
    "nexusctl approval refuse apr_01hx --reason 'the request is in the ticket'",
  )

export async function refuse({ api, io }: Deps, { approvalId, reason }: RefuseOptions): Promise<void> {
  const found = await api.call('refuseApproval', { params: { approvalId }, body: { why: reason } })
  io.answer(found, approvalText)
}
