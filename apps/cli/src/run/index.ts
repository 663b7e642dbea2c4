import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { attestCommand } from './attest.ts'
import { cancelCommand } from './cancel.ts'
import { listCommand } from './list.ts'
import { resumeCommand } from './resume.ts'
import { retryCommand } from './retry.ts'
import { showCommand } from './show.ts'
import { watchCommand } from './watch.ts'

export const runNoun = (deps: Deps) =>
  noun('run', 'Runs of flows: every step, as it happens', [
    listCommand(deps),
    showCommand(deps),
    watchCommand(deps),
    cancelCommand(deps),
    resumeCommand(deps),
    retryCommand(deps),
    attestCommand(deps),
  ])
