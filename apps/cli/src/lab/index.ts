import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { addCommand } from './add.ts'
import { certCommand } from './cert.ts'
import { downCommand } from './down.ts'
import { hostVerbCommands } from './host-verbs.ts'
import { mailCommand } from './mail.ts'
import { statusCommand } from './status.ts'
import { trustCommand, untrustCommand } from './trust.ts'
import { upCommand } from './up.ts'

export const labNoun = (deps: Deps) =>
  noun('lab', 'Real Linux hosts on this machine, to try Nexus with', [
    upCommand(deps),
    downCommand(deps),
    statusCommand(deps),
    addCommand(deps),
    ...hostVerbCommands(deps),
    mailCommand(deps),
    certCommand(deps),
    trustCommand(deps),
    untrustCommand(deps),
  ])
