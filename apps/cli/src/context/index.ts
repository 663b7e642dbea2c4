import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { addCommand } from './add.ts'
import { listCommand } from './list.ts'
import { useCommand } from './use.ts'

export const contextNoun = (deps: Deps) =>
  noun('context', 'Servers and tokens that are kept by name', [listCommand(deps), useCommand(deps), addCommand(deps)])
