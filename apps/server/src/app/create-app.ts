import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { checkStepAgain } from '../flows/deliver-order/attest-step.ts'
import { deliverOrderFlow, giveBackFlow } from '../flows/deliver-order/deliver-order.flow.ts'
import type { DeliveryModules } from '../flows/deliver-order/delivery.ts'
import { deliveryVerbs } from '../flows/deliver-order/delivery-verbs.ts'
import { now } from '../platform/clock.ts'
import type { Database, Tx } from '../platform/db.ts'
import { progress } from '../platform/durable.ts'
import { NexusError, toFailure } from '../platform/errors.ts'
import { openEventHub } from '../platform/event-hub.ts'
import { type Executor, joinExecutors } from '../platform/executor.ts'
import type { Flow, FlowEngine } from '../platform/flow-engine.ts'
import { outsideCalls } from '../platform/outside-calls.ts'
import { traceTo } from '../platform/tracing.ts'
import { lastFailedStep } from '../views/run-board.ts'
import { consoleDoor } from './console-door.ts'
import { watchEngine } from './engine-metrics.ts'
import { hostRuns } from './host-runs.ts'
import { createHttp } from './http.ts'
import { httpsOf } from './https.ts'
import { keepersOf, promiseAfterLive } from './keepers.ts'
import { consoleOrigin } from './outside.ts'
import { patchRuns } from './patch-runs.ts'
import { pluginsOf } from './plugins.ts'
import { readiness } from './readiness.ts'
import { startRounds } from './rounds.ts'
import { runResuming } from './run-resuming.ts'
import { startSweeper } from './schedules.ts'
import { secretRuns } from './secret-runs.ts'
import { createServices, type DeliveryPort, type Services } from './services.ts'
import type { Settings } from './settings.ts'
import { workDoor } from './work-door.ts'

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
  const metrics = new Registry()
  watchEngine(metrics, db)
  const calls = outsideCalls(metrics, settings, now)
  const door = await workDoor(db, log, now)
  const services = await createServices({
    settings,
    log,
    db,
    masterKey,
    calls,
    delivery: deliveryPort(engine, () => flows),
    epoch: door.epoch,
  })
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
  const runs = { ...hostRuns({ db, services, engine, now }), ...patchRuns({ db, services, engine, now }) }
  const { keepers, rounds } = keepersOf({ services, runs, engine, settings, now, log })

  const hub = await openEventHub(url, log)
  const https = httpsOf({ settings, calls, metrics, log, now })
  const http = createHttp({
    db,
    server: https?.tls.server,
    access: services.access,
    sessions: services.signIn,
    origin: consoleOrigin(settings),
    trustProxy: settings.trustedProxies,
    limits: { perMinute: settings.requestsPerMinute, refusalsPerMinute: settings.refusalsPerMinute },
    log,
    now,
    metrics,
    load: { atOnce: settings.requestsAtOnce, waiting: settings.requestsWaiting },
    ready: async () => [
      ...(await readiness({
        db,
        home: settings.home,
        engineRuns: () => executor?.holds() ?? false,
        eventsHeard: hub.heard,
        lastCalls: calls.lastCalls,
        now,
      })),
      door.check(),
      ...(https ? [https.tls.check()] : []),
    ],
    refusal: door.refusal,
    ...withConsole(
      pluginsOf({
        services,
        hostRuns: runs,
        resuming,
        secretRuns: secretRuns({ db, services, engine, now }),
        db,
        hub,
        now,
        stacksFolder: settings.stacksFolder,
        webhookSecrets: settings.webhookSecrets,
      }),
    ),
  })
  let traces: Awaited<ReturnType<typeof openTraces>>
  const running: { stop: () => Promise<unknown> }[] = []

  return {
    http,
    services,
    runs,
    start: async (): Promise<string> => {
      traces = await openTraces(settings)
      traceTo(traces?.tracer)
      await services.embedded?.start()
      running.push(followMasterKey(services, log))
      await door.whenOpen(async () => {
        executor = await joinExecutors({ db, url, log, workers: settings.workers, onLost })
        running.push(
          startSweeper({ db, log, now, keepers, everySeconds: settings.sweepSeconds }),
          startRounds(db, rounds(db), log),
        )
      })
      const bootstrap = await services.access.bootstrap()
      if (bootstrap) {
        const file = join(settings.home, 'bootstrap-token')
        writeFileSync(file, bootstrap, { mode: 0o600 })
        log.info({ file }, 'the first admin is made with the token in this file, within an hour')
      }
      if (https) running.push(await https.start())
      return http.listen({ host: settings.listenHost, port: settings.listenPort })
    },
    stop: async (): Promise<void> => {
      // The port stays open meanwhile, so that a balancer sees that this node is going.
      door.drain()
      https?.stop()
      const rest = Promise.all(running.map((each) => each.stop()))
      await executor?.stop(settings.drainSeconds)
      await http.close()
      await Promise.race([rest, pause(settings.drainSeconds * 1000, undefined, { ref: false })])
      await services.embedded?.stop()
      await services.remote.close()
      await services.hostCommands.settled()
      await hub.close()
      traceTo(undefined)
      await traces?.close().catch((thrown) => log.warn({ failure: toFailure(thrown) }, 'the last spans were not sent'))
    },
  }
}

/** The parts that make traces are loaded only where someone wants them. */
async function openTraces({ otlpEndpoint }: Settings) {
  if (otlpEndpoint === '') return undefined
  const { otlpTraces } = await import('../platform/adapters/otlp-traces.ts')
  return otlpTraces({ endpoint: otlpEndpoint, node: `${hostname()}-${process.pid}` })
}

/** On every node: whoever does not have the key that seals now says so, again and again. */
function followMasterKey({ masterKeys }: Services, log: Logger) {
  const timer = setInterval(() => {
    masterKeys
      .follow()
      .catch((thrown) => log.error({ failure: toFailure(thrown) }, 'the master key cannot be followed'))
  }, 5000)
  return { stop: async () => clearInterval(timer) }
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
