import { join } from 'node:path'
import type { Logger } from 'pino'
import { followUpFlow } from '../flows/follow-up/follow-up.flow.ts'
import { type FollowUpInput, followUpVerbs } from '../flows/follow-up/follow-up-verbs.ts'
import { lapseReservationFlow } from '../flows/lapse-reservation/lapse-reservation.flow.ts'
import { renewCertificateFlow } from '../flows/renew-certificate/renew-certificate.flow.ts'
import type { Order } from '../modules/orders/index.ts'
import { addSeconds } from '../platform/clock.ts'
import { type Database, joinTransaction, type Tx } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import type { Flow, FlowEngine, StartOptions } from '../platform/flow-engine.ts'
import { promise } from '../platform/promises.ts'
import { eachInLine } from '../platform/waiting-line.ts'
import { activeRun } from '../views/run-board.ts'
import { escapePlaceOf, isKitDue, makeEscapeKit } from './escape-kit.ts'
import { heartbeat } from './heartbeat.ts'
import type { HostRuns } from './host-runs.ts'
import { type Keeper, sweeping } from './schedules.ts'
import type { Services } from './services.ts'
import type { Settings } from './settings.ts'

type Given = {
  readonly services: Services
  readonly runs: Pick<HostRuns, 'startRefill' | 'startTending'>
  readonly engine: () => FlowEngine
  readonly settings: Settings
  readonly now: () => Date
  readonly log: Logger
}

export type Round = { readonly name: string; readonly everySeconds: number; readonly work: () => Promise<void> }

