import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { approvalArgument, approvalText } from './approval.ts'

export type ApproveOptions = { readonly approvalId: string; readonly reason: string }

export const approveCommand = (deps: Deps) =>
  withExamples(
    new Command('approve')
      .argument(...approvalArgument)
      .requiredOption('--reason <text>', 'what you looked at; it stands in the trail')
      .description('Say yes to what somebody else asked for; they do it then, once')
      .action((approvalId: string, { reason }: { reason: string }) => approve(deps, { approvalId, reason })),
    "nexusctl approval approve apr_01hx --reason 'the request is in the ticket'",
  )

export async function approve({ api, io }: Deps, { approvalId, reason }: ApproveOptions): Promise<void> {
  const found = await api.call('approveApproval', { params: { approvalId }, body: { why: reason } })
  io.answer(found, approvalText)
}
