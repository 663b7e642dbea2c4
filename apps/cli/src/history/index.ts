import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { listCommand } from './list.ts'

export const historyNoun = (deps: Deps) =>
  noun('history', 'The trail: who changed what, when and why', [listCommand(deps)])
