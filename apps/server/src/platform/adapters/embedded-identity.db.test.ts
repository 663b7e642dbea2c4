import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import {
  browser,
  fetchVia,
  type KeepSecret,
  passwordForm,
  redirectOf,
  signInDirect,
} from '../../modules/identity/index.ts'
import { secretBox } from '../secret-box.ts'
import { embeddedIdentity } from './embedded-identity.ts'

const db = await testDatabase()
const port = await freePort()
const origin = `http://127.0.0.1:${port}`
const box = secretBox(Buffer.alloc(32, 7))
let offset = 0
const now = () => new Date(Date.now() + offset)
const identity = () => embeddedIdentity({ db, box, origin, listen: { host: '127.0.0.1', port }, now })
const running = identity()
const { provider } = running
const { http, close } = fetchVia({
  resolve: (host) => (host === 'other.test' ? '127.0.0.1' : undefined),
  ca: [],
})
const kept = new Map<string, string>()
const keep: KeepSecret = async (name, value) => {
  kept.set(name, value)
  return `secret:test/${name}@1`
}
const good = 'correct horse battery staple'
const callback = 'http://api.acme.test/auth/callback'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function tenant(name: string) {
  await provider.ensureOrganization({ tenant: name, name: `${name} <Inc>` })
  await provider.ensureGroups(name, [`${name}-admins`, `${name}-users`])
  return provider.ensureClient(
    {
      tenant: name,
      redirectUris: [`http://api.${name}.test/auth/callback`],
      postLogoutUris: [`http://app.${name}.test`],
    },
    keep,
  )
}

async function invite(name: string, email: string): Promise<string> {
  await provider.invite({ tenant: name, email, groups: [`${name}-admins`] }, keep)
  return kept.get('admin-invite') ?? ''
}

async function setPassword(link: string, password = good, again = password) {
  return http(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ password, again }).toString(),
  })
}

async function loginForm(clientId: string, redirect = callback, extra: Record<string, string> = {}) {
  const through = browser(http)
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...extra,
  })
  const page = await through.follow(await through.get(`${origin}/auth?${query}`), redirect)
  return { through, page, form: passwordForm(page) }
}

async function tryPassword(clientId: string, email: string, password: string, redirect = callback) {
  const { through, form } = await loginForm(clientId, redirect)
  if (!form) throw new Error('no form')
  const answer = await through.submit({ action: form.action, fields: { email, password } })
  return { through, answer: await through.follow(answer, redirect) }
}

const alertOf = (page: string) => /role="alert">([^<]+)/.exec(page)?.[1]

beforeAll(() => running.start())
afterAll(async () => {
  await running.stop()
  await close()
})

describe('the embedded identity provider', () => {
  test('signs with keys of its own, the same after a restart, never with those of the library', async () => {
    const before = (await http(`${origin}/jwks`)).text

    await running.stop()
    await running.start()

    const after = (await http(`${origin}/jwks`)).text
    expect(after).toBe(before)
    expect(after).not.toContain('CHANGE-ME')
    expect(after).not.toContain('xwQ72P9z9OYshiQ-ntDYaPnnfwG6u9JAdLMZ5o0dmjlc')
    expect(JSON.parse(after).keys).toHaveLength(1)
    const [stored] = await db.rows<{ sealed: string }>('select sealed from embedded_key')
    expect(stored?.sealed.startsWith('v2.')).toBe(true)
  })

  test('has no development pages: /interaction answers 404 and the login page is ours', async () => {
    const { clientId } = await tenant('pages')
    const { page } = await loginForm(clientId, 'http://api.pages.test/auth/callback')

    expect((await http(`${origin}/interaction/abc`)).status).toBe(404)
    expect(page.text).toContain('Sign in to pages &#60;Inc&#62;')
    expect(page.text).not.toContain('oidc-provider')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['content-security-policy']).toContain('http://api.pages.test')
  })

  test('publishes only the code flow, and PKCE is required', async () => {
    const { clientId } = await tenant('acme')
    const found = JSON.parse((await http(`${origin}/.well-known/openid-configuration`)).text)
    const without = await http(
      `${origin}/auth?client_id=${clientId}&redirect_uri=${encodeURIComponent(callback)}&response_type=code&scope=openid`,
    )

    expect(found).toMatchObject({ issuer: origin, response_types_supported: ['code'] })
    expect(redirectOf(without)).toContain('error=invalid_request')
  })

  test('answers 421 under any other name', async () => {
    expect((await http(`http://other.test:${port}/jwks`)).status).toBe(421)
  })
})

