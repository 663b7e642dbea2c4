import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { backupCommand } from './backup.ts'
import { backupKeyCommand } from './backup-key.ts'
import { backupsCommand } from './backups.ts'
import { bundleCommand } from './bundle.ts'
import { escapeKitCommand } from './escape-kit.ts'
import { heldCommand } from './held.ts'
import { installCommand } from './install.ts'
import { restoreCommand } from './restore.ts'
import { resumeCommand } from './resume.ts'
import { verifyCommand } from './verify.ts'

export const adminNoun = (deps: Deps) =>
  noun('admin', 'Nexus itself, on its own machine: backup, restore, upkeep', [
    backupCommand(deps),
    backupsCommand(deps),
    verifyCommand(deps),
    restoreCommand(deps),
    heldCommand(deps),
    resumeCommand(deps),
    backupKeyCommand(deps),
    bundleCommand(deps),
    escapeKitCommand(deps),
    installCommand(deps),
  ])
