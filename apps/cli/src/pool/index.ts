import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { ledgerCommand } from './ledger.ts'
import { refillCommand } from './refill.ts'
import { setCommand } from './set.ts'
import { showCommand } from './show.ts'

export const poolNoun = (deps: Deps) =>
  noun('pool', 'The pool of spare hosts, by region and plan', [
    showCommand(deps),
    setCommand(deps),
    refillCommand(deps),
    ledgerCommand(deps),
  ])
