import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Database } from '../db.ts'
import { NexusError } from '../errors.ts'
import { newId } from '../ids.ts'

const derive = promisify(argon2)

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

export const shortestPassword = 12
const longestPassword = 256
export const inviteHours = 24
const lockMinutes = 10
/** Wrong passwords for one account before it is shut: from one address, and from everywhere together. */
const attemptLimits = { address: 5, account: 50 } as const

export type EmbeddedAccount = {
  readonly id: string
  readonly tenant: string
  readonly email: string
  readonly emailVerified: boolean
  readonly groups: readonly string[]
}

type AccountRow = {
  id: string
  tenant: string
  email: string
  email_verified: boolean
  password_hash: string | null
  groups: string[]
}

const columns = 'a.id, a.tenant, a.email, a.email_verified, a.password_hash, a.groups'
const toAccount = (row: AccountRow): EmbeddedAccount => ({
  id: row.id,
  tenant: row.tenant,
  email: row.email,
  emailVerified: row.email_verified,
  groups: row.groups,
})

const sha = (text: string) => createHash('sha256').update(text).digest('base64url')

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive('argon2id', { message: password, nonce, ...cost })
  const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${plain(nonce)}$${plain(tag)}`
}

export async function passwordMatches(password: string, kept: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(kept)
  const [, memory, passes, parallelism, nonce, tag] = found ?? []
  if (!nonce || !tag || password.length > longestPassword) return false
  const expected = Buffer.from(tag, 'base64')
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const got = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(nonce, 'base64'),
    ...parameters,
    tagLength: expected.length,
  })
  return got.length === expected.length && timingSafeEqual(got, expected)
}

/** What is wrong with a new password, in a sentence; nothing when it is fine. */
export function passwordProblem(password: string, again: string, email: string): string | undefined {
  if (password !== again) return 'The two passwords are not the same.'
  if (password.length < shortestPassword) return `A password has at least ${shortestPassword} characters.`
  if (password.length > longestPassword) return `A password has at most ${longestPassword} characters.`
  if (new Set(password).size < 5) return 'This password repeats too few characters.'
  if (password.toLowerCase().includes(email.split('@')[0]?.toLowerCase() ?? email))
    return 'Your name must not be in it.'
  return undefined
}

export type LoginAnswer =
  | { readonly kind: 'in'; readonly account: EmbeddedAccount }
  | { readonly kind: 'refused' }
  /** The password is right, but for an account of another tenant. */
  | { readonly kind: 'stranger' }

export type EmbeddedAccounts = ReturnType<typeof embeddedAccounts>

export function embeddedAccounts(db: Database, now: () => Date) {
  const absent = hashPassword(randomBytes(16).toString('hex'))

  /** Counts before the password is looked at, so many guesses at once are no way around the limit. */
  async function mayTry(key: string, limit: number): Promise<boolean> {
    const ends = new Date(now().getTime() + lockMinutes * 60_000)
    const row = await db.row<{ failures: number }>(
      `insert into embedded_attempt as t (key, failures, window_ends_at) values ($1, 1, $2)
       on conflict (key) do update set
         failures = case when t.window_ends_at <= $3 then 1 else t.failures + 1 end,
         window_ends_at = case when t.window_ends_at <= $3 or t.failures < $4 then $2 else t.window_ends_at end
       returning t.failures`,
      [sha(key), ends, now(), limit],
    )
    return row !== undefined && row.failures <= limit
  }

  const invited = (token: string) =>
    db.row<AccountRow>(
      `select ${columns} from embedded_invite i join embedded_account a on a.id = i.account_id
        where i.token_hash = $1 and i.used_at is null and i.replaced_at is null and i.expires_at > $2`,
      [sha(token), now()],
    )

  return {
    async find(id: string): Promise<EmbeddedAccount | undefined> {
      const row = await db.row<AccountRow>(`select ${columns} from embedded_account a where a.id = $1`, [id])
      return row && toAccount(row)
    },

    async findByEmail(tenant: string, email: string): Promise<EmbeddedAccount | undefined> {
      const row = await db.row<AccountRow>(
        `select ${columns} from embedded_account a where a.tenant = $1 and lower(a.email) = lower($2)`,
        [tenant, email],
      )
      return row && toAccount(row)
    },

    /** One answer for "no such person", "wrong password" and "shut for some minutes", after the same work. */
    async logIn(tenant: string, email: string, password: string, address: string): Promise<LoginAnswer> {
      const keys = [
        [`${tenant}\n${email.toLowerCase()}\n${address}`, attemptLimits.address],
        [`${tenant}\n${email.toLowerCase()}`, attemptLimits.account],
      ] as const
      const allowed = (await Promise.all(keys.map(([key, limit]) => mayTry(key, limit)))).every(Boolean)
      const row = await db.row<AccountRow>(
        `select ${columns} from embedded_account a where lower(a.email) = lower($2) and a.password_hash is not null
          order by (a.tenant = $1) desc, a.created_at limit 1`,
        [tenant, email],
      )
      const right = await passwordMatches(password, row?.password_hash ?? (await absent))
      if (!allowed || !right || !row?.password_hash) return { kind: 'refused' }
      await db.rows('delete from embedded_attempt where key = any ($1)', [keys.map(([key]) => sha(key))])
      return row.tenant === tenant ? { kind: 'in', account: toAccount(row) } : { kind: 'stranger' }
    },

    /** Finds or makes the person, sets their groups, ends older links and answers a new one's token. */
    async invite(tenant: string, email: string, groups: readonly string[]) {
      const token = randomBytes(32).toString('base64url')
      const at = now()
      const expiresAt = new Date(at.getTime() + inviteHours * 3_600_000)
      const userId = await db.inTransaction(async (tx) => {
        const row = await tx.row<{ id: string }>(
          `insert into embedded_account (id, tenant, email, groups, created_at) values ($1, $2, $3, $4, $5)
           on conflict (tenant, lower(email)) do update set groups = excluded.groups returning id`,
          [newId('usr', at), tenant, email, groups, at],
        )
        if (!row) throw new Error('An upsert answered no row.')
        await tx.rows(
          'update embedded_invite set replaced_at = $2 where account_id = $1 and used_at is null and replaced_at is null',
          [row.id, at],
        )
        await tx.rows('insert into embedded_invite (token_hash, account_id, expires_at) values ($1, $2, $3)', [
          sha(token),
          row.id,
          expiresAt,
        ])
        return row.id
      })
      return { userId, token, expiresAt }
    },

    async openInvite(token: string): Promise<EmbeddedAccount | undefined> {
      const row = await invited(token)
      return row && toAccount(row)
    },

    /** The link ends in the same statement that finds it good, so of two uses at once one wins. */
    async acceptInvite(token: string, password: string): Promise<EmbeddedAccount> {
      const passwordHash = await hashPassword(password)
      return db.inTransaction(async (tx) => {
        const used = await tx.row<{ account_id: string }>(
          `update embedded_invite set used_at = $2
            where token_hash = $1 and used_at is null and replaced_at is null and expires_at > $2 returning account_id`,
          [sha(token), now()],
        )
        if (!used) throw inviteEnded()
        const row = await tx.row<AccountRow>(
          `update embedded_account a set password_hash = $2, email_verified = true where a.id = $1 returning ${columns}`,
          [used.account_id, passwordHash],
        )
        if (!row) throw inviteEnded()
        return toAccount(row)
      })
    },

    async ensureProbe(tenant: string, email: string, groups: readonly string[], password: string): Promise<string> {
      const row = await db.row<{ id: string }>(
        `insert into embedded_account (id, tenant, email, email_verified, password_hash, groups, probe, created_at)
         values ($1, $2, $3, true, $4, $5, true, $6)
         on conflict (tenant, lower(email)) do update set password_hash = excluded.password_hash, groups = excluded.groups
         returning id`,
        [newId('usr', now()), tenant, email, await hashPassword(password), groups, now()],
      )
      if (!row) throw new Error('An upsert answered no row.')
      return row.id
    },

    async removeProbe(tenant: string, email: string): Promise<void> {
      await db.rows('delete from embedded_account where tenant = $1 and lower(email) = lower($2) and probe', [
        tenant,
        email,
      ])
    },
  }
}

const inviteEnded = () =>
  new NexusError('identity.invite_ended', 'conflict', 'This invitation was used, replaced or is too old.', {
    hint: 'Ask for a new one: nexusctl identity resend-invite <tenant>.',
  })
