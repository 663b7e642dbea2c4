import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Called, call } from '../../apps/cli/src/test/call.ts'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { firstAdminToken } from '../../apps/server/test/harness/pretend-caller.ts'

let app: PretendApp
let token: string
let ticket: string
let folder: string
let key: string
let firstKey: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-evidence-'))
  app = await pretendApp()
  token = await firstAdminToken(app)
  ticket = (
    await app.post(
      'order_paid',
      app.order('Evidence', {
        technicalContact: { name: '<b>Tom</b>', email: 'tom@acme.test', phone: '+49 30 7654321' },
      }),
    )
  ).ticket
  expect((await app.until(ticket, ['Live', 'Blocked'])).state).toBe('Live')
  await app.untilEnded(`deliver-order:${ticket}:1`)
  await app.services.trail.checkpoint(app.me)
  const [made] = await app.services.trail.keys()
  key = made?.verifierKey ?? ''
  firstKey = key
})
afterAll(async () => {
  await app?.stop()
  await rm(folder, { recursive: true, force: true })
})

const online = (...words: string[]): Promise<Called> =>
  call(['trail', ...words], { server: app.address, environment: { NEXUS_TOKEN: token } })

/** As on another machine: no server, no token. */
const offline = (...words: string[]): Promise<Called> => call(['trail', 'verify', ...words])

const actions = async () =>
  (await app.db.rows<{ action: string }>(`select action from audit_entry where action like 'trail.%'`)).map(
    (each) => each.action,
  )

