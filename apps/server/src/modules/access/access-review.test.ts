import { describe, expect, test } from 'vitest'
import type { Role } from '../../platform/actor.ts'
import { review } from './access-review.ts'
import type { ApiToken, TokenId } from './api-token.ts'
import type { Person, PersonId } from './person.ts'

const at = new Date('2026-06-01T00:00:00Z')
const ago = (days: number) => new Date(at.getTime() - days * 86_400_000)
const person = (more: Partial<Person> = {}): Person => ({
  id: 'per_1' as PersonId,
  name: 'Kim',
  email: 'kim@example.test',
  roles: ['viewer'] as readonly Role[],
  limits: {},
  createdAt: ago(200),
  disabledAt: undefined,
  ...more,
})
const token = (more: Partial<ApiToken> = {}): ApiToken => ({
  id: 'tok_1' as TokenId,
  personId: 'per_1' as PersonId,
  name: 'ci',
  permissions: ['orders.read'],
  createdAt: ago(100),
  expiresAt: ago(-10),
  lastUsedAt: ago(1),
  revokedAt: undefined,
  ...more,
})
const use = (lastUsedAt: Date | undefined) => ({ signsIn: true, openSessions: 0, lastUsedAt })

describe('a review of access', () => {
  test('finds nothing stale of somebody who comes by', () => {
    const found = review(person(), [token()], use(ago(1)), 90, at)

    expect([found.stale, found.tokens[0]?.stale]).toEqual([[], []])
  })

  test.each([
    ['a person who was here long ago', person(), [], ago(91), 'not here for 90 days'],
    ['a person who never came', person(), [], undefined, 'never here in 90 days'],
    ['a token that nobody uses', person(), [token({ lastUsedAt: ago(90) })], ago(1), 'has tokens nobody uses'],
    ['a token never used', person(), [token({ lastUsedAt: undefined })], ago(1), 'has tokens nobody uses'],
    [
      'a token as wide as an admin',
      person({ roles: ['admin'] }),
      [token({ permissions: undefined })],
      ago(1),
      'a token gives all that the roles give',
    ],
  ])('names %s', (_says, who, tokens, lastUsedAt, stale) => {
    expect(review(who, tokens, use(lastUsedAt), 90, at).stale).toEqual([stale])
  })

  test('leaves somebody alone who is new, or out already', () => {
    expect(review(person({ createdAt: ago(3) }), [], use(undefined), 90, at).stale).toEqual([])
    expect(review(person({ disabledAt: ago(1) }), [], use(undefined), 90, at).stale).toEqual([])
  })
})