/** What keeps each kind of promise, and the rounds that are made every so often. Defines their flows. */
export function keepersOf(given: Given): {
  readonly keepers: Readonly<Record<string, Keeper>>
  readonly rounds: (db: Database) => readonly Round[]
} {
  const { services, runs, engine, settings, now, log } = given
  const { access, orders, hosts, certificates, instances, notices, edges, checks } = services
  const supportAddress = /<([^>]+)>/.exec(settings.mailFrom)?.[1] ?? settings.mailFrom
  const followUp = followUpFlow(
    followUpVerbs({ ...services, supportAddress: settings.supportAddress || supportAddress }),
  )
  const renew = renewCertificateFlow(services)
  const lapse = lapseReservationFlow(services)

  const start = <Input extends object>(tx: Tx, flow: Flow<Input>, input: Input, options: Omit<StartOptions, 'actor'>) =>
    engine().start(tx, flow, input, { ...options, actor: sweeping })

  const keepers: Record<string, Keeper> = {
    'order.at_risk': (tx, { subject }) =>
      joinTransaction(tx, async () => {
        const { noted, order } = await orders.noteAtRisk(sweeping, subject)
        if (noted) tx.afterCommit(() => void tellOwner(order))
      }),
    'order.breach': (tx, { subject }) =>
      joinTransaction(tx, async () => void (await orders.noteBreach(sweeping, subject))),
    'order.reservation_lapse': (tx, { id, subject }) =>
      start(tx, lapse, { orderId: subject }, { id: `lapse-reservation:${id}`, subject }),
    'follow-up': (tx, { subject, payload }) => {
      const input: FollowUpInput = {
        orderId: subject,
        instanceId: String(payload['instanceId']),
        after: String(payload['after']),
      }
      return start(tx, followUp, input, {
        id: `follow-up:${subject}:${input.after}`,
        subject: `${subject}:${input.after}`,
      })
    },
  }

  /** To the owner; where nobody owns the order or their address is not known, to support. */
  async function tellOwner(order: Order): Promise<void> {
    const person = order.owner && (await access.findPerson(order.owner.id).catch(() => undefined))
    const values = {
      ticket: order.ticket,
      customer: order.organization,
      dueAt: (order.dueAt ?? now()).toISOString(),
      waitingFor: order.blocked?.waitingFor ?? 'us',
      doing: order.blocked ? `Blocked: ${order.blocked.reason}`.slice(0, 400) : order.state,
    }
    await notices
      .send(sweeping, {
        kind: 'at-risk',
        key: `at-risk/${order.ticket}/${values.dueAt}`,
        to: person?.email ?? supportAddress,
        values,
      })
      .catch((thrown) =>
        log.warn({ failure: toFailure(thrown), ticket: order.ticket }, 'the at-risk notice could not be sent'),
      )
  }

  /** Every instance that runs, page by page. */
  async function* runningInstances() {
    for (let after: string | undefined; ; ) {
      const page = await instances.list(sweeping, { limit: 200, ...(after === undefined ? {} : { after }) })
      yield* page.items.filter((each) => each.state === 'running')
      if (page.next === undefined) return
      after = page.next
    }
  }

  const beat = heartbeat({
    url: settings.heartbeatUrl,
    to: settings.heartbeatMail,
    mail: services.mail,
    mailDomain: new URL(settings.identityOrigin).hostname,
    now,
  })

  const rounds = (db: Database): readonly Round[] => [
    {
      name: 'master-key',
      everySeconds: 60,
      work: async () => void (await services.masterKeys.resealStragglers()),
    },
    ...(settings.escapeCertificate === ''
      ? []
      : [
          {
            name: 'escape-kit',
            everySeconds: 600,
            work: async () => {
              const place = escapePlaceOf('', settings)
              if (!(await isKitDue(place, settings.escapeKitHours, now()))) return
              const deps = {
                db,
                reveal: (ref: string) => services.secrets.reveal(sweeping, ref),
                keysOf: services.hostKeys.toTry,
                certificateFile: settings.escapeCertificate,
                place,
                spool: join(settings.home, 'backups'),
                now,
              }
              await makeEscapeKit(sweeping, deps, settings.backupKeep)
            },
          },
        ]),
    {
      name: 'approvals',
      everySeconds: 20,
      work: async () => void (await services.approvals.lapseOver()),
    },
    {
      name: 'pool',
      everySeconds: 15,
      work: async () => {
        for (const pool of await hosts.poolTargets(sweeping)) {
          if (pool.coming === 0 && (pool.held !== undefined || pool.ready >= pool.target)) continue
          await runs.startRefill(sweeping, pool)
        }
      },
    },
    {
      name: 'spares',
      everySeconds: 300,
      work: async () => {
        for (const hostId of await hosts.sparesToTend(sweeping)) await runs.startTending(sweeping, hostId)
      },
    },
    {
      name: 'purchases',
      everySeconds: 300,
      work: async () => {
        const gone = await hosts.reconcilePurchases(sweeping)
        if (gone.length > 0) log.warn({ gone }, 'servers that a provider made twice were given back')
      },
    },
    {
      name: 'break-glass',
      everySeconds: 300,
      work: async () => {
        if (settings.breakGlassKey === '') return
        const prepared = (await hosts.all(sweeping)).filter((each) => each.user === 'nexus' && each.state !== 'retired')
        await eachInLine(prepared, 16, async (host) => {
          try {
            for (const alert of await hosts.findRescueLogins(sweeping, host.id)) await services.hostAlerts(alert)
          } catch (thrown) {
            log.warn(
              { failure: toFailure(thrown), host: host.id },
              'uses of the break-glass key could not be looked for',
            )
          }
        })
      },
    },
    {
      name: 'certificates',
      everySeconds: 30,
      work: async () => {
        for (const due of await certificates.dueCertificates(sweeping)) {
          if (!due.serial) continue
          const { instanceId, serial } = due
          await db.inTransaction(async (tx) => {
            if (await activeRun(tx, 'renew-certificate', instanceId)) return
            const id = `renew-certificate:${instanceId}:${serial}:${Math.floor(now().getTime() / 3_600_000)}`
            await start(tx, renew, { instanceId, replaces: serial }, { id, subject: instanceId })
          })
        }
      },
    },
    {
      name: 'retention',
      everySeconds: 600,
      work: async () => {
        const before = addSeconds(now(), -settings.keepHistoryDays * 86_400)
        const runs = await engine().forget(before)
        const receipts = await services.orders.forgetReceipts(sweeping, before)
        const oldest = addSeconds(now(), -settings.keepTranscriptDays * 86_400)
        const transcripts = await services.hostTranscripts.forget(sweeping, oldest)
        if (runs + receipts + transcripts > 0)
          log.info({ runs, receipts, transcripts }, 'what ended long ago was forgotten')
      },
    },
    {
      name: 'uptime',
      everySeconds: settings.probeSeconds,
      work: async () => {
        for await (const each of runningInstances()) {
          const { address } = await hosts.addressOf(each.hostId)
          const results = await edges.uptime(sweeping, { instanceId: each.id, domain: each.domain, address })
          const known = await checks.latest(each.id)
          const changed = results.filter((result) => {
            const before = known.find((one) => one.name === result.name)
            return !before || before.status !== result.status
          })
          if (changed.length > 0) await checks.record(sweeping, each.id, changed)
        }
      },
    },
    { name: 'heartbeat', everySeconds: settings.heartbeatSeconds, work: beat },
    { name: 'trail', everySeconds: 5, work: () => services.trail.keep() },
    {
      name: 'trail-check',
      everySeconds: settings.trailCheckSeconds,
      work: async () => void (await services.trail.check()),
    },
  ]
  return { keepers, rounds }
}

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** `24h`, `7d`: how long after Live; anything else is refused at the start. */
export function secondsAfter(word: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(word) ?? []
  return Number(count) * units[(unit ?? 's') as keyof typeof units]
}

export const promiseAfterLive = (
  db: Database,
  { orderId, instanceId }: { orderId: string; instanceId: string },
  followUps: readonly string[],
  at: Date,
): Promise<void> =>
  db.inTransaction(async (tx) => {
    for (const after of followUps) {
      await promise(tx, {
        kind: 'follow-up',
        subject: orderId,
        dueAt: addSeconds(at, secondsAfter(after)),
        payload: { instanceId, after },
      })
    }
  })
