import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { amendCommand } from './amend.ts'
import { assignCommand } from './assign.ts'
import { cancelCommand } from './cancel.ts'
import { checkCommand } from './check.ts'
import { createCommand } from './create.ts'
import { finishCommand } from './finish.ts'
import { listCommand } from './list.ts'
import { noteCommand } from './note.ts'
import { pauseCommand } from './pause.ts'
import { reportCommand } from './report.ts'
import { resumeCommand } from './resume.ts'
import { retryCommand } from './retry.ts'
import { schemaCommand } from './schema.ts'
import { showCommand } from './show.ts'
import { submitCommand } from './submit.ts'
import { tasksCommand } from './tasks.ts'
import { timelineCommand } from './timeline.ts'
import { unblockCommand } from './unblock.ts'
import { watchCommand } from './watch.ts'

export const orderNoun = (deps: Deps) =>
  noun(
    'order',
    'Orders: tickets, their clocks and what they wait for',
    [
      listCommand,
      showCommand,
      watchCommand,
      timelineCommand,
      createCommand,
      checkCommand,
      submitCommand,
      amendCommand,
      assignCommand,
      noteCommand,
      pauseCommand,
      resumeCommand,
      retryCommand,
      unblockCommand,
      cancelCommand,
      tasksCommand,
      finishCommand,
      reportCommand,
      schemaCommand,
    ].map((make) => make(deps)),
  )