describe('an export that a server made', () => {
  test.each(['jsonl', 'tiles'])('as %s verifies without it, and is an entry itself', async (format) => {
    const dir = join(folder, format)
    const foretold = await online('export', '--format', format, '--out', dir, '--dry-run')
    const before = (await actions()).filter((each) => each === 'trail.exported').length
    const exported = await online('export', '--format', format, '--out', dir, '--reason', 'the yearly audit')
    const verified = await offline(dir, '--key', key)

    expect(foretold.out).toMatch(/^Would write \d+ entries/)
    expect(exported, exported.err).toMatchObject({ exit: 0 })
    expect(exported.out).toContain(dir)
    expect(verified, verified.out + verified.err).toMatchObject({ exit: 0 })
    expect(verified.out).toContain('PASS')
    expect((await actions()).filter((each) => each === 'trail.exported')).toHaveLength(before + 1)
  })

  test('with a changed line names the entry', async () => {
    const dir = join(folder, 'changed')
    await online('export', '--format', 'jsonl', '--out', dir)
    const lines = (await readFile(join(dir, 'entries.jsonl'), 'utf8')).split('\n')
    lines[7] = (lines[7] ?? '').replace(/"at":"20/, '"at":"19')
    await writeFile(join(dir, 'entries.jsonl'), lines.join('\n'))

    const verified = await offline(dir, '--key', key)

    expect(verified.exit).toBe(1)
    expect(verified.out).toMatch(/Entry 7 \(aud_\w+\) is not what was logged/)
  })

  test('goes into a folder of its own only, and says what it lacks', async () => {
    const full = await online('export', '--format', 'jsonl', '--out', folder)
    const none = await online('export', '--format', 'tiles')

    expect(full.exit).toBeGreaterThan(63)
    expect(full.err).toContain('is not empty')
    expect(none.err).toContain('--out')
  })
})

describe('after the key was changed', () => {
  test('an export verifies with the key of before, which leads to the next one', async () => {
    const dir = join(folder, 'rotated')
    const rotated = await online('rotate-key', '--reason', 'the yearly change')
    await online('checkpoint')
    await online('export', '--format', 'jsonl', '--out', dir)
    const verified = await offline(dir, '--key', key)
    const [now] = await app.services.trail.keys()
    key = now?.verifierKey ?? ''

    expect(rotated, rotated.err).toMatchObject({ exit: 0 })
    expect(verified, verified.out).toMatchObject({ exit: 0 })
    expect(verified.out).toMatch(/entry \d+ changed the key, proven by the one before/)
    expect(verified.out).toContain(now?.fingerprint)
  })
})

describe('a bundle that a server made', () => {
  test.each([
    ['order', () => ticket],
    ['run', () => `deliver-order:${ticket}:1`],
    ['customer', async () => (await app.find(ticket)).organization],
  ])('of one %s verifies without it, with the evidence of its checks', async (kind, id) => {
    const dir = join(folder, `bundle-${kind}`)
    const made = await online('bundle', `--${kind}`, await id(), '--out', dir, '-o', 'json')
    const verified = await offline(dir, '--key', key)

    expect(made, made.err).toMatchObject({ exit: 0 })
    expect(JSON.parse(made.out)).toMatchObject({ missing: [] })
    expect(JSON.parse(made.out).evidence).toBeGreaterThan(0)
    expect(JSON.parse(made.out).entries).toBeGreaterThan(30)
    expect(verified, verified.out + verified.err).toMatchObject({ exit: 0 })
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toContain('nexusctl trail verify . --key KEY')
  })

  test('opens as a page that verifies it, and names the entry that was changed', async () => {
    const dir = join(folder, 'page')
    await online('bundle', '--order', ticket, '--out', dir)
    const file = join(dir, 'index.html')
    const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
    })
    try {
      const page = await browser.newPage()
      const verdict = async () => {
        await page.goto(pathToFileURL(file).href)
        const before = await page.textContent('#verdict')
        await page.fill('#key', key)
        await page.click('#verify')
        await page.waitForFunction(
          () => !/^(Verifying|Not verified)/.test(document.getElementById('verdict')?.textContent ?? ''),
        )
        return { before, after: await page.textContent('#verdict') }
      }
      const whole = await verdict()
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.replace('order.provisioning', 'order.cancelled'))
      const changed = await verdict()

      expect(whole.before).toBe('Not verified: paste the key of the log.')
      expect(whole.after).toMatch(/^valid: \d+ entries are in the log that this key signed\.$/)
      expect(await page.locator('b').count()).toBe(0)
      expect(changed.after).toMatch(/^WRONG\. Entry \d+: It was changed/)
    } finally {
      await browser.close()
    }
  })

  test('leaves out evidence that is not there as it was logged, and says of which entry', async () => {
    await app.db.rows(
      `update check_evidence set text = replace(text, 'pass', 'fail') where hash = (select hash from check_evidence limit 1)`,
    )
    const dir = join(folder, 'left-out')
    const made = await online('bundle', '--order', ticket, '--out', dir)
    const verified = await offline(dir, '--key', key)

    expect(made.err).toMatch(/Not brought along.*evidence of entry \d+/)
    expect(verified.out).toContain('Entries name evidence that is not in the bundle: 1.')
  })

  test('of nothing there is, or of two things, is refused with what to do', async () => {
    const none = await online('bundle', '--order', 'NX-9999')
    const two = await online('bundle', '--order', ticket, '--run', 'x')

    expect(none.err).toContain('There is no order NX-9999.')
    expect(none.err).toContain('nexusctl order list')
    expect(two.err).toContain('A bundle is about one thing.')
  })
})

describe('checkpoints', () => {
  test('are listed, and the newer of two is proven to have only added to the older', async () => {
    await online('checkpoint')
    const listed = await online('checkpoints', '-o', 'json')
    const sizes = (JSON.parse(listed.out) as { size: number }[]).map((each) => each.size)
    const proven = await online(
      'prove',
      '--between',
      String(sizes[0]),
      String(sizes.at(-1)),
      '--key',
      firstKey,
      '--key',
      key,
    )
    const refused = await online('prove', '--between', '999999', '--key', key)

    expect(sizes.length).toBeGreaterThan(1)
    expect(proven, proven.err).toMatchObject({ exit: 0 })
    expect(proven.out).toContain('nothing of the older log was changed')
    expect(refused.err).toContain('has no checkpoint of 999999 entries')
  })
})

describe('an export of a log in which a row was deleted', () => {
  test('names the place, and the rest stands where it stood', async () => {
    await app.db.rows('delete from audit_entry where id = (select entry_id from trail_leaf where index = 11)')
    const dir = join(folder, 'deleted')
    const exported = await online('export', '--format', 'jsonl', '--out', dir)
    const verified = await offline(dir, '--key', key)

    expect(exported, exported.err).toMatchObject({ exit: 0 })
    expect(verified.exit).toBe(1)
    expect(verified.out).toContain('Entry 11')
    expect(verified.out).not.toContain('Entry 12')
  })
})
