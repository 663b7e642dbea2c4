import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Webhook } from 'standardwebhooks'
import { readMasterKey, type Settings, settings as settingsSchema } from '../../src/app/config.ts'
import { createApp } from '../../src/app/create-app.ts'
import { prepareDatabase } from '../../src/app/prepare-database.ts'
import { systemActor } from '../../src/platform/actor.ts'
import type { PretendFault } from '../../src/platform/adapters/pretend-faults.ts'
import { now } from '../../src/platform/clock.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { createLog } from '../../src/platform/log.ts'
import { emptyDatabaseUrl } from './database.ts'

const sample = join(import.meta.dirname, '../../../../examples/orders/acme.json')
const webhookSecret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='

export type PretendAppOptions = {
  readonly url?: string
  readonly home?: string
  readonly faults?: readonly PretendFault[]
  readonly settings?: Partial<Settings>
  /** Hears what the node logs; otherwise only errors are written. */
  readonly log?: Logger
}

/**
 * A whole nexusd in this process on a fresh database, its hosts and the world outside pretended. One a test file: the
 * engine exists once a process. An order of its own name for each test keeps them apart.
 */
export async function pretendApp(options: PretendAppOptions = {}) {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'nexus-pretend-app-'))
  const url = options.url ?? (await emptyDatabaseUrl())
  const settings = settingsSchema.parse({
    home,
    masterKeyFile: join(home, 'master.key'),
    listenPort: 0,
    webhookSecrets: [webhookSecret],
    provider: 'pretend',
    pretendSeconds: 0,
    testDomains: true,
    reservedDomains: ['nexus.test'],
    mailFrom: 'Nexus <nexus@nexus.test>',
    sweepSeconds: 0.2,
    drainSeconds: 1,
    requestsPerMinute: 1_000_000,
    refusalsPerMinute: 1_000_000,
    ...(await identityOnLoopback()),
    stacksFolder: writeStack(home),
    stack: 'reference',
    ...options.settings,
  })
  await prepareDatabase(url, undefined)
  const db = openDatabase(url, 20)
  const log = options.log ?? createLog('error')
  const app = await createApp({ settings, log, db, url, masterKey: readMasterKey(settings), onLost: () => {} })
  const address = await app.start()
  const { services } = app
  const pretend = services.pretend
  if (!pretend) throw new Error('The app does not run on pretend hosts.')
  const me = systemActor('test')
  for (const fault of options.faults ?? []) pretend.faults.add(fault)
  await services.releases.register(me, { folder: 'reference', manifest: 'stack.systemd.yaml' })

  const find = (ticket: string) => services.orders.find(me, ticket)

  return {
    address,
    db,
    home,
    services,
    me,
    faults: pretend.faults,
    world: () => pretend.world.read(),

    /** A paid order under a name of its own; `more` replaces fields. */
    order: (name: string, more: object = {}): Record<string, unknown> => ({
      ...(JSON.parse(readFileSync(sample, 'utf8')) as Record<string, unknown>),
      orderNumber: `P-${name}`,
      organization: { legalName: `${name} GmbH` },
      domain: { strategy: 'own_domain', name: `${name.toLowerCase()}.test` },
      identityOrganization: { mode: 'new', reference: name.toLowerCase() },
      payment: { status: 'succeeded', paidAt: now().toISOString(), amount: 0, currency: 'EUR', reference: name },
      ...more,
    }),

    /** As the shop sends it, signed; the answer as it came. */
    post: async (type: string, data: unknown, id = `msg_${randomBytes(8).toString('hex')}`) => {
      const body = JSON.stringify({ type, data })
      const at = new Date()
      const response = await fetch(`${address}/hooks/pulse`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(webhookSecret).sign(id, at, body),
        },
        body,
      })
      const answer = (await response.json()) as { ticket?: string }
      return { status: response.status, ticket: answer.ticket ?? '' }
    },

    find,

    /** The order once it is in one of the states; fails with what the order says of itself when the time is over. */
    until: async (ticket: string, states: readonly string[], seconds = 40) => {
      const limit = Date.now() + seconds * 1000
      for (;;) {
        const order = await find(ticket)
        if (states.includes(order.state)) return order
        if (Date.now() > limit) {
          const steps = await stepsOf(ticket)
          throw new Error(
            `${ticket} is ${order.state}, not ${states.join(' or ')}: ${order.blocked?.reason ?? ''} ${JSON.stringify(steps.slice(-3))}`,
          )
        }
        await pause(50)
      }
    },

    stepsOf,

    /** Returns while the step is being worked on. */
    untilStep: async (ticket: string, name: string, seconds = 30) => {
      const limit = Date.now() + seconds * 1000
      while (!(await stepsOf(ticket)).some((each) => each.name === name && each.state === 'running')) {
        if (Date.now() > limit) throw new Error(`${ticket} never came to "${name}".`)
        await pause(20)
      }
    },

    /** The run once it has ended. */
    untilEnded: async (run: string, seconds = 30) => {
      const limit = Date.now() + seconds * 1000
      for (;;) {
        const row = await db.row<{ outcome: string | null }>('select outcome from run where id = $1', [run])
        if (row?.outcome) return row.outcome
        if (Date.now() > limit) throw new Error(`${run} has not ended: ${row ? 'it still runs' : 'there is none'}`)
        await pause(50)
      }
    },

    stop: async () => {
      await app.stop()
      await db.close()
      if (options.home === undefined) rmSync(home, { recursive: true, force: true })
    },
  }

  function stepsOf(ticket: string) {
    return db.rows<{ run: string; name: string; state: string; note: string | null; failure: unknown }>(
      `select run_id as run, name, state, note, failure from run_step where run_id like $1 order by run_id, position`,
      [`%:${ticket}:%`],
    )
  }
}

