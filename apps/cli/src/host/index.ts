import { group, noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { acceptKeyCommand } from './accept-key.ts'
import { addCommand } from './add.ts'
import { adoptCommand } from './adopt.ts'
import { baselineCommand } from './baseline.ts'
import { checkCommand } from './check.ts'
import { deviationAcceptCommand } from './deviation-accept.ts'
import { deviationEndCommand } from './deviation-end.ts'
import { deviationListCommand } from './deviation-list.ts'
import { drainCommand } from './drain.ts'
import { execCommand } from './exec.ts'
import { factsCommand } from './facts.ts'
import { listCommand } from './list.ts'
import { logsCommand } from './logs.ts'
import { patchCommand } from './patch.ts'
import { preflightCommand } from './preflight.ts'
import { proveCommand } from './prove.ts'
import { rebuildCommand } from './rebuild.ts'
import { rekeyCommand } from './rekey.ts'
import { retireCommand } from './retire.ts'
import { showCommand } from './show.ts'
import { transcriptListCommand } from './transcript-list.ts'
import { transcriptShowCommand } from './transcript-show.ts'

export const hostNoun = (deps: Deps) =>
  noun('host', 'Hosts: inventory, facts, baseline and preflight', [
    ...[
      listCommand,
      showCommand,
      addCommand,
      adoptCommand,
      factsCommand,
      baselineCommand,
      preflightCommand,
      checkCommand,
      patchCommand,
      proveCommand,
      rebuildCommand,
      drainCommand,
      retireCommand,
      acceptKeyCommand,
      rekeyCommand,
      execCommand,
      logsCommand,
    ].map((make) => make(deps)),
    group('deviation', 'What may differ from the baseline on one host, for a reason and until a day', [
      deviationAcceptCommand(deps),
      deviationListCommand(deps),
      deviationEndCommand(deps),
    ]),
    group('transcript', 'What people ran and read on hosts', [
      transcriptListCommand(deps),
      transcriptShowCommand(deps),
    ]),
  ])
