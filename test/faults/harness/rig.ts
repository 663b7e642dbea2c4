import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { moveClock, now } from '../../../apps/server/src/platform/clock.ts'
import { type Database, openDatabase } from '../../../apps/server/src/platform/db.ts'
import { toFailure } from '../../../apps/server/src/platform/errors.ts'
import { paidOrder, postWebhook, webhookSecret } from '../../../apps/server/test/harness/pretend-shop.ts'
import { writeStack } from '../../../apps/server/test/harness/smallest-stack.ts'
import { type Child, freePort, startChild, until } from './child.ts'
import { type FarWorld, startFarWorld } from './far-world.ts'
import { tcpProxy } from './tcp-proxy.ts'

const entry = join(import.meta.dirname, 'node-entry.ts')

export type Node = Child & { readonly address: string; readonly identityPort: number }
export type NodeOptions = {
  /** Another way to the database than that of the others. */
  readonly url?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly imports?: readonly string[]
}
export type Row = { readonly state: string; readonly attempt: number }

/** No answer for a minute is none. */
const inTime = () => ({ signal: AbortSignal.timeout(60_000) })

export type Rig = Awaited<ReturnType<typeof startRig>>

/** Several nexusd as processes of their own on one real Postgres, with one pretend world that outlives them. */
export async function startRig(
  url: string,
  settings: Readonly<Record<string, string>> = {},
  certificateHours?: number,
) {
  const home = mkdtempSync(join(tmpdir(), 'nexus-faults-'))
  const db: Database = openDatabase(url, 5)
  const world: FarWorld = await startFarWorld(certificateHours)
  const nodes: Node[] = []
  const leftOut = new Set<Node>()
  const living = () => nodes.filter((each) => each.alive())
  /** Where people sign in is one address, whichever node answers there. */
  const identity = await tcpProxy(() =>
    nodes.filter((each) => each.awake() && !leftOut.has(each)).map((each) => ({ port: each.identityPort })),
  )
  const stacksFolder = writeStack(home)
  let started = 0
  let moved = 0

  /** A node that is up; it may be killed at any time. */
  async function startNode(options: NodeOptions = {}): Promise<Node> {
    started += 1
    const own = join(home, `node-${started}`)
    mkdirSync(own)
    const [port, identityPort] = [await freePort(), await freePort()]
    const child = startChild(
      entry,
      [],
      {
        DATABASE_URL: options.url ?? url,
        NEXUS_HOME: own,
        NEXUS_MASTER_KEY_FILE: join(home, 'master.key'),
        NEXUS_LISTEN_PORT: String(port),
        NEXUS_WEBHOOK_SECRETS: webhookSecret,
        NEXUS_PROVIDER: 'pretend',
        NEXUS_HOSTS_PER_DAY: '0',
        NEXUS_PRETEND_SECONDS: '0',
        NEXUS_PRETEND_SOCKET: world.socket,
        NEXUS_TEST_DOMAINS: 'true',
        NEXUS_RESERVED_DOMAINS: 'nexus.test',
        NEXUS_MAIL_FROM: 'Nexus <nexus@nexus.test>',
        NEXUS_SWEEP_SECONDS: '0.2',
        NEXUS_DRAIN_SECONDS: '10',
        NEXUS_IDENTITY_ORIGIN: `http://127.0.0.1:${identity.port}`,
        NEXUS_IDENTITY_LISTEN_PORT: String(identityPort),
        NEXUS_STACKS_FOLDER: stacksFolder,
        NEXUS_STACK: 'reference',
        NEXUS_LOG_LEVEL: 'warn',
        FAULT_MOVED: String(moved),
        ...settings,
        ...options.environment,
      },
      options.imports,
    )
    const node: Node = { ...child, address: `http://127.0.0.1:${port}`, identityPort }
    nodes.push(node)
    await until(`node ${started} is up`, 180, async () => {
      if (!child.alive()) throw new Error('The node ended')
      return fetch(`${node.address}/ready`, inTime()).then(
        (answer) => answer.ok,
        () => false,
      )
    }).catch((thrown) => {
      throw new Error(`${toFailure(thrown).message}: ${child.said()}`)
    })
    return node
  }

  const first = await startNode()
  const api = await admin(first.address, join(home, 'node-1'))
  const made = await api('POST', '/releases', { folder: 'reference', manifest: 'stack.systemd.yaml' })
  if (made.status >= 300) throw new Error(`The release was not taken: ${JSON.stringify(made.body)}`)

  const find = (ticket: string) => db.row<Row>('select state, attempt from orders where ticket = $1', [ticket])

  /** What the engine and our own rows say of runs that have not ended. */
  const openRuns = () =>
    db.rows(
      `select run.id, run.takeover, status, executor_id, recovery_attempts, queue_name,
         (select beat from executor where executor.id = executor_id) as beat,
         (select dead_at from executor where executor.id = executor_id) as dead_at,
         (select name || ': ' || state from run_step where run_id = run.id order by position desc limit 1) as step
       from run left join dbos.workflow_status on workflow_uuid = run.id where ended_at is null`,
    )

  return {
    db,
    url,
    world,
    startNode,
    living,
    nodes,
    /** As a load balancer does with a node that says it is not ready. */
    leaveOut: async (node: Node) => {
      await until(
        'the node says that it is not ready',
        30,
        async () => !(await fetch(`${node.address}/ready`, inTime())).ok,
      )
      leftOut.add(node)
    },
    /** Everybody's clock, ours and that of nodes to come. */
    moveClock: async (milliseconds: number) => {
      moved += milliseconds
      moveClock(milliseconds)
      await Promise.all([world.moveClock(milliseconds), ...living().map((each) => each.tell({ jump: milliseconds }))])
    },
    now,
    /** The API as the first admin, by whichever node lives. */
    api: (method: string, path: string, body?: object) =>
      api(method, path, body, living()[0]?.address ?? first.address),

    /** As the shop does it: again, until it hears that the order was taken. */
    order: (name: string, more: object = {}): Promise<string> =>
      until(`the order ${name} is taken`, 60, async () => {
        for (const node of living()) {
          const said = await postWebhook(node.address, 'order_paid', paidOrder(name, more), `msg_${name}`, now()).catch(
            () => undefined,
          )
          if (said && said.status < 300) return said.ticket
        }
        return undefined
      }),

    find,
    until: (ticket: string, states: readonly string[], seconds = 60): Promise<Row> =>
      until(`${ticket} is ${states.join(' or ')}`, seconds, async () => {
        const order = await find(ticket).catch(() => undefined)
        return order && states.includes(order.state) ? order : undefined
      }).catch(async (thrown) => {
        const open = (await openRuns()).map((each) => JSON.stringify(each))
        throw new Error([toFailure(thrown).message, ...open, ...living().map((each) => each.said())].join('\n'))
      }),

    openRuns,

    /** The node that works on this run now. */
    nodeOf: async (run: string): Promise<Node | undefined> => {
      const row = await db.row<{ executor_id: string }>(
        'select executor_id from dbos.workflow_status where workflow_uuid = $1',
        [run],
      )
      return nodes.find((each) => row?.executor_id.includes(`-${each.pid}-`))
    },

    stop: async () => {
      moveClock(-moved)
      for (const each of living()) each.signal('SIGKILL')
      await Promise.all(nodes.map((each) => each.ended))
      await identity.close()
      await world.stop()
      await db.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

type Said = { readonly status: number; readonly body: Record<string, unknown> }

async function admin(address: string, home: string) {
  const call =
    (token: string) =>
    async (method: string, path: string, body?: object, at = address): Promise<Said> => {
      const answer = await fetch(`${at}/api/v1${path}`, {
        ...inTime(),
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
  const bootstrap = readFileSync(join(home, 'bootstrap-token'), 'utf8').trim()
  const made = await call(bootstrap)('POST', '/access/bootstrap', { name: 'Ann', email: 'ann@example.test' })
  return call(String(made.body['token']))
}
