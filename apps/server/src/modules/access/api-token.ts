import { createHash } from 'node:crypto'
import type { Permission } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import { newSecret } from '../../platform/ids.ts'
import type { PersonId } from './person.ts'

export type TokenId = string & { readonly __brand: 'TokenId' }

export type ApiToken = {
  readonly id: TokenId
  readonly personId: PersonId
  readonly name: string
  readonly permissions: readonly Permission[] | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt: Date | undefined
  readonly revokedAt: Date | undefined
}

/** The token itself is shown once; only its hash is kept. */
export type IssuedToken = { readonly token: ApiToken; readonly text: string }

export const bootstrapSeconds = 3600
export const usedNotedEverySeconds = 60
export const longestDays = 365
export const usualDays = 90

export const newTokenText = (): string => `nxt_${newSecret(32)}`
export const newBootstrapText = (): string => `nxb_${newSecret(32)}`

const shape = /^nx[tb]_[A-Za-z0-9_-]{43}$/
export const looksLikeToken = (text: string): boolean => shape.test(text)
export const isBootstrapText = (text: string): boolean => text.startsWith('nxb_')

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

export const isUsable = (token: ApiToken, at: Date): boolean => token.revokedAt === undefined && token.expiresAt > at

export const tokenNotFound = (id: string) =>
  new NexusError('access.token_not_found', 'missing', `There is no token ${id}.`, {
    hint: 'nexusctl access tokens list',
  })

/** One answer for every reason, so that nobody learns which tokens exist. */
export const notSignedIn = () =>
  new NexusError('access.unauthenticated', 'unauthenticated', 'This token is not known, has ended or was revoked.', {
    hint: 'Make a new one with `nexusctl access tokens create`, or ask an admin.',
  })

export const bootstrapOver = () =>
  new NexusError('access.bootstrap_over', 'conflict', 'The bootstrap token was used already, or there is an admin.', {
    hint: 'On the machine of nexusd, `nexusd rescue` makes a new one.',
  })

export const tokenTooWide = (missing: readonly Permission[]) =>
  new NexusError(
    'access.token_too_wide',
    'forbidden',
    `A token gives no more than its maker has; missing: ${missing.join(', ')}.`,
    {
      hint: 'Leave these permissions out, or use a token that has them.',
    },
  )
