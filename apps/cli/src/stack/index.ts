import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { checkCommand } from './check.ts'
import { schemaCommand } from './schema.ts'

export const stackNoun = (deps: Deps) =>
  noun('stack', 'Stacks: what can be run as an instance', [checkCommand(deps), schemaCommand(deps)])
