import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { builtConsole } from './test/built-console.ts'
import { goodToken, type RecordedServer, startRecordedServer } from './test/recorded-server.ts'

const limit = 15_000
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let dist: string
let folder: string
let browser: BrowserContext
let server: RecordedServer
let page: Page
let troubles: string[]

beforeAll(async () => {
  dist = await builtConsole()
  folder = await mkdtemp(join(tmpdir(), 'nexus-browser-'))
  browser = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    args: flags,
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Asia/Tokyo',
  })
  browser.setDefaultTimeout(limit)
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  server = await startRecordedServer(dist)
  page = await browser.newPage()
  troubles = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
      troubles.push(message.text())
  })
})
afterEach(async () => {
  await page.close()
  await server.close()
})

async function signIn(path = '/', token = goodToken): Promise<void> {
  await page.goto(`${server.url}${path}`)
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const text = (selector: string) => page.locator(selector).allTextContents()

describe('signing in', () => {
  test('shows the orders by due time, and keeps the token out of every address', async () => {
    await signIn()
    await page.getByRole('table').waitFor()

    const tickets = await text('tbody th a')
    const dues = await text('td.due > span')
    expect(tickets).toEqual(['NX-1002', 'NX-1003', 'NX-1004', 'NX-1005', 'NX-1006', 'NX-1001'])
    expect(dues[0]).toBe('overdue 12 min')
    expect(dues[1]).toMatch(/^due in 3[78] min, at risk$/)
    expect(dues.slice(3)).toEqual(['clock stopped', 'no due time', 'delivered in time'])
    expect(server.asked.join(' ')).not.toContain(goodToken)
    expect(page.url()).not.toContain(goodToken)
    expect(await page.evaluate(() => localStorage.length + document.cookie.length)).toBe(0)
    expect(troubles).toEqual([])
  })

  test('with a token that is not accepted says so in the words of the server', async () => {
    await signIn('/', 'nxt_somebody_else')

    await page.getByRole('alert').getByText('This token is unknown, has ended or was revoked.').waitFor()
  })

  test('survives a reload and ends with Sign out', async () => {
    await signIn()
    await page.getByRole('table').waitFor()
    await page.reload()
    await page.getByRole('table').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.getByLabel('API token').waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  test('is asked for again when the token was revoked, and leads back to the same page', async () => {
    await signIn('/orders/NX-1004')
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    server.revokeToken()
    server.cutStreams()

    await page.getByLabel('API token').waitFor()
    await page.getByText('This token is unknown').waitFor()
    expect(new URL(page.url()).pathname).toBe('/orders/NX-1004')
    expect(await page.getByText('Acme GmbH').count()).toBe(0)
  })
})

describe('the page of an order', () => {
  test('is opened from the list by keyboard, and a filter stays in the address', async () => {
    await signIn()
    await page.getByRole('link', { name: 'Blocked' }).click()
    await expect.poll(() => text('tbody th a')).toEqual(['NX-1002', 'NX-1005'])
    expect(new URL(page.url()).search).toBe('?show=blocked')
    await page.getByRole('link', { name: 'NX-1005' }).focus()
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: 'Blocked, waits for the customer' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.goBack()
    await expect.poll(() => text('tbody th a')).toEqual(['NX-1002', 'NX-1005'])
  })

  test('shows a new step when the server tells of it, without a reload', async () => {
    await signIn('/orders/NX-1004')
    await page.getByText('waiting for port 22, 14 of 90 s').first().waitFor()
    await expect.poll(() => server.listeners(), { timeout: limit }).toBe(1)
    await page.evaluate(() => document.body.setAttribute('data-same-page', 'yes'))
    const before = Date.now()
    server.beginStep('deploy 1 of 7: fetch the artifact')
    await page.locator('.step-running').getByText('deploy 1 of 7: fetch the artifact').waitFor()

    expect(Date.now() - before).toBeLessThan(2500)
    expect(await page.locator('body').getAttribute('data-same-page')).toBe('yes')
    expect(await page.locator('main > [role=status]').textContent()).toContain('Now: deploy 1 of 7: fetch the artifact')
    expect(server.asked.some((each) => each === '/api/v1/events?subject=ord_running')).toBe(true)
    expect(troubles).toEqual([])
  })

  test('asks by itself while there is no stream, and follows it again as soon as there is', async () => {
    await signIn('/orders/NX-1004')
    await page.locator('.link-live').waitFor()
    server.takeStreams(false)
    server.cutStreams()
    await page.getByText('not live: asking every 3 s').waitFor()
    server.beginStep('found by asking', undefined, false)
    await page.locator('.step-running').getByText('found by asking').waitFor()
    server.takeStreams(true)

    await page.locator('.link-live').waitFor()
  })

  test('lets go of its stream while its tab is hidden', async () => {
    await signIn('/orders/NX-1004')
    await page.locator('.link-live').waitFor()
    const seen = (hidden: boolean) =>
      page.evaluate((is) => {
        Object.defineProperty(document, 'hidden', { value: is, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)

    await seen(true)
    await expect.poll(() => server.listeners(), { timeout: limit }).toBe(0)
    server.beginStep('begun meanwhile')
    await seen(false)
    await page.locator('.step-running').getByText('begun meanwhile').waitFor()
  })

  test('says that what it shows may be old when nobody answers', async () => {
    await signIn('/orders/NX-1004')
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    await page.route('**/api/v1/**', (route) => route.abort())
    server.cutStreams()

    await page.getByRole('alert').getByText('What is shown may be old.').waitFor()
    expect(await page.getByRole('heading', { name: 'Timeline' }).count()).toBe(1)
  })

  test('tells unknown, not built and not applicable from pass by word and by colour', async () => {
    await signIn('/orders/NX-1004')
    const badge = (title: string) => page.locator('.checks li', { hasText: title }).locator('.check-status')
    await badge('The disk has room').waitFor()

    const colourOf = (title: string) => badge(title).evaluate((element) => getComputedStyle(element).color)
    const titles = [
      'The disk has room',
      'The kernel is the newest',
      'The frontend answers',
      'A session survives',
      'Alerts reach',
      'Sign-in by the customer',
    ]
    const words = await Promise.all(titles.map((title) => badge(title).textContent()))
    expect(words.map((word) => word?.replace(/^\W\s*/, ''))).toEqual([
      'pass',
      'warn',
      'fail',
      'unknown',
      'not built yet',
      'not applicable',
    ])
    expect(new Set(await Promise.all(titles.map(colourOf))).size).toBe(6)
    expect(await text('#checks .count')).toContain('1 unknown')
    await page.getByText('The disk has room').click()
    await page.getByText('/dev/vda1 40G').waitFor()
  })

  test('shows what failed with its hint, and the commands to go on', async () => {
    await signIn('/orders/NX-1002')
    await page.getByText('openclaw did not answer 200').waitFor()

    await page.getByText('nexusctl instance logs NX-1002 --service openclaw').waitFor()
    await page.getByText('technicalContact.phone').waitFor()
    await page.getByRole('button', { name: 'Copy nexusctl order retry NX-1002' }).waitFor()
    expect(await page.locator('.step-failed').textContent()).toContain('tried 3 times')
  })

  test('keeps hostile text as text: no markup, no hidden marks, no link but to the web', async () => {
    await signIn('/orders/NX-1002')
    await page.getByText('openclaw did not answer 200').waitFor()
    for (const summary of await page.locator('.checks summary').all()) await summary.click()

    expect(await page.locator('main img').count()).toBe(0)
    expect(await page.title()).not.toContain('owned')
    const shown = await page.locator('main').textContent()
    expect(shown).toContain('<img src=x onerror=')
    expect(shown).toContain('[U+202E]')
    expect(shown).not.toContain('\u202E')
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0)
    await page.getByRole('link', { name: 'Orders' }).click()
    await page.getByRole('table').waitFor()
    expect(await page.locator('main img').count()).toBe(0)
    expect(troubles).toEqual([])
  })

  test('of a ticket nobody knows says so', async () => {
    await signIn('/orders/NX-9999')

    await page.getByRole('alert').getByText('There is no order NX-9999.').waitFor()
  })

  test('tells times in the zone of the viewer, with UTC beside', async () => {
    await signIn('/orders/NX-1004')
    const time = page.locator('.facts time').first()
    const iso = (await time.getAttribute('datetime')) ?? ''
    const tokyo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' })

    expect(await time.textContent()).toContain(tokyo.format(new Date(iso)))
    expect(await time.getAttribute('title')).toBe(`${iso.slice(0, 19).replace('T', ' ')} UTC`)
  })
})
