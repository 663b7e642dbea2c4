import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { builtConsole } from '../../apps/console/test/built-console.ts'
import type { Person } from '../../apps/server/src/modules/access/index.ts'
import { testDatabase } from '../../apps/server/test/harness/database.ts'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { staffIdentity, staffPassword } from '../../apps/server/test/harness/staff-identity.ts'

const cookieName = '__Host-nexus-session'
let staff: Awaited<ReturnType<typeof staffIdentity>>
let app: PretendApp
let ann: Person
let browser: BrowserContext
let folder: string
let page: Page

beforeAll(async () => {
  staff = await staffIdentity(await testDatabase())
  await builtConsole()
  app = await pretendApp({ settings: staff.settings })
  const add = (name: string, email: string) =>
    app.services.access.createPerson(app.me, { name, email, roles: ['admin'] })
  ann = await add('Ann Ops', 'ann@staff.test')
  await add('Ben Ops', 'ben@staff.test')
  for (const name of ['ann', 'ben', 'stranger']) await staff.account(`${name}@staff.test`)
  folder = await mkdtemp(join(tmpdir(), 'nexus-sign-in-'))
  browser = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  browser.setDefaultTimeout(20_000)
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await staff?.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await browser.clearCookies()
  page = await browser.newPage()
  return () => page.close()
})

async function signIn(email: string, path = '/'): Promise<void> {
  await page.goto(`${app.address}${path}`)
  await page.getByRole('link', { name: 'Sign in with' }).click()
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(staffPassword)
  await page.locator('button[type=submit]').click()
}
const sessionCookie = async () => (await browser.cookies()).find((each) => each.name === cookieName)
const trail = (action: string) =>
  app.db.rows<{ actor: string; subject: string; after: Record<string, unknown> }>(
    'select actor, subject, after from audit_entry where action = $1 order by id',
    [action],
  )
const csrf = () =>
  page.evaluate(async () => {
    const answer = await fetch('/api/v1/sign-in')
    return ((await answer.json()) as { session?: { csrf: string } }).session?.csrf ?? ''
  })
const statusOf = (headers: Record<string, string>) =>
  page.evaluate(
    async (sent) =>
      (await fetch('/api/v1/people', { method: 'POST', headers: sent, body: '{}', credentials: 'include' })).status,
    { 'content-type': 'application/json', ...headers },
  )

describe('signing in through the identity provider, in a browser', () => {
  test('leads back to the page one came from, with a cookie that no script can read', async () => {
    await signIn('ann@staff.test', '/orders?show=blocked')
    await page.getByText('Ann Ops').waitFor()

    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/orders?show=blocked')
    expect(await sessionCookie()).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' })
    expect(await page.evaluate(() => `${document.cookie}${sessionStorage.length + localStorage.length}`)).toBe('0')
    expect((await trail('session.opened')).at(-1)).toMatchObject({ actor: ann.id, after: { address: '127.0.0.1' } })
    const kept = JSON.stringify(await app.db.rows('select * from session'))
    expect(kept).not.toContain((await sessionCookie())?.value.slice(4))
  })

  test('lets a page of ours change something, and no other', async () => {
    await signIn('ann@staff.test')
    await page.getByText('Ann Ops').waitFor()
    const token = await csrf()

    expect(await statusOf({ 'x-nexus-csrf': token })).toBe(400)
    expect(await statusOf({})).toBe(403)
    expect(await statusOf({ 'x-nexus-csrf': `${token.slice(0, -2)}AA` })).toBe(403)
    const cookie = `${cookieName}=${(await sessionCookie())?.value}`
    const elsewhere = await fetch(`${app.address}/api/v1/people`, {
      method: 'POST',
      headers: { cookie, 'x-nexus-csrf': token, origin: 'https://evil.test', 'content-type': 'application/json' },
      body: '{}',
    })
    expect(elsewhere.status).toBe(403)
    await expect
      .poll(async () => (await trail('access.refused')).map((each) => each.after['code']))
      .toContain('access.cross_site')
  })

  test('ends with Sign out, on the server too', async () => {
    await signIn('ann@staff.test')
    await page.getByText('Ann Ops').waitFor()
    const before = (await sessionCookie())?.value
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API token').waitFor()

    expect(await sessionCookie()).toBeUndefined()
    const again = await fetch(`${app.address}/api/v1/whoami`, { headers: { cookie: `${cookieName}=${before}` } })
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([401, 'access.session_over'])
  })

  test('refuses a verified stranger in words, and leaves that in the trail', async () => {
    await signIn('stranger@staff.test')
    await page.getByRole('alert').getByText('Nobody with your verified address').waitFor()

    expect(await sessionCookie()).toBeUndefined()
    expect(new URL(page.url()).search).toBe('')
    expect((await trail('access.refused')).map((each) => each.after['code'])).toContain('access.sign_in_unknown')
  })

  test('takes no answer that began in another browser', async () => {
    await page.goto(`${app.address}/sign-in/callback?code=stolen&state=planted`)
    await page.getByRole('alert').getByText('began in another browser').waitFor()

    expect(await sessionCookie()).toBeUndefined()
  })

  test('is over, with the tokens and the streams, once the person is disabled', async () => {
    await signIn('ben@staff.test')
    await page.locator('.link-live').waitFor()
    const ben = (await app.services.access.listPeople(app.me, { limit: 50 })).find((each) => each.name === 'Ben Ops')
    const began = Date.now()
    await app.services.access.disablePerson(app.me, ben?.id ?? '')

    await page.getByRole('link', { name: 'Sign in with' }).waitFor({ timeout: 60_000 })
    expect(Date.now() - began).toBeLessThan(60_000)
    await page.getByRole('link', { name: 'Sign in with' }).click()
    await page.getByRole('alert').getByText('You are disabled here').waitFor()
  })
})
