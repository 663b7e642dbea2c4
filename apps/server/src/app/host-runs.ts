import { mendHostFlow } from '../flows/mend-host/mend-host.flow.ts'
import { prepareHostFlow } from '../flows/prepare-host/prepare-host.flow.ts'
import { type RefillPoolInput, refillPoolFlow } from '../flows/refill-pool/refill-pool.flow.ts'
import { rekeyHostFlow } from '../flows/rekey-host/rekey-host.flow.ts'
import { tendSpareFlow } from '../flows/tend-spare/tend-spare.flow.ts'
import { type Actor, requirePermission, systemActor } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { CheckResult } from '../platform/check.ts'
import type { Database } from '../platform/db.ts'
import { progress } from '../platform/durable.ts'
import { NexusError } from '../platform/errors.ts'
import type { FlowEngine } from '../platform/flow-engine.ts'
import { activeRun } from '../views/run-board.ts'
import type { Services } from './services.ts'

type Given = {
  readonly db: Database
  readonly services: Pick<Services, 'hosts' | 'checks'>
  readonly engine: () => FlowEngine
  readonly now: () => Date
}

/** The flows about hosts that people and rounds start. One a subject: where one is going, its run is the answer. */
export function hostRuns({ db, services, engine, now }: Given) {
  const { hosts, checks } = services
  const refillFlow = refillPoolFlow(hosts)
  const mendFlow = mendHostFlow({ hosts, progress })
  const tendFlow = tendSpareFlow({ hosts, checks })
  const prepareFlow = prepareHostFlow({ hosts, checks, progress })
  const rekeyFlow = rekeyHostFlow(hosts)

  function startRefill(actor: Actor, { region, plan }: RefillPoolInput): Promise<string> {
    requirePermission(actor, 'hosts.write')
    return db.inTransaction(async (tx) => {
      const subject = `${region}/${plan}`
      const going = await activeRun(tx, refillFlow.name, subject)
      if (going) return going
      const id = `${refillFlow.name}:${subject}:${now().getTime()}`
      await engine().start(tx, refillFlow, { region, plan }, { id, subject, actor })
      await recordAudit(tx, actor, { action: 'pool.refill_started', subject, after: { run: id }, at: now() })
      return id
    })
  }

  return {
    /** What was seen of a host from outside is kept with it, beside its preflight. */
    keepProofs: async (actor: Actor, hostId: string, results: readonly CheckResult[]): Promise<void> => {
      await checks.record(systemActor('prove-host', actor.onBehalfOf ?? actor.id), hostId, results)
    },

    /** For the round: a spare that nobody looked at for a while. */
    startTending: (actor: Actor, hostId: string): Promise<string> => {
      requirePermission(actor, 'hosts.write')
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, tendFlow.name, hostId)
        if (going) return going
        const id = `${tendFlow.name}:${hostId}:${now().getTime()}`
        await engine().start(tx, tendFlow, { hostId, runId: id }, { id, subject: hostId, actor })
        await recordAudit(tx, actor, { action: 'pool.tending_started', subject: hostId, after: { run: id }, at: now() })
        return id
      })
    },

    /** For the round: where there may be spares to make. */
    startRefill,

    /** By a person, without waiting for the round (S0-15). */
    refill: async (actor: Actor, of: RefillPoolInput): Promise<string> => {
      const { region, plan } = of
      const targets = await hosts.poolTargets(actor)
      const pool = targets.find((each) => each.region === region && each.plan === plan)
      if (!pool) throw noTarget(of)
      if (pool.held !== undefined && pool.coming === 0) throw refillHeld(of, pool.held)
      return startRefill(actor, of)
    },

    /** A new key for the host, proven before the old one goes. */
    rekey: async (actor: Actor, hostId: string): Promise<string> => {
      requirePermission(actor, 'hosts.write')
      await hosts.find(actor, hostId)
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, rekeyFlow.name, hostId)
        if (going) return going
        const id = `${rekeyFlow.name}:${hostId}:${now().getTime()}`
        await engine().start(
          tx,
          rekeyFlow,
          { hostId, startedBy: actor.onBehalfOf ?? actor.id },
          { id, subject: hostId, actor },
        )
        await recordAudit(tx, actor, { action: 'host.rekey_started', subject: hostId, after: { run: id }, at: now() })
        return id
      })
    },

    /** What differs is made so again; where that is going already, its run is the answer. */
    mend: async (actor: Actor, hostId: string, items: readonly string[]): Promise<string> => {
      requirePermission(actor, 'hosts.write')
      await hosts.refuseItems(actor, hostId, items)
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, mendFlow.name, hostId)
        if (going) return going
        const id = `${mendFlow.name}:${hostId}:${now().getTime()}`
        const input = { hostId, items, startedBy: actor.onBehalfOf ?? actor.id }
        await engine().start(tx, mendFlow, input, { id, subject: hostId, actor })
        await recordAudit(tx, actor, {
          action: 'host.mend_started',
          subject: hostId,
          after: { run: id, items },
          at: now(),
        })
        return id
      })
    },

    /** Reaches the host, brings it to its baseline and keeps what its preflight says. */
    prepare: async (actor: Actor, hostId: string): Promise<string> => {
      requirePermission(actor, 'hosts.write')
      await hosts.find(actor, hostId)
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, prepareFlow.name, hostId)
        if (going) return going
        const id = `${prepareFlow.name}:${hostId}:${now().getTime()}`
        const input = { hostId, runId: id, startedBy: actor.onBehalfOf ?? actor.id }
        await engine().start(tx, prepareFlow, input, { id, subject: hostId, actor })
        await recordAudit(tx, actor, {
          action: 'host.baseline_started',
          subject: hostId,
          after: { run: id },
          at: now(),
        })
        return id
      })
    },
  }
}

export type HostRuns = ReturnType<typeof hostRuns>

const refillHeld = ({ region, plan }: RefillPoolInput, why: string) =>
  new NexusError('pool.refill_held', 'conflict', `No spare is made in ${region} for ${plan}: ${why}`, {
    hint: 'nexusctl pool ledger',
  })

const noTarget = ({ region, plan }: RefillPoolInput) =>
  new NexusError('pool.no_target', 'missing', `No spares are asked for in ${region} for ${plan}.`, {
    hint: `nexusctl pool set ${region} ${plan} N`,
  })
