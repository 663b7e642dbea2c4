import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { moment } from '../show.ts'

export type ResendOptions = { readonly tenant: string; readonly email?: string }

export const resendInviteCommand = (deps: Deps) =>
  withExamples(
    new Command('resend-invite')
      .argument('<tenant>', 'as listed by `nexusctl identity tenants`')
      .option('--email <address>', 'whom; the first admin when left out')
      .description('Make a fresh one-time invite for a person of a tenant; the one before is void')
      .action((tenant: string, options: Omit<ResendOptions, 'tenant'>) => resendInvite(deps, { tenant, ...options })),
    'nexusctl identity resend-invite acme',
    'nexusctl identity resend-invite acme --email new.admin@acme.example',
  )

export async function resendInvite({ api, io }: Deps, { tenant, email }: ResendOptions): Promise<void> {
  const found = await api.call('resendInvite', { params: { tenant }, body: { email } })
  io.answer(found, () => `A new invite for ${found.userId} holds until ${moment(found.expiresAt)}: ${found.inviteRef}`)
}
