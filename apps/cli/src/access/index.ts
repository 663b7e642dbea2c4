import { group, noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { firstAdminCommand } from './first-admin.ts'
import { personAddCommand } from './person-add.ts'
import { personDisableCommand } from './person-disable.ts'
import { personEnableCommand } from './person-enable.ts'
import { personListCommand } from './person-list.ts'
import { personRolesCommand } from './person-roles.ts'
import { personUnlinkCommand } from './person-unlink.ts'
import { reviewCommand } from './review.ts'
import { sessionEndCommand } from './session-end.ts'
import { sessionListCommand } from './session-list.ts'
import { tokenCreateCommand } from './token-create.ts'
import { tokenListCommand } from './token-list.ts'
import { tokenRevokeCommand } from './token-revoke.ts'
import { whoamiCommand } from './whoami.ts'

export const accessNoun = (deps: Deps) =>
  noun('access', 'People, roles and API tokens of Nexus itself', [
    whoamiCommand(deps),
    reviewCommand(deps),
    firstAdminCommand(deps),
    group('person', 'People and their roles', [
      personListCommand(deps),
      personAddCommand(deps),
      personRolesCommand(deps),
      personDisableCommand(deps),
      personEnableCommand(deps),
      personUnlinkCommand(deps),
    ]).alias('people'),
    group('token', 'API tokens', [tokenListCommand(deps), tokenCreateCommand(deps), tokenRevokeCommand(deps)]).alias(
      'tokens',
    ),
    group('session', 'Sessions in browsers', [sessionListCommand(deps), sessionEndCommand(deps)]).alias('sessions'),
  ])