export type PretendApp = Awaited<ReturnType<typeof pretendApp>>

async function identityOnLoopback() {
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const at = probe.address()
      probe.close(() => resolve(typeof at === 'object' && at ? at.port : 0))
    })
  })
  return { identityOrigin: `http://127.0.0.1:${port}`, identityListenPort: port }
}

/** A release of the sample stack as small as it can be: nothing of it runs on a pretend host. */
function writeStack(home: string): string {
  const folder = join(home, 'stacks')
  mkdirSync(join(folder, 'reference'), { recursive: true })
  writeFileSync(join(folder, 'reference', 'stack.systemd.yaml'), stack)
  writeFileSync(join(folder, 'reference', 'reference-1.0.0.tar.gz'), randomBytes(64))
  return folder
}

const stack = `version: 1
name: reference
release: 1.0.0
runtime: systemd
artifact: { file: reference-1.0.0.tar.gz }
resources: { database: { type: postgres } }
variables:
  DATABASE_URL: { group: db, required: true, secret: true, from: database.url }
  OIDC_ISSUER: { group: auth, required: true, from: identity.issuer }
  OIDC_CLIENT_ID: { group: auth, required: true, from: identity.clientId }
  OIDC_CLIENT_SECRET: { group: auth, required: true, secret: true, from: identity.clientSecret }
  TENANT: { group: auth, required: true, from: identity.tenant }
  OPENCLAW_API_URL: { group: openclaw, required: true, from: service.openclaw.url }
  OPENCLAW_API_KEY: { group: openclaw, required: true, secret: true, generate: 32 }
  API_URL: { group: app, required: true, from: instance.apiUrl }
  SMOKE_TOKEN: { group: app, required: true, secret: true, generate: 32 }
services:
  openclaw:
    command: [bin/node, src/openclaw/main.ts]
    check: [bin/node, src/openclaw/main.ts, --check-env]
    environment: [OPENCLAW_API_KEY]
    port: 4802
    health: { path: /health, status: 200, within: 20 }
  backend:
    command: [bin/node, src/backend/main.ts]
    check: [bin/node, src/backend/main.ts, --check-env]
    environment: [DATABASE_URL, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, TENANT, OPENCLAW_API_URL, OPENCLAW_API_KEY, SMOKE_TOKEN]
    port: 4801
    health: { path: /health, status: 200, within: 30 }
    needs: [openclaw]
  frontend:
    command: [bin/node, src/frontend/main.ts]
    environment: [API_URL]
    port: 4800
    health: { path: /health, status: 200, within: 20 }
migrations:
  service: backend
  command: [bin/node, src/backend/migrate.ts]
  status: [bin/node, src/backend/migrate.ts, --status]
routes:
  - { host: app, service: frontend }
  - { host: api, service: backend }
checks:
  - name: model-answer
    title: The backend gets an answer from OpenClaw
    service: backend
    method: POST
    path: /api/ask
    headers: { x-nexus-smoke: '\${SMOKE_TOKEN}' }
    body: '{"prompt":"What is 6 * 7?"}'
    status: 200
    contains: '42'
    within: 15
`
