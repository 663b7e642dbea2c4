import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hostile, sampleBundle } from '../test/sample-bundle.ts'
import { origin, verifierKey } from '../test/sample-log.ts'
import { type Bundle, bundlePage, fingerprintOf, newSignerKey, verifierKeyOf } from './index.ts'

const bundle = sampleBundle()
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

let folder: string
let browser: BrowserContext
let page: Page
let troubles: string[]
let requests: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-bundle-'))
  browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: '/usr/bin/chromium',
    args: flags,
  })
  browser.setDefaultTimeout(15_000)
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  page = await browser.newPage()
  troubles = []
  requests = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => troubles.push(message.text()))
  page.on('request', (request) => requests.push(request.url()))
})
afterEach(async () => {
  await page.close()
})

/** Opens it as somebody does who was sent it: from a folder. */
async function open(shown: Bundle): Promise<string> {
  const file = join(folder, 'index.html')
  await writeFile(file, bundlePage(shown))
  await page.goto(pathToFileURL(file).href)
  return pathToFileURL(file).href
}
async function verify(key = verifierKey): Promise<string> {
  await page.fill('#key', key)
  await page.click('#verify')
  await page.waitForFunction(() => document.getElementById('verdict')?.textContent !== 'Verifying...')
  return (await page.textContent('#verdict')) ?? ''
}
const changed = (at: number, change: Partial<Bundle['entries'][number]>): Bundle => ({
  ...bundle,
  entries: bundle.entries.map((each, index) => (index === at ? { ...each, ...change } : each)),
})

describe('the page of a bundle', () => {
  test('says valid once the key was pasted, and never before', async () => {
    const address = await open(bundle)

    expect(await page.textContent('#verdict')).toBe('Not verified: paste the key of the log.')
    expect(await page.textContent('#expected')).toBe(fingerprintOf(verifierKey))
    expect(await page.textContent('#source')).toBe('https://nexus.example.com/api/v1/trail/key')
    expect(await page.locator('body').innerText()).not.toMatch(/\bvalid\b/)
    expect(await verify(' ')).toBe('Not verified: no key was pasted.')
    expect(await verify(`${verifierKey}\n`)).toBe('valid: 3 entries are in the log that this key signed.')
    expect(await page.textContent('#fingerprint')).toContain(fingerprintOf(verifierKey))
    expect(await page.locator('#entries .mark').allTextContents()).toEqual(Array(3).fill('in the log'))
    expect(requests).toEqual([address])
    expect(troubles).toEqual([])
  })

  test('shows what is in the bundle as text, whatever it is', async () => {
    await open(bundle)
    await verify()
    await page.locator('summary').last().click()

    expect(await page.title()).toBe('Evidence')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('#evidence pre').innerText()).toContain(hostile)
  })

  test.each([
    [
      'a changed entry',
      changed(1, { entry: bundle.entries[1]?.entry.replace('ada', 'eve') ?? '' }),
      'Entry 7: It was changed',
    ],
    ['an entry that is no JSON', changed(1, { entry: '{' }), 'Entry 7: '],
    ['an entry written otherwise', changed(1, { entry: ` ${bundle.entries[1]?.entry}` }), 'Entry 7: It is not written'],
    ['another place', changed(2, { index: 40 }), 'Entry 40: It was changed, or was never logged there'],
    ['a place beyond the log', changed(2, { index: 99 }), 'Entry 99: It has no place in this log'],
    ['a proof that is cut', changed(2, { proof: [] }), 'Entry 41: Its proof is too short'],
    [
      'other personal data',
      changed(1, { personal: { salt: bundle.entries[1]?.personal?.salt ?? '', data: 1 } }),
      'Entry 7: What stands',
    ],
    [
      'other evidence',
      { ...bundle, evidence: bundle.evidence.map((each) => ({ ...each, text: 'all good' })) },
      'Evidence smoke test: It was changed',
    ],
    ['another checkpoint', { ...bundle, checkpoint: bundle.checkpoint.replace('\n50\n', '\n51\n') }, 'does not hold'],
    ['another log', { ...bundle, origin: 'other.example.com' }, 'not the same log'],
  ])('with %s says so, and where', async (_, shown, sentence) => {
    await open(shown)
    const verdict = await verify()

    expect(verdict).toMatch(/^WRONG\. /)
    expect(verdict).toContain(sentence)
    expect(verdict).not.toMatch(/\bvalid\b/)
    expect(troubles).toEqual([])
  })

  test('refuses keys that are none, and is wrong with one of somebody else', async () => {
    await open(bundle)

    expect(await verify('hello')).toContain('This is not a key of a log')
    expect(await verify(verifierKey.replace('nexus', 'nexux'))).toContain('was not copied whole')
    expect(await verify(verifierKeyOf(newSignerKey(origin)))).toContain('not signed by this key')
    expect(await verify(verifierKeyOf(newSignerKey('other.example.com')))).toContain('not the same log')
  })

  test('in a browser without Ed25519 says that nothing was verified', async () => {
    await page.addInitScript(() => {
      const importKey = crypto.subtle.importKey.bind(crypto.subtle)
      crypto.subtle.importKey = ((
        format: 'raw',
        key: BufferSource,
        algorithm: { name: string },
        ...rest: [boolean, KeyUsage[]]
      ) =>
        algorithm.name === 'Ed25519'
          ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
          : importKey(format, key, algorithm, ...rest)) as typeof crypto.subtle.importKey
    })
    await open(bundle)

    expect(await verify()).toMatch(
      /^Not verified: this browser cannot check Ed25519 signatures\..*nexusctl trail verify\.$/,
    )
    expect(await page.locator('#entries .mark').first().textContent()).toContain('which was not checked')
    await open(changed(1, { entry: bundle.entries[1]?.entry.replace('ada', 'eve') ?? '' }))
    expect(await verify()).toMatch(/^WRONG\. Entry 7: /)
  })

  test('runs no script that was slipped into it', async () => {
    const file = join(folder, 'slipped.html')
    const text = bundlePage(bundle).replace('<h1>', '<script>document.title = "run"</script><h1 onclick="1">')
    await writeFile(file, text)
    await page.goto(pathToFileURL(file).href)

    expect(await page.title()).toBe('Evidence')
    expect(troubles.join(' ')).toContain('Content Security Policy')
  })
})
