import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { acceptKeyCommand } from './accept-key.ts'
import { addCommand } from './add.ts'
import { baselineCommand } from './baseline.ts'
import { drainCommand } from './drain.ts'
import { factsCommand } from './facts.ts'
import { listCommand } from './list.ts'
import { preflightCommand } from './preflight.ts'
import { proveCommand } from './prove.ts'
import { rebuildCommand } from './rebuild.ts'
import { retireCommand } from './retire.ts'
import { showCommand } from './show.ts'

export const hostNoun = (deps: Deps) =>
  noun(
    'host',
    'Hosts: inventory, facts, baseline and preflight',
    [
      listCommand,
      showCommand,
      addCommand,
      factsCommand,
      baselineCommand,
      preflightCommand,
      proveCommand,
      rebuildCommand,
      drainCommand,
      retireCommand,
      acceptKeyCommand,
    ].map((make) => make(deps)),
  )
