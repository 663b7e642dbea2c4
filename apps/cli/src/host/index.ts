import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'

export const hostNoun = (_deps: Deps) => noun('host', 'Hosts: inventory, facts, baseline and preflight', [])
