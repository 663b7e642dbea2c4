import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { approvalArgument, approvalText } from './approval.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument(...approvalArgument)
      .description('Show exactly what was asked for, by whom and why')
      .action((approvalId: string) => show(deps, { approvalId })),
    'nexusctl approval show apr_01hx',
  )

export async function show({ api, io }: Deps, { approvalId }: { readonly approvalId: string }): Promise<void> {
  io.answer(await api.call('getApproval', { params: { approvalId } }), approvalText)
}
