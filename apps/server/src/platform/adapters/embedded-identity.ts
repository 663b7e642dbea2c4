import { once } from 'node:events'
import { createServer as createPlainServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type IdentityProvider, logInByForm, probeEmail } from '../../modules/identity/index.ts'
import type { CheckResult } from '../check.ts'
import type { Database } from '../db.ts'
import { NexusError } from '../errors.ts'
import { newId, newSecret } from '../ids.ts'
import { plainLine } from '../plain-text.ts'
import type { SecretBox } from '../secret-box.ts'
import { embeddedAccounts } from './embedded-identity-accounts.ts'
import { embeddedIdentityHttp } from './embedded-identity-http.ts'
import { embeddedOidc } from './embedded-identity-oidc.ts'
import { embeddedClients, embeddedKeys, embeddedRecords } from './embedded-identity-store.ts'

export type EmbeddedIdentityOptions = {
  readonly db: Database
  readonly box: SecretBox
  /** The issuer: scheme, name and port under which browsers and instances reach the listener. */
  readonly origin: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly now: () => Date
}

export type EmbeddedIdentity = {
  readonly provider: IdentityProvider
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const sweepMilliseconds = 600_000

/** An OpenID provider inside nexusd, for the lab: own keys, pages, store, listener and origin. */
export function embeddedIdentity(options: EmbeddedIdentityOptions): EmbeddedIdentity {
  const { db, box, now } = options
  const origin = new URL(options.origin).origin
  const accounts = embeddedAccounts(db, now)
  const clients = embeddedClients(db, box)
  const records = embeddedRecords(db, box, clients, now)
  let server: Server | undefined
  let sweeping: NodeJS.Timeout | undefined

  return {
    provider: embeddedProvider({ db, origin, accounts, clients, now, listening: () => server?.listening ?? false }),

    async start() {
      const keys = await embeddedKeys(db, box)
      const oidc = embeddedOidc({ origin, keys, accounts, clients, records })
      const handler = embeddedIdentityHttp({ db, origin, oidc, accounts, clients })
      server = options.tls
        ? createTlsServer({ ...options.tls, minVersion: 'TLSv1.2' }, handler)
        : createPlainServer(handler)
      server.requestTimeout = 30_000
      server.listen(options.listen.port, options.listen.host)
      await once(server, 'listening')
      sweeping = setInterval(() => void records.sweep().catch(() => {}), sweepMilliseconds)
      sweeping.unref()
    },

    async stop() {
      clearInterval(sweeping)
      if (!server?.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

type Parts = {
  readonly db: Database
  readonly origin: string
  readonly accounts: ReturnType<typeof embeddedAccounts>
  readonly clients: ReturnType<typeof embeddedClients>
  readonly now: () => Date
  readonly listening: () => boolean
}

function embeddedProvider({ db, origin, accounts, clients, now, listening }: Parts): IdentityProvider {
  return {
    name: 'embedded',
    logIn: logInByForm,

    async ensureOrganization({ tenant, name, reference }) {
      const row = await db.row<{ id: string }>(
        `insert into embedded_organization (id, tenant, name, reference) values ($1, $2, $3, $4)
         on conflict (tenant) do update set name = excluded.name, reference = excluded.reference returning id`,
        [newId('org', now()), tenant, name, reference ?? null],
      )
      if (!row) throw new Error('An upsert answered no row.')
      return { organizationId: row.id }
    },

    async ensureClient(wish, keep) {
      const client = await clients.ensure(wish)
      return {
        issuer: origin,
        clientId: client.clientId,
        clientSecretRef: await keep('oidc-client-secret', client.secret),
      }
    },

    async ensureGroups(tenant, groups) {
      await db.rows(`insert into embedded_group (tenant, name) select $1, unnest($2::text[]) on conflict do nothing`, [
        tenant,
        groups,
      ])
    },

    async setMetadata(tenant, metadata) {
      const done = await db.row('update embedded_organization set metadata = $2 where tenant = $1 returning id', [
        tenant,
        JSON.stringify(metadata),
      ])
      if (!done) throw noOrganization(tenant)
    },

    async getMetadata(tenant) {
      const row = await db.row<{ metadata: Record<string, string> }>(
        'select o.metadata from embedded_organization o where o.tenant = $1',
        [tenant],
      )
      if (!row) throw noOrganization(tenant)
      return row.metadata
    },

    async invite({ tenant, email, groups }, keep) {
      await refuseUnknownGroups(db, tenant, groups)
      const { userId, token, expiresAt } = await accounts.invite(tenant, email, groups)
      return { userId, inviteRef: await keep('admin-invite', `${origin}/invite/${token}`), expiresAt }
    },

    groupsOf: async (tenant, email) => (await accounts.findByEmail(tenant, email))?.groups,

    async ensureProbeUser({ tenant, role, groups }) {
      const email = probeEmail(tenant, role)
      const password = newSecret(24)
      return { userId: await accounts.ensureProbe(tenant, email, groups, password), email, password }
    },

    removeProbeUser: ({ tenant, role }) => accounts.removeProbe(tenant, probeEmail(tenant, role)),

    /** Accounts belong to one tenant here, so all of them go; their invites go with them. */
    removeTenant: ({ tenant, keepOrganization }) =>
      db.inTransaction(async (tx) => {
        for (const table of ['embedded_account', 'embedded_client', 'embedded_group']) {
          await tx.rows(`delete from ${table} where tenant = $1`, [tenant])
        }
        if (!keepOrganization) await tx.rows('delete from embedded_organization where tenant = $1', [tenant])
      }),

    check: async () => [await databaseCheck(db, origin, now), listenerCheck(origin, listening(), now)],
  }
}

const noOrganization = (tenant: string) =>
  new NexusError('identity.no_organization', 'missing', `There is no organization of ${tenant}.`)

async function refuseUnknownGroups(db: Database, tenant: string, groups: readonly string[]): Promise<void> {
  const rows = await db.rows<{ name: string }>('select g.name from embedded_group g where g.tenant = $1', [tenant])
  const known = new Set(rows.map((row) => row.name))
  const missing = groups.filter((each) => !known.has(each))
  if (missing.length > 0) {
    throw new NexusError(
      'identity.no_group',
      'missing',
      `The organization of ${tenant} has no group ${missing.join(', ')}.`,
    )
  }
}

const result = (
  name: string,
  title: string,
  status: CheckResult['status'],
  summary: string,
  asked: string,
  at: Date,
): CheckResult => ({
  name,
  title,
  status,
  summary,
  asked,
  vantage: 'control plane',
  at: at.toISOString(),
})

async function databaseCheck(db: Database, origin: string, now: () => Date): Promise<CheckResult> {
  const title = 'The embedded identity provider has its keys'
  try {
    const row = await db.row(`select 1 from embedded_key where name = 'keys'`)
    const [status, summary] = row
      ? (['pass', `${origin} signs with its own keys`] as const)
      : (['fail', 'not started yet'] as const)
    return result('identity.keys', title, status, summary, 'embedded_key', now())
  } catch (thrown) {
    return result('identity.keys', title, 'unknown', plainLine(String(thrown)), 'embedded_key', now())
  }
}

const listenerCheck = (origin: string, listening: boolean, now: () => Date): CheckResult =>
  result(
    'identity.listener',
    'The embedded identity provider listens',
    listening ? 'pass' : 'fail',
    listening ? `${origin} is served by this nexusd` : `no listener for ${origin} in this nexusd`,
    origin,
    now(),
  )
