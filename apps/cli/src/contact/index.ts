import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { eraseCommand } from './erase.ts'

export const contactNoun = (deps: Deps) => noun('contact', 'Contacts at customers', [eraseCommand(deps)])
