import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { acceptRestoreCommand } from './accept-restore.ts'
import { bundleCommand } from './bundle.ts'
import { checkpointCommand } from './checkpoint.ts'
import { checkpointsCommand } from './checkpoints.ts'
import { exportCommand } from './export.ts'
import { proveCommand } from './prove.ts'
import { rotateKeyCommand } from './rotate-key.ts'
import { showCommand } from './show.ts'
import { tailCommand } from './tail.ts'
import { verifyCommand } from './verify.ts'

export const trailNoun = (deps: Deps) =>
  noun('trail', 'The audit log: who did what, and the proof that nobody rewrote it', [
    tailCommand(deps),
    showCommand(deps),
    verifyCommand(deps),
    proveCommand(deps),
    checkpointCommand(deps),
    checkpointsCommand(deps),
    exportCommand(deps),
    bundleCommand(deps),
    rotateKeyCommand(deps),
    acceptRestoreCommand(deps),
  ])
