import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { firstAdminCommand } from './first-admin.ts'
import { peopleCommand } from './people.ts'
import { personAddCommand } from './person-add.ts'
import { personDisableCommand } from './person-disable.ts'
import { personEnableCommand } from './person-enable.ts'
import { personRolesCommand } from './person-roles.ts'
import { tokenCreateCommand } from './token-create.ts'
import { tokenListCommand } from './token-list.ts'
import { tokenRevokeCommand } from './token-revoke.ts'
import { whoamiCommand } from './whoami.ts'

export const accessNoun = (deps: Deps) =>
  noun('access', 'People, roles and API tokens of Nexus itself', [
    whoamiCommand(deps),
    firstAdminCommand(deps),
    peopleCommand(deps),
    noun('person', 'One person', [
      personAddCommand(deps),
      personRolesCommand(deps),
      personDisableCommand(deps),
      personEnableCommand(deps),
    ]),
    noun('token', 'API tokens', [tokenCreateCommand(deps), tokenListCommand(deps), tokenRevokeCommand(deps)]).alias(
      'tokens',
    ),
  ])