describe('an invited admin', () => {
  test('sets a password, is refused with a wrong one, and signs in with code and PKCE (S0-122, S0-124, S0-125)', async () => {
    const { clientId, issuer } = await tenant('acme')
    const link = await invite('acme', 'Ada@acme.test')

    expect((await setPassword(link)).status).toBe(200)
    expect((await tryPassword(clientId, 'ada@acme.test', 'not the password')).answer.status).toBe(401)

    const problems = await signInDirect(
      {
        http,
        now,
        tenant: 'acme',
        issuer,
        clientId,
        clientSecret: kept.get('oidc-client-secret') ?? '',
        appUrl: 'http://app.acme.test',
        apiUrl: 'http://api.acme.test',
        logIn: provider.logIn,
      },
      { email: 'ada@acme.test', password: good, groups: ['acme-admins'] },
    )
    expect(problems).toEqual([])
  })

  test('cannot use a link twice', async () => {
    await tenant('twice')
    const link = await invite('twice', 'ada@twice.test')

    expect((await setPassword(link)).status).toBe(200)
    expect((await setPassword(link, 'another good password')).status).toBe(410)
  })

  test('two uses of one link at once set one password', async () => {
    await tenant('race')
    const link = await invite('race', 'ada@race.test')

    const answers = await Promise.all([setPassword(link, `${good} 1`), setPassword(link, `${good} 2`)])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
  })

  test('finds the link ended after 24 hours', async () => {
    await tenant('late')
    const link = await invite('late', 'ada@late.test')

    offset = 24 * 3_600_000 + 1000
    const answer = await setPassword(link)
    offset = 0

    expect(answer.status).toBe(410)
  })

  test('who is invited again can use only the newer link', async () => {
    await tenant('again')
    const older = await invite('again', 'ada@again.test')
    const newer = await invite('again', 'ada@again.test')

    expect((await setPassword(older)).status).toBe(410)
    expect((await setPassword(newer)).status).toBe(200)
  })

  test('is told what is wrong with a password that is too short, repeated or not typed twice the same', async () => {
    await tenant('short')
    const link = await invite('short', 'ada@short.test')

    expect((await setPassword(link, 'short')).text).toContain('at least 12')
    expect((await setPassword(link, 'aaaaaaaaaaaaaaaa')).text).toContain('repeats')
    expect((await setPassword(link, good, 'different')).text).toContain('not the same')
    expect((await setPassword(link)).status).toBe(200)
  })

  test('leaves nothing but hashes behind', async () => {
    const link = await invite('acme', 'secret@acme.test')
    const token = link.split('/').at(-1) ?? 'none'
    const rows = await db.rows<{ t: string }>('select token_hash as t from embedded_invite')
    const accounts = await db.rows<{ p: string | null }>(
      'select password_hash as p from embedded_account where password_hash is not null',
    )

    expect(rows.some(({ t }) => t.includes(token))).toBe(false)
    expect(accounts.every(({ p }) => p?.startsWith('$argon2id$v=19$m=19456,t=2,p=1$'))).toBe(true)
  })
})

