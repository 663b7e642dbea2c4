import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const sessionEndCommand = (deps: Deps) =>
  withExamples(
    new Command('end')
      .argument('<session>', 'the id, as listed by `nexusctl access session list`')
      .description('Sign a browser out')
      .action((sessionId: string) => endSession(deps, { sessionId })),
    'nexusctl access session end ses_01hx',
  )

export async function endSession({ api, io }: Deps, { sessionId }: { readonly sessionId: string }): Promise<void> {
  const found = await api.call('endSession', { params: { sessionId } })
  io.answer(found, () => `Session ${found.id} has ended.`)
}
