import { once } from 'node:events'
import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backendRules } from '../../../../reference/src/backend/backend-env.ts'
import { backendServer } from '../../../../reference/src/backend/backend-server.ts'
import { migrate, shippedMigrations } from '../../../../reference/src/backend/migration-run.ts'
import { readEnv } from '../../../../reference/src/common/env-rules.ts'
import { emptyDatabaseUrl, testDatabase } from '../../../test/harness/database.ts'
import { type Actor, systemActor } from '../../platform/actor.ts'
import { embeddedIdentity } from '../../platform/adapters/embedded-identity.ts'
import { secretBox } from '../../platform/secret-box.ts'
import { fetchVia, type IdentitySecrets, identityService } from './index.ts'

const db = await testDatabase()
const instanceUrl = await emptyDatabaseUrl()
const actor = systemActor('test')
const now = () => new Date()
const [identityPort, apiPort] = [await freePort(), await freePort()]
const origin = `http://127.0.0.1:${identityPort}`
const [appUrl, apiUrl] = ['http://app.acme.test', `http://api.acme.test:${apiPort}`]
const embedded = embeddedIdentity({
  db,
  box: secretBox(Buffer.alloc(32, 1)),
  origin,
  listen: { host: '127.0.0.1', port: identityPort },
  now,
})
const { http, close } = fetchVia({ resolve: (host) => (host === 'api.acme.test' ? '127.0.0.1' : undefined), ca: [] })

const kept: string[] = []
const secrets: IdentitySecrets = {
  put: async (_actor: Actor, { tenant, name, value }) => `secret:${tenant}/${name}@${kept.push(value)}`,
  reveal: async (ref) => kept[Number(ref.split('@')[1]) - 1] ?? '',
}
const identity = identityService({ db, provider: embedded.provider, secrets, now })
const wish = (tenant: string) => ({
  orderId: `ord_${tenant}`,
  tenant,
  organization: { mode: 'create' as const, name: tenant },
  appUrl,
  apiUrl,
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The backend that Nexus delivers, as the tenant was prepared. */
async function startInstance(tenant: string, clientId: string, clientSecret: string) {
  const client = new pg.Client({ connectionString: instanceUrl })
  await client.connect()
  await migrate(client, shippedMigrations())
  await client.end()
  const env = readEnv(backendRules, {
    DATABASE_URL: instanceUrl,
    OIDC_ISSUER: origin,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    TENANT: tenant,
    SESSION_SECRET: 's'.repeat(40),
    OPENCLAW_API_URL: 'http://127.0.0.1:1',
    OPENCLAW_API_KEY: 'k'.repeat(20),
    APP_URL: appUrl,
    API_URL: apiUrl,
    SMOKE_TOKEN: 't'.repeat(20),
    LOG_LEVEL: 'error',
  })
  if (!env.ok) throw new Error(JSON.stringify(env.problems))
  const server = backendServer(env.values, new pg.Pool({ connectionString: instanceUrl, max: 3 }))
  await server.listen({ host: '127.0.0.1', port: apiPort })
  return server
}

beforeAll(() => embedded.start())
afterAll(async () => {
  await embedded.stop()
  await close()
})

describe('preparing a tenant', () => {
  test('twice changes nothing and answers the same, with its trail once (S0-120, S0-121)', async () => {
    const first = await identity.prepareTenant(actor, wish('twice'))
    const second = await identity.prepareTenant(actor, wish('twice'))
    const trail = await db.rows(`select 1 from audit_entry where subject = 'twice'`)

    expect(second).toEqual(first)
    expect(trail).toHaveLength(1)
  })

  test('that belongs to another order is refused', async () => {
    await identity.prepareTenant(actor, wish('taken'))

    await expect(identity.prepareTenant(actor, { ...wish('taken'), orderId: 'ord_other' })).rejects.toMatchObject({
      code: 'identity.tenant_taken',
    })
  })

  test('given back with its order leaves nobody and lets another order have it', async () => {
    await identity.prepareTenant(actor, wish('back'))
    await identity.inviteAdmin(actor, { tenant: 'back', email: 'ada@back.test' })

    expect(await identity.giveBackTenant(actor, { orderId: 'ord_back' })).toEqual(['back'])
    expect(await identity.giveBackTenant(actor, { orderId: 'ord_back' })).toEqual([])

    expect(await embedded.provider.groupsOf('back', 'ada@back.test')).toBeUndefined()
    expect(await identity.prepareTenant(actor, { ...wish('back'), orderId: 'ord_other' })).toMatchObject({
      tenant: 'back',
    })
  })

  test('is refused to someone who may only look', async () => {
    const viewer: Actor = { id: 'p', name: 'viewer', permissions: ['identity.read'] }

    await expect(identity.prepareTenant(viewer, wish('viewer'))).rejects.toMatchObject({ kind: 'forbidden' })
  })
})

describe('inviting the admin', () => {
  test('twice answers the link that is out, on request a new one; the group is seen at the provider (S0-122, S0-123)', async () => {
    const who = { tenant: 'invites', email: 'ada@invites.test' }
    await identity.prepareTenant(actor, wish('invites'))

    const first = await identity.inviteAdmin(actor, who)
    const second = await identity.inviteAdmin(actor, who)
    const resent = await identity.resendInvite(actor, { tenant: 'invites' })

    expect(second).toEqual(first)
    expect(resent.inviteRef).not.toBe(first.inviteRef)
    expect(await identity.mapRoles(actor, who)).toMatchObject([{ status: 'pass' }])
    expect(await identity.mapRoles(actor, { ...who, email: 'no@invites.test' })).toMatchObject([{ status: 'fail' }])
  })
})

describe('proving the sign-in', () => {
  test('goes through a real instance: login, claims, tenant, roles, and who must stay out (S0-124..127)', async () => {
    const { clientId, clientSecretRef } = await identity.prepareTenant(actor, wish('acme'))
    const instance = await startInstance('acme', clientId, await secrets.reveal(clientSecretRef))

    const results = await identity.proveSignIn(actor, { tenant: 'acme', http })
    await instance.close()

    expect(results.map(({ name, status, summary }) => [name, status, summary])).toEqual([
      ['identity.login', 'pass', expect.any(String)],
      ['identity.claims', 'pass', expect.any(String)],
      ['identity.tenant', 'pass', 'tenant acme'],
      ['identity.roles', 'pass', expect.any(String)],
      ['identity.no_group', 'pass', 'refused'],
      ['identity.stranger', 'pass', 'refused'],
    ])
    expect(await db.rows('select 1 from embedded_account where probe')).toEqual([])
  })

  test('against an instance of another tenant fails', async () => {
    const { clientId, clientSecretRef } = await identity.prepareTenant(actor, wish('acme'))
    const instance = await startInstance('globex', clientId, await secrets.reveal(clientSecretRef))

    const results = await identity.proveSignIn(actor, { tenant: 'acme', http })
    await instance.close()

    expect(results.find(({ name }) => name === 'identity.login')?.status).toBe('fail')
    expect(results.find(({ name }) => name === 'identity.tenant')?.status).toBe('fail')
  })

  test('without an instance is unknown, never pass', async () => {
    const results = await identity.proveSignIn(actor, { tenant: 'acme', http })

    expect(results.filter(({ name }) => name !== 'identity.claims').map(({ status }) => status)).toEqual(
      Array(5).fill('unknown'),
    )
  })
})