describe('guessing a password', () => {
  test('ends after five wrong ones for some minutes, with the same sentence, and opens again', async () => {
    const { clientId } = await tenant('lock')
    const redirect = 'http://api.lock.test/auth/callback'
    await setPassword(await invite('lock', 'ada@lock.test'))

    const wrong = await tryPassword(clientId, 'ada@lock.test', 'wrong', redirect)
    for (let i = 0; i < 4; i += 1) await tryPassword(clientId, 'ada@lock.test', 'wrong', redirect)
    const right = await tryPassword(clientId, 'ada@lock.test', good, redirect)
    expect(right.answer.status).toBe(401)
    expect(alertOf(right.answer.text)).toBe(alertOf(wrong.answer.text))

    offset = 11 * 60_000
    const later = await tryPassword(clientId, 'ada@lock.test', good, redirect)
    offset = 0
    expect(redirectOf(later.answer)).toContain('code=')
  })

  test('says the same for a person who does not exist', async () => {
    const { clientId } = await tenant('acme')
    const { answer } = await tryPassword(clientId, 'nobody@acme.test', 'wrong password')

    expect(answer.status).toBe(401)
    expect(answer.text).toContain('E-mail or password is wrong')
  })
})

describe('a person of another tenant', () => {
  test('is told so at the login page, and gets no code', async () => {
    const { clientId } = await tenant('acme')
    await tenant('globex')
    await setPassword(await invite('globex', 'eve@globex.test'))

    const { answer } = await tryPassword(clientId, 'eve@globex.test', good)

    expect(answer.status).toBe(403)
    expect(answer.text).toContain('does not belong to acme')
    expect(redirectOf(answer)).toBeUndefined()
  })

  test('who is signed in already is asked for an account of this tenant', async () => {
    const { clientId: acme } = await tenant('acme')
    const { clientId: globex } = await tenant('globex')
    await setPassword(await invite('globex', 'bob@globex.test'))
    const { through, answer } = await tryPassword(
      globex,
      'bob@globex.test',
      good,
      'http://api.globex.test/auth/callback',
    )
    expect(redirectOf(answer)).toContain('code=')

    const query = `client_id=${acme}&redirect_uri=${encodeURIComponent(callback)}&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`
    const page = await through.follow(await through.get(`${origin}/auth?${query}`), callback)
    const silent = await through.get(`${origin}/auth?${query}&prompt=none`)

    expect(page.status).toBe(403)
    expect(page.text).toContain('does not belong to acme')
    expect(redirectOf(silent)).toContain('error=login_required')
  })
})

describe('a session', () => {
  test('is used again without a password, asks again at prompt=login, and ends at logout', async () => {
    const { clientId } = await tenant('acme')
    await setPassword(await invite('acme', 'kim@acme.test'))
    const { through } = await tryPassword(clientId, 'kim@acme.test', good)
    const query = `client_id=${clientId}&redirect_uri=${encodeURIComponent(callback)}&response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`

    expect(redirectOf(await through.get(`${origin}/auth?${query}&prompt=none`))).toContain('code=')
    const asked = await through.follow(await through.get(`${origin}/auth?${query}&prompt=login`), callback)
    expect(passwordForm(asked)).toBeDefined()

    const logout = await through.get(
      `${origin}/session/end?client_id=${clientId}&post_logout_redirect_uri=${encodeURIComponent('http://app.acme.test')}`,
    )
    expect(logout.text).toContain('Sign out?')
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(logout.text)?.[1] ?? ''
    const left = await through.submit({ action: `${origin}/session/end/confirm`, fields: { xsrf, logout: 'yes' } })

    expect(redirectOf(left)).toBe('http://app.acme.test/')
    expect(redirectOf(await through.get(`${origin}/auth?${query}&prompt=none`))).toContain('error=login_required')
  })
})

describe('checking the embedded provider', () => {
  test('passes while it listens and fails when it does not', async () => {
    expect((await provider.check()).map(({ status }) => status)).toEqual(['pass', 'pass'])

    await running.stop()
    const stopped = await provider.check()
    await running.start()

    expect(stopped.map(({ status }) => status)).toEqual(['pass', 'fail'])
  })
})
