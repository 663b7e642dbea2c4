import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaughtMail, Lab, Server } from '../../lab/src/index.ts'
import { type Outcome, type QuickstartRun, root, startQuickstart } from './quickstart-run.ts'

const run = promisify(execFile)
const word = Math.random().toString(36).slice(2, 8)
const domain = `${word}.test`
const admin = `admin@${domain}`
const labHome = '/var/lib/nexus-lab-story'

let quickstart: QuickstartRun
let live: Outcome
let lab: Lab

/** The sample with everything that makes an order its own made up now. */
async function newOrder(): Promise<Record<string, unknown>> {
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8')) as Record<string, unknown>
  return {
    ...sample,
    orderNumber: `P-${word}`,
    organization: { legalName: `Story ${word} GmbH` },
    domain: { strategy: 'own_domain', name: domain },
    identityOrganization: { mode: 'new', reference: word },
    initialAdminEmail: admin,
    payment: { ...(sample['payment'] as object), paidAt: new Date().toISOString() },
  }
}

beforeAll(async () => {
  const home = await mkdtemp('/var/lib/nexus-story-')
  await run('chmod', ['755', home])
  quickstart = await startQuickstart({ home, labHome, order: await newOrder() })
  // nexusd is killed in each phase of the order; the quickstart starts it again and the run goes on.
  await quickstart.killDuring('bring the host to its baseline')
  await quickstart.killDuring('deploy 6 of 7: start the services')
  await quickstart.killDuring('get the certificate')
  await quickstart.killDuring('send the launch e-mail').catch(() => {})
  live = await quickstart.untilLive()
  lab = await quickstart.lab()
})

afterAll(async () => {
  await quickstart?.stop()
  await rm(quickstart.home, { recursive: true, force: true })
})

const curl = async (host: string, path: string, ...more: string[]) => {
  const words = [
    '-sS',
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %{redirect_url}',
    '--max-time',
    '15',
    '--cacert',
    lab.acme.root,
  ]
  const { stdout } = await run('curl', [
    ...words,
    '--resolve',
    `${host}:443:${live.host.address}`,
    '--resolve',
    `${host}:80:${live.host.address}`,
    ...more,
    `${path}`,
  ])
  return stdout.trim()
}

type Notice = { readonly id: string; readonly kind: string; readonly state: string }

