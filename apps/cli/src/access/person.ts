import type { ItemOf } from '@nexus/client'
import { type Api, listOf } from '../api.ts'
import { fail } from '../failure.ts'
import { table } from '../io.ts'
import { limitsText } from './limits.ts'

/** A person of Nexus as the API answers it. */
export type Person = ItemOf<'listPeople'>

export const personArgument = ['<person>', 'the id or the e-mail address of a person'] as const

/** The id behind a word: people know each other by e-mail address. */
export async function personIdOf(api: Api, word: string): Promise<string> {
  if (!word.includes('@')) return word
  const { items } = await listOf(api, 'listPeople', { limit: 2000 })
  const found = items.find((person) => person.email.toLowerCase() === word.toLowerCase())
  if (found) return found.id
  throw fail('person.not_found', 'missing', `Nobody has the address ${word}.`, 'nexusctl access people')
}

export const peopleText = (people: readonly Person[]): string =>
  table(
    ['person', 'name', 'e-mail', 'roles', 'only', 'state'],
    people.map((each) => [
      each.id,
      each.name,
      each.email,
      each.roles.join(','),
      limitsText(each.limits),
      each.disabledAt ? 'disabled' : 'active',
    ]),
  )
