import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { attestCommand } from './attest.ts'
import { historyCommand } from './history.ts'
import { listCommand } from './list.ts'

export const checkNoun = (deps: Deps) =>
  noun('check', 'Checks of anything, with their evidence', [
    listCommand(deps),
    historyCommand(deps),
    attestCommand(deps),
  ])
