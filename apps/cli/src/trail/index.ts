import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { verifyCommand } from './verify.ts'

export const trailNoun = (deps: Deps) =>
  noun('trail', 'The audit log: who did what, and the proof that nobody rewrote it', [verifyCommand(deps)])
