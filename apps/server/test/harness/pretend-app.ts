import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createApp } from '../../src/app/create-app.ts'
import { readMasterKey } from '../../src/app/master-key.ts'
import { prepareDatabase } from '../../src/app/prepare-database.ts'
import { type Settings, settings as settingsSchema } from '../../src/app/settings.ts'
import { systemActor } from '../../src/platform/actor.ts'
import type { PretendFault } from '../../src/platform/adapters/pretend-faults.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { createLog } from '../../src/platform/log.ts'
import { emptyDatabaseUrl } from './database.ts'
import { paidOrder, postWebhook, webhookSecret } from './pretend-shop.ts'
import { writeStack } from './smallest-stack.ts'

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
  const pretend = services.pretend?.here
  if (!pretend) throw new Error('The app has no pretend world in its process.')
  const me = systemActor('test')
  for (const fault of options.faults ?? []) pretend.faults.add(fault)
  await services.releases.register(me, { folder: 'reference', manifest: 'stack.systemd.yaml' })

  const find = (ticket: string) => services.orders.find(me, ticket)

  return {
    address,
    db,
    home,
    services,
    runs: app.runs,
    me,
    faults: pretend.faults,
    world: () => pretend.world.read(),

    /** A paid order under a name of its own; `more` replaces fields. */
    order: paidOrder,

    /** As the shop sends it, signed; the answer as it came. */
    post: (type: string, data: unknown, id?: string) => postWebhook(address, type, data, id),

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
  const port = await freePort()
  return { identityOrigin: `http://127.0.0.1:${port}`, identityListenPort: port }
}

export function freePort(): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const at = probe.address()
      probe.close(() => resolve(typeof at === 'object' && at ? at.port : 0))
    })
  })
}
