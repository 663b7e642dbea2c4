import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { authentikIdentity } from './authentik-identity.ts'

type Row = Record<string, unknown> & { pk: string | number }
type Asked = {
  readonly method: string
  readonly path: string
  readonly token: string
  readonly body: Record<string, unknown>
}

/** As much of authentik's API as its published schema says of these calls; not a live server. */
const tables = new Map<string, Row[]>()
let asked: Asked[] = []
let away = false
let next = 1

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://x')
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  const path = url.pathname.replace('/api/v3', '')
  asked.push({
    method: request.method ?? '',
    path: path + url.search,
    token: request.headers.authorization ?? '',
    body,
  })
  const say = (status: number, answer?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(answer === undefined ? '' : JSON.stringify(answer))
  }
  if (away) return say(503, { detail: 'starting' })
  if (path === '/core/users/me/') return say(200, { user: { username: 'nexus' } })
  if (path === '/admin/version/') return say(200, { version_current: '2025.10.1' })
  if (path === '/core/brands/current/') return say(200, { flow_recovery: 'default-recovery-flow' })
  if (/\/recovery\/$/.test(path)) return say(200, { link: `https://auth.test/if/flow/recovery/?flow_token=${next++}` })
  if (/\/set_password\/$/.test(path)) return say(204)
  const [, table = '', id] =
    /^(\/(?:core|providers|policies|flows|crypto|propertymappings)(?:\/provider)?\/[a-z0-9]+)\/(?:([^/]+)\/)?$/.exec(
      path,
    ) ?? []
  const rows = tables.get(table) ?? []
  const found = id === undefined ? undefined : rows.find((row) => String(row.pk) === id || row['slug'] === id)
  if (request.method === 'POST') {
    const pk = table === '/core/users' || table === '/providers/oauth2' ? next++ : `pk-${next++}`
    const secret = table === '/providers/oauth2' ? { client_secret: 'authentik-made-this' } : {}
    const row = { ...secret, ...body, pk }
    tables.set(table, [...rows, row])
    return say(201, shown(table, row))
  }
  if (id !== undefined && !found) return say(404, { detail: 'no' })
  if (request.method === 'PATCH' && found) return say(200, shown(table, Object.assign(found, body)))
  if (request.method === 'DELETE') {
    tables.set(
      table,
      rows.filter((row) => row !== found),
    )
    return say(204)
  }
  if (found) return say(200, shown(table, found))
  const wanted = [...url.searchParams].filter(([key]) => ['name', 'username', 'slug', 'target'].includes(key))
  const results = rows
    .filter((row) => wanted.every(([key, value]) => row[key] === value))
    .map((row) => shown(table, row))
  say(200, { pagination: { count: results.length }, results })
})

const shown = (table: string, row: Row) => {
  if (table !== '/core/users') return row
  const held = (row['groups'] ?? []) as string[]
  const all = tables.get('/core/groups') ?? []
  return {
    ...row,
    groups_obj: all.filter((group) => held.includes(String(group.pk))).map(({ pk, name }) => ({ pk, name })),
  }
}

server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const port = address && typeof address !== 'string' ? address.port : 0
afterAll(() => server.close())

const kept: Array<readonly [string, string]> = []
const keep = async (name: string, value: string) => `secret:acme/${name}@${kept.push([name, value])}`
const provider = authentikIdentity({
  url: `http://127.0.0.1:${port}/`,
  token: async () => 't0ken',
  now: () => new Date('2026-11-21T10:00:00Z'),
})

async function prepare(tenant: string) {
  await provider.ensureOrganization({ tenant, name: tenant })
  await provider.ensureGroups(tenant, [`${tenant}-admins`, `${tenant}-users`])
  return provider.ensureClient(
    {
      tenant,
      redirectUris: [`https://api.${tenant}.test/auth/callback`],
      postLogoutUris: [`https://app.${tenant}.test`],
    },
    keep,
  )
}

beforeEach(() => {
  asked = []
  away = false
  kept.length = 0
  tables.clear()
  tables.set('/flows/instances', [
    { pk: 'f-1', name: 'Authorize', slug: 'default-provider-authorization-implicit-consent' },
    { pk: 'f-2', name: 'Log out', slug: 'default-provider-invalidation-flow' },
  ])
  tables.set('/crypto/certificatekeypairs', [{ pk: 'c-1', name: 'authentik Self-signed Certificate' }])
  tables.set('/propertymappings/provider/scope', [
    { pk: 's-1', name: "authentik default OAuth Mapping: OpenID 'openid'", scope_name: 'openid' },
    { pk: 's-2', name: 'something else', scope_name: 'email' },
  ])
})

