import type { ItemOf } from '@nexus/client'
import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { type Rows, table } from '../io.ts'
import { limitOption, moment, sayMore, wholeNumber } from '../show.ts'
import { limitsText } from './limits.ts'

type Reviewed = ItemOf<'reviewAccess'>
export type ReviewOptions = { readonly staleDays: number; readonly stale?: boolean; readonly limit: number }

export const reviewCommand = (deps: Deps) =>
  withExamples(
    new Command('review')
      .description('Who may what here, by which tokens, when it was last used, and what is stale')
      .option('--stale-days <n>', 'what was not used for so long is stale', wholeNumber(3650), 90)
      .option('--stale', 'only people with something stale')
      .option(...limitOption)
      .action((options: ReviewOptions) => reviewAccess(deps, options)),
    'nexusctl access review --stale',
    'nexusctl access review --stale-days 30 -o csv > access.csv',
  )

const head = [
  'person',
  'e-mail',
  'roles',
  'limits',
  'state',
  'kind',
  'name',
  'may',
  'made',
  'last used',
  'until',
  'stale',
]

/** A line for each person, and below it one for each token that works. */
export const reviewRows = (people: readonly Reviewed[]): Rows =>
  people.flatMap((each) => {
    const state = each.disabledAt ? 'disabled' : 'active'
    const who = [each.id, each.email, each.roles.join(' '), limitsText(each.limits), state]
    const sessions = each.openSessions > 0 ? `${each.openSessions} open` : ''
    const person = ['person', each.name, sessions, day(each.createdAt), day(each.lastUsedAt), '', each.stale.join('; ')]
    const tokens = each.tokens.map((token) => [
      ...who,
      'token',
      `${token.name} (${token.id})`,
      token.permissions?.join(' ') ?? 'all of its person',
      day(token.createdAt),
      day(token.lastUsedAt),
      day(token.expiresAt),
      token.stale.join('; '),
    ])
    return [[...who, ...person], ...tokens]
  })

const day = (iso: string | undefined): string => moment(iso) ?? ''

export async function reviewAccess(deps: Deps, { staleDays, stale, limit }: ReviewOptions): Promise<void> {
  const found = await listOf(deps.api, 'reviewAccess', { staleDays, limit })
  const shown = found.items.filter((each) => !stale || each.stale.length > 0)
  deps.io.answer(
    shown,
    (people) => (people.length === 0 ? 'Nothing is stale.' : table(head, reviewRows(people))),
    (people) => [head, ...reviewRows(people)],
  )
  sayMore(deps, found)
}
