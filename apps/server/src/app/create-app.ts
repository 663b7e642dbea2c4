import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Gauge, Registry } from 'prom-client'
import { checkStepAgain } from '../flows/deliver-order/attest-step.ts'
import { deliverOrderFlow, giveBackFlow } from '../flows/deliver-order/deliver-order.flow.ts'
import type { DeliveryModules } from '../flows/deliver-order/delivery.ts'
import { deliveryVerbs } from '../flows/deliver-order/delivery-verbs.ts'
import type { CheckResult } from '../platform/check.ts'
import { now } from '../platform/clock.ts'
import type { Database, Tx } from '../platform/db.ts'
import { type Flow, type FlowEngine, progress } from '../platform/durable.ts'
import { NexusError } from '../platform/errors.ts'
import { openEventHub } from '../platform/event-hub.ts'
import { type Executor, joinExecutors } from '../platform/executor.ts'
import { lastFailedStep } from '../views/run-board.ts'
import type { Settings } from './config.ts'
import { consoleDoor } from './console-door.ts'
import { hostRuns } from './host-runs.ts'
import { createHttp } from './http.ts'
import { keepersOf, promiseAfterLive } from './keepers.ts'
import { pluginsOf } from './plugins.ts'
import { startRounds } from './rounds.ts'
import { runResuming } from './run-resuming.ts'
import { startSweeper } from './schedules.ts'
import { consoleOrigin, createServices, type DeliveryPort } from './services.ts'

export type AppDeps = {
  readonly settings: Settings
  readonly log: Logger
  readonly db: Database
  readonly url: string
  readonly masterKey: Buffer
  /** Another node has this one's lock: it must stop at once. */
  readonly onLost: () => void
}

/** One node, wired, on a migrated database: what it answers is how to start and how to stop it. */
export async function createApp({ settings, log, db, url, masterKey, onLost }: AppDeps) {
  let executor: Executor | undefined
  const engine = (): FlowEngine => {
    if (!executor) throw new NexusError('durable.not_started', 'unavailable', 'The engine is still starting.')
    return executor.engine
  }
  const services = await createServices({ settings, db, masterKey, delivery: deliveryPort(engine, () => flows) })
  const modules: DeliveryModules = {
    ...services,
    planOf: services.plans.find,
    settings: {
      runtime: settings.runtime,
      supportChannel: settings.supportChannel,
      extraAuthorities: settings.trustedRoots.length > 0 ? services.roots.join('\n') : '',
      hosts: settings.provider,
      identityUrl: settings.identity === 'embedded' ? settings.identityOrigin : settings.authentikUrl,
    },
    promiseAfterLive: (live) => promiseAfterLive(db, live, settings.followUps, now()),
    progress: services.pretend ? (text) => progress(`pretend: ${text}`) : progress,
    failedStep: (runId) => lastFailedStep(db, runId),
    now,
  }
  const verbs = deliveryVerbs(modules)
  const flows = { deliver: deliverOrderFlow(verbs), giveBack: giveBackFlow(verbs) }
  const checkAgain = checkStepAgain(modules, verbs)
  const resuming = runResuming({ db, engine, now, orders: services.orders, checkAgain })
  const runs = hostRuns({ db, services, engine, now })
  const { keepers, rounds } = keepersOf({ services, runs, engine, settings, now, log })

  const hub = await openEventHub(url, log)
  const metrics = new Registry()
  watchRuns(metrics, db)
  const http = createHttp({
    db,
    access: services.access,
    sessions: services.signIn,
    origin: consoleOrigin(settings),
    trustProxy: settings.trustedProxies,
    limits: { perMinute: settings.requestsPerMinute, refusalsPerMinute: settings.refusalsPerMinute },
    log,
    now,
    metrics,
    ready: () => readiness(db, () => executor !== undefined),
    ...withConsole(
      pluginsOf({
        services,
        hostRuns: runs,
        resuming,
        db,
        hub,
        now,
        stacksFolder: settings.stacksFolder,
        webhookSecrets: settings.webhookSecrets,
      }),
    ),
  })
  const running: { stop: () => Promise<unknown> }[] = []

  return {
    http,
    services,
    start: async (): Promise<string> => {
      await services.embedded?.start()
      executor = await joinExecutors({ db, url, log, workers: settings.workers, onLost })
      running.push(
        startSweeper({ db, log, now, keepers, everySeconds: settings.sweepSeconds }),
        startRounds(db, rounds(db), log),
      )
      const bootstrap = await services.access.bootstrap()
      if (bootstrap) {
        const file = join(settings.home, 'bootstrap-token')
        writeFileSync(file, bootstrap, { mode: 0o600 })
        log.info({ file }, 'the first admin is made with the token in this file, within an hour')
      }
      return http.listen({ host: settings.listenHost, port: settings.listenPort })
    },
    stop: async (): Promise<void> => {
      for (const each of running) await each.stop()
      await http.close()
      await executor?.stop(settings.drainSeconds)
      await services.embedded?.stop()
      await services.remote.close()
      await hub.close()
    },
  }
}

