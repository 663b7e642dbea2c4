import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { listCommand } from './list.ts'
import { registerCommand } from './register.ts'
import { showCommand } from './show.ts'

export const releaseNoun = (deps: Deps) =>
  noun('release', 'Releases: immutable versions of a stack', [
    listCommand(deps),
    showCommand(deps),
    registerCommand(deps),
  ])