describe('a tenant at authentik', () => {
  test('gets an organization, groups, a client and its metadata, and twice is once (S0-120, S0-121, S0-123)', async () => {
    const first = await prepare('acme')
    await provider.setMetadata('acme', { tenant: 'acme', app_url: 'https://app.acme.test' })
    const sizes = [...tables].map(([name, rows]) => [name, rows.length])
    const second = await prepare('acme')

    expect(second).toMatchObject({ issuer: first.issuer, clientId: 'nexus-acme' })
    expect([...tables].map(([name, rows]) => [name, rows.length])).toEqual(sizes)
    expect(await provider.getMetadata('acme')).toEqual({ tenant: 'acme', app_url: 'https://app.acme.test' })
    expect(first.issuer).toBe(`http://127.0.0.1:${port}/application/o/nexus-acme/`)
    expect(kept[0]).toEqual(['oidc-client-secret', 'authentik-made-this'])
  })

  test('has a confidential client with strict addresses, a signing key and the claims, open to its groups only', async () => {
    await prepare('acme')

    expect(tables.get('/providers/oauth2')?.[0]).toMatchObject({
      client_type: 'confidential',
      signing_key: 'c-1',
      include_claims_in_id_token: true,
      redirect_uris: [
        { matching_mode: 'strict', url: 'https://api.acme.test/auth/callback' },
        { matching_mode: 'strict', url: 'https://app.acme.test' },
      ],
    })
    expect(tables.get('/policies/bindings')).toHaveLength(2)
    expect(asked.every(({ token }) => token === 'Bearer t0ken')).toBe(true)
  })

  test('invites its admin into the group, with the link kept by reference (S0-122)', async () => {
    await prepare('acme')
    const invited = await provider.invite({ tenant: 'acme', email: 'ada@acme.test', groups: ['acme-admins'] }, keep)

    expect(invited.expiresAt.toISOString()).toBe('2026-11-22T10:00:00.000Z')
    expect(JSON.stringify(invited)).not.toContain('flow_token')
    expect(kept.at(-1)?.[1]).toContain('flow_token')
    expect(await provider.groupsOf('acme', 'ada@acme.test')).toEqual(['acme-admins'])
  })

  test('leaves a person who is invited again in the groups that they have', async () => {
    await prepare('acme')
    await provider.invite({ tenant: 'acme', email: 'kim@acme.test', groups: ['acme-users'] }, keep)
    await provider.invite({ tenant: 'acme', email: 'kim@acme.test', groups: ['acme-admins'] }, keep)

    expect(await provider.groupsOf('acme', 'kim@acme.test')).toEqual(['acme-admins', 'acme-users'])
  })

  test('does not take a person or a group of another tenant', async () => {
    await prepare('acme')
    await prepare('globex')
    await provider.invite({ tenant: 'globex', email: 'eve@globex.test', groups: ['globex-admins'] }, keep)

    const taking = provider.invite({ tenant: 'acme', email: 'eve@globex.test', groups: ['acme-admins'] }, keep)
    await expect(taking).rejects.toMatchObject({ code: 'identity.user_taken' })
    await expect(provider.ensureGroups('acme', ['globex-admins'])).rejects.toMatchObject({
      code: 'identity.group_taken',
    })
  })

  test('is mapped to an organization that exists, and refused when it does not (S0-120)', async () => {
    tables.set('/core/groups', [{ pk: 'g-1', name: 'Acme Inc', attributes: { city: 'Bern' } }])

    const mapped = await provider.ensureOrganization({ tenant: 'acme', name: 'Acme', reference: 'Acme Inc' })
    const wrong = provider.ensureOrganization({ tenant: 'other', name: 'Other', reference: 'Nobody' })

    expect(mapped.organizationId).toBe('g-1')
    expect(tables.get('/core/groups')?.[0]).toMatchObject({ attributes: { city: 'Bern', tenant: 'acme' } })
    await expect(wrong).rejects.toMatchObject({ code: 'identity.no_organization' })
  })

  test('has probe users only as long as they are needed', async () => {
    await prepare('acme')
    const probe = await provider.ensureProbeUser({ tenant: 'acme', role: 'admin', groups: ['acme-admins'] })
    await provider.removeProbeUser({ tenant: 'acme', role: 'admin' })

    expect(probe.password.length).toBeGreaterThan(20)
    expect(tables.get('/core/users')).toEqual([])
  })
})

describe('checking authentik', () => {
  test('passes when all that is needed is there, and names what is not', async () => {
    const well = await provider.check()
    tables.set('/crypto/certificatekeypairs', [])
    const ill = await provider.check()

    expect(well.every(({ status }) => status === 'pass')).toBe(true)
    expect(ill.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual(['identity.signing_key'])
  })

  test('is unknown while it does not answer', async () => {
    away = true

    expect((await provider.check()).every(({ status }) => status === 'unknown')).toBe(true)
  })
})
