import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { listCommand } from './list.ts'
import { rotateCommand } from './rotate.ts'
import { rotateMasterKeyCommand } from './rotate-master-key.ts'
import { setCommand } from './set.ts'
import { whereCommand } from './where.ts'

export const secretNoun = (deps: Deps) =>
  noun('secret', 'Secrets: kept sealed, named by reference', [
    setCommand(deps),
    listCommand(deps),
    rotateCommand(deps),
    whereCommand(deps),
    rotateMasterKeyCommand(deps),
  ])