const provider = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${lab.provider.url}${path}`, {
    headers: { authorization: `Bearer ${lab.provider.token}` },
  })
  return (await answer.json()) as T
}
const mails = async (to: string): Promise<CaughtMail[]> =>
  (await (await fetch(`${lab.mail.page}api/messages?to=${encodeURIComponent(to)}`)).json()) as CaughtMail[]

describe('a paid order, with nexusd killed in each phase', () => {
  test('ends live on a real host', () => {
    expect(live).toMatchObject({ state: 'Live', hosts: 'lab', order: `P-${word}` })
    expect(quickstart.said()).toContain('the run goes on where it was')
  })

  test('bought one host and sent one launch e-mail, or asked its owner where nobody can know', async () => {
    const servers = await provider<Server[]>('/servers')
    expect(servers.filter((each) => each.labels['ticket'] === live.ticket)).toHaveLength(1)

    // Killed between the intent and the receipt, nobody can know whether the mail left: the owner is asked, and a person
    // sends it again under the same Message-ID. It is never sent twice by itself.
    const { items } = await quickstart.api<{ items: Notice[] }>('/notices?limit=50')
    const notice = items.find((each) => each.kind === 'launch')
    if (notice?.state === 'unknown') {
      const tasks = await quickstart.ctl('order', 'tasks', '-o', 'json')
      expect(tasks.out).toContain('notice_in_doubt')
      expect((await mails(admin)).length).toBeLessThanOrEqual(1)
      await quickstart.ctl('notice', 'resend', notice.id, '--reason', 'nobody knows whether it arrived')
    }
    const launch = (await mails(admin)).map((each) => each.messageId)
    expect(new Set(launch).size).toBe(1)
  })

  test('serves its names over HTTPS only, seen with curl and openssl', async () => {
    expect(await curl(`app.${domain}`, `https://app.${domain}/`)).toMatch(/^200/)
    expect(await curl(`api.${domain}`, `https://api.${domain}/health`)).toMatch(/^200/)
    expect(await curl(`app.${domain}`, `http://app.${domain}/`)).toBe(`308 https://app.${domain}/`)
    const certificate = await leafOf(`app.${domain}`)
    expect(certificate.subjectaltname).toContain(`DNS:api.${domain}`)
  })

  test('passes its preflight by the command line', async () => {
    const { exit, out } = await quickstart.ctl('host', 'preflight', live.host.name)

    expect(out).toMatch(/READINESS: (PASS|WARN)/)
    expect(out).toMatch(/Results: PASS=\d+ WARN=\d+ FAIL=0 \(checks=\d+\)/)
    expect(exit).toBeLessThanOrEqual(1)
  })

  test('changes nothing when the baseline runs again', async () => {
    const { out, exit } = await quickstart.ctl('host', 'baseline', live.host.name, '-o', 'json')

    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ changed: 0, failed: 0 })
  })

  test('left a trail and checks with evidence', async () => {
    const shown = await quickstart.ctl('order', 'timeline', live.ticket, '-o', 'json')
    const timeline = JSON.parse(shown.out) as {
      entries: { action: string }[]
      checks: { name: string; status: string }[]
    }

    expect(timeline.entries.map((each) => each.action)).toContain('order.live')
    expect(timeline.checks.filter((each) => each.status === 'pass').length).toBeGreaterThan(20)
    expect(timeline.checks.find((each) => each.name === 'launch.alert_routes')?.status).toBe('not_built')
  })

  test('lets the invited admin in, in a browser, and nobody with a wrong password', async () => {
    const [mail] = await mails(admin)
    const full = (await (await fetch(`${lab.mail.page}api/messages/${mail?.id}`)).json()) as CaughtMail
    const invite = /https:\/\/id\.nexus\.test:\d+\/\S+/.exec(full.text)?.[0] ?? ''
    const rules = [
      `MAP app.${domain} ${live.host.address}`,
      `MAP api.${domain} ${live.host.address}`,
      `MAP id.nexus.test ${lab.gateway}`,
    ]
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--host-resolver-rules=${rules.join(',')}`,
      ],
    })
    try {
      // Chromium keeps its own trust store; what signs the names is checked with openssl above.
      const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
      await page.goto(invite)
      for (const field of await page.locator('input[type=password]').all())
        await field.fill('correct horse battery staple')
      await page.locator('button[type=submit], input[type=submit]').first().click()
      await page.waitForLoadState()

      await page.goto(`https://app.${domain}/`)
      await page.getByTestId('sign-in').click()
      await page.locator('input[type=email], input[name=email]').fill(admin)
      await page.locator('input[type=password]').fill('a wrong password entirely')
      await page.locator('button[type=submit], input[type=submit]').first().click()
      await page.waitForLoadState()
      expect(new URL(page.url()).hostname).toBe('id.nexus.test')

      await page.locator('input[type=email], input[name=email]').fill(admin)
      await page.locator('input[type=password]').fill('correct horse battery staple')
      await page.locator('button[type=submit], input[type=submit]').first().click()
      await page.waitForURL(`https://app.${domain}/**`)
      await expect.poll(() => page.getByTestId('tenant').textContent(), { timeout: 10_000 }).toContain(word)
      await expect.poll(() => page.getByTestId('role').textContent(), { timeout: 10_000 }).toContain('admin')
    } finally {
      await browser.close()
    }
  })

  test('is shown by the console, live, from the database behind it', async () => {
    const token = (await readFile(join(quickstart.home, 'admin-token'), 'utf8')).trim()
    const answer = await fetch(`${live.urls['console']}api/v1/orders`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await answer.json()).toMatchObject({ items: [{ ticket: live.ticket, state: 'Live' }] })
    expect((await fetch(live.urls['console'] ?? '')).status).toBe(200)
  })
})

function leafOf(host: string): Promise<{ subjectaltname?: string }> {
  return new Promise((done, fail) => {
    const socket = connect({ host: live.host.address, port: 443, servername: host, rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate())
      socket.end()
    })
    socket.on('error', fail)
  })
}
