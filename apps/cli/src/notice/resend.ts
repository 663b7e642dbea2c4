import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export type ResendOptions = { readonly noticeId: string; readonly reason?: string; readonly inviteRef?: string }

export const resendCommand = (deps: Deps) =>
  withExamples(
    new Command('resend')
      .argument('<notice>', 'as listed by `nexusctl notice list`')
      .option('--reason <text>', 'why; kept in the trail')
      .option('--invite-ref <ref>', 'a fresh invite to put in, as `nexusctl identity resend-invite` answers it')
      .description('Send a notice again under its own Message-ID, so that mail programs see one')
      .action((noticeId: string, options: Omit<ResendOptions, 'noticeId'>) => resend(deps, { noticeId, ...options })),
    "nexusctl notice resend ntc_01hx --reason 'the relay lost it'",
  )

export async function resend({ api, io }: Deps, { noticeId, reason, inviteRef }: ResendOptions): Promise<void> {
  const found = await api.call('resendNotice', { params: { noticeId }, body: { reason, inviteRef } })
  io.answer(found, () => `${found.id} is ${found.state} (${found.messageId}).`)
}
