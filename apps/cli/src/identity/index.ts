import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { checkCommand } from './check.ts'
import { resendInviteCommand } from './resend-invite.ts'
import { tenantsCommand } from './tenants.ts'

export const identityNoun = (deps: Deps) =>
  noun('identity', 'The identity provider of customers: tenants and invites', [
    checkCommand(deps),
    tenantsCommand(deps),
    resendInviteCommand(deps),
  ])
