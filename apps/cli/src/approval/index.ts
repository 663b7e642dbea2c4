import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { approveCommand } from './approve.ts'
import { listCommand } from './list.ts'
import { refuseCommand } from './refuse.ts'
import { showCommand } from './show.ts'

export const approvalNoun = (deps: Deps) =>
  noun('approval', 'What takes two people: asked for by one, approved by another', [
    listCommand(deps),
    showCommand(deps),
    approveCommand(deps),
    refuseCommand(deps),
  ])