type OrderFlows = { readonly deliver: Flow<OrderFlowInput>; readonly giveBack: Flow<OrderFlowInput> }
type OrderFlowInput = {
  readonly orderId: string
  readonly ticket: string
  readonly attempt: number
  readonly startedBy: string
}

function deliveryPort(engine: () => FlowEngine, flows: () => OrderFlows): DeliveryPort {
  const start =
    (flow: keyof OrderFlows): DeliveryPort['start'] =>
    (tx: Tx, { orderId, ticket, attempt, runId, actor }) =>
      engine().start(
        tx,
        flows()[flow],
        { orderId, ticket, attempt, startedBy: actor.onBehalfOf ?? actor.id },
        // What gives back is a run of its own beside the delivery that ended, whose id is taken for good.
        { id: flow === 'deliver' ? runId : `give-back-order:${ticket}:${attempt}`, subject: orderId, actor },
      )
  return {
    start: start('deliver'),
    giveBack: start('giveBack'),
    stop: async (tx, { runId, actor }) => {
      await tx.rows(
        'update run set cancel_wanted_at = coalesce(cancel_wanted_at, $2), cancel_wanted_by = coalesce(cancel_wanted_by, $3) where id = $1 and ended_at is null',
        [runId, now(), actor.id],
      )
    },
  }
}

const withConsole = ({ plugins, doors }: ReturnType<typeof pluginsOf>) => ({
  plugins,
  doors: [...doors, consoleDoor()],
})

async function readiness(db: Database, engineRuns: () => boolean): Promise<readonly CheckResult[]> {
  const at = now().toISOString()
  const base = { vantage: 'nexusd', at }
  const answered = await db.row('select 1 as ok').then(
    () => undefined,
    (thrown: Error) => thrown.message,
  )
  return [
    {
      ...base,
      name: 'ready.database',
      title: 'The database answers',
      asked: 'select 1',
      status: answered === undefined ? 'pass' : 'fail',
      summary: answered ?? 'it answers',
    },
    {
      ...base,
      name: 'ready.engine',
      title: 'The engine takes runs',
      asked: 'the engine of this node',
      status: engineRuns() ? 'pass' : 'fail',
      summary: engineRuns() ? 'it runs' : 'it is still starting',
    },
  ]
}

/** How many runs there are in each state, asked when somebody looks. */
function watchRuns(metrics: Registry, db: Database): void {
  new Gauge({
    name: 'nexus_runs',
    help: 'Runs by flow and state.',
    labelNames: ['flow', 'state'],
    registers: [metrics],
    async collect() {
      const rows = await db
        .rows<{ flow: string; state: string; count: number }>(
          `select flow, coalesce(outcome, 'running') as state, count(*) as count from run group by 1, 2`,
        )
        .catch(() => [])
      this.reset()
      for (const row of rows) this.set({ flow: row.flow, state: row.state }, row.count)
    },
  })
}
