import { baselineLine } from '../../modules/hosts/index.ts'
import { foldChecks, printCheck, refusing } from '../../platform/check.ts'
import { type Failure, NexusError, toFailure } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { PartDeps, Target } from './delivery.ts'

/** The order and its host: S0-49..54, S0-59..85. */
export function hostPart({ modules, as, delivery: { orderId, ticket, attempt } }: PartDeps) {
  const { orders, hosts, checks, progress } = modules
  const run = `deliver-order:${ticket}:${attempt}`

  /** A host above the ceiling of the day waits for a second person; undefined until they have said yes. */
  async function provided(facts: Target | Omit<Target, 'hostId' | 'warm' | 'tenant'>) {
    try {
      const { plan, region, hostName: name } = facts
      return await hosts.provide(as, { orderId, ticket, plan, region, name })
    } catch (thrown) {
      const { code, message, problems } = toFailure(thrown)
      const approval = problems?.find((each) => each.path === 'approval')?.message
      if (code !== 'host.above_ceiling' || approval === undefined) throw thrown
      await orders.block(as, orderId, {
        kind: 'approval',
        reason: message,
        commands: [
          `nexusctl approval approve ${approval} --why TEXT`,
          `nexusctl approval refuse ${approval} --why TEXT`,
          'nexusctl pool ledger',
        ],
      })
      return undefined
    }
  }

  return {
    checkOrder: async () => {
      const triage = await orders.triage(as, orderId)
      if (!triage.order) return { ready: false as const, cancelWanted: triage.cancelWanted }
      if (!triage.ready) return { ready: false as const, cancelWanted: triage.cancelWanted }
      return { ready: true as const, cancelWanted: false, dueAt: triage.dueAt ?? '', facts: triage.order }
    },

    /** A spare of the pool, or one made for this order; the order waits for the provider meanwhile. */
    getHost: async ({
      facts,
      dueAt,
    }: {
      readonly facts: Target | Omit<Target, 'hostId' | 'warm' | 'tenant'>
      readonly dueAt: string
    }) => {
      const spare = await hosts.reserve(as, {
        orderId,
        region: facts.region,
        plan: facts.plan,
        dueAt: dueAt ? new Date(dueAt) : modules.now(),
      })
      if (!spare) await orders.poolFoundEmpty(as, orderId)
      const host = spare ?? (await provided(facts))
      if (!host) return { waits: true as const }
      await orders.unblock(as, orderId, { reason: 'There is a host for it.' })
      await orders.hostReserved(as, orderId, { hostId: host.id, warm: spare !== undefined })
      await orders.startProvisioning(as, orderId)
      return { waits: false as const, hostId: String(host.id), warm: spare !== undefined }
    },

    reachHost: async (target: Target) => {
      const host = await hosts.connect(as, target.hostId)
      return { address: host.address, system: host.facts ? `${host.facts.os} ${host.facts.osVersion}` : '' }
    },

    /** The baseline, then the name and the receipt with the ticket. */
    prepareHost: async (target: Target) => {
      const { report } = await hosts.prepare(as, target.hostId, {
        onEvent: (event) => {
          const line = baselineLine(event)
          if (line) void progress(line).catch(() => {})
        },
      })
      await hosts.claim(as, target.hostId, { orderId, ticket, name: target.hostName })
      return { changed: report.changed, ok: report.ok, skipped: report.skipped, version: report.version }
    },

    preflightHost: async (target: Pick<Target, 'hostId'>) => {
      const results = await hosts.preflight(as, target.hostId)
      await checks.record(as, orderId, results, run)
      const bad = refusing(results)
      if (foldChecks(results) !== 'fail') return { verdict: foldChecks(results), checks: results.length }
      throw new NexusError(
        'host.preflight_failed',
        'conflict',
        `The host does not pass its preflight: ${bad.map((each) => each.title).join('; ') || 'nothing was checked'}.`,
        {
          hint: `nexusctl host preflight ${target.hostId}`,
          problems: bad.map((each) => ({ path: each.name, message: printCheck(each) })),
        },
      )
    },

    /** Would a fresh host help? Not where the order, its variables or our own house are the cause. */
    mendedByRebuild: (failure: Failure, _target: Target): boolean =>
      modules.settings.hosts !== 'static' &&
      (['host.baseline_failed', 'host.access_not_confirmed', 'host.preflight_failed'].includes(failure.code) ||
        /^deployment\..*_failed$/.test(failure.code)) &&
      failure.code !== 'deployment.validate_environment_failed',

    /** Names the rebuild before it is asked for, so that asking twice is one rebuild. */
    announceRebuild: async (failure: Failure) => {
      await progress(`rebuilding because: ${failure.message}`.slice(0, 300))
      return { occasion: newId('rbd', modules.now()), because: failure.code }
    },

    /** S0-147: the host from its base image again; what lay on it is not there any more. */
    rebuildHost: async (
      target: Target,
      { occasion, because }: { readonly occasion: string; readonly because: string },
    ) => {
      await hosts.rebuild(as, target.hostId, occasion)
      const instance = await modules.instances.ofOrder(as, orderId, target.environment)
      if (instance) await modules.instances.placeOn(as, instance.id, target.hostId)
      return { because }
    },

    /** The last of the undos: an order of which something could not be given back is not closed, its owner is asked. */
    giveBackOrder: {
      name: 'close the order',
      work: async (failed: readonly string[]) => {
        if (failed.length === 0) return void (await orders.finishCancel(as, orderId))
        const title = `Not everything was given back: ${failed.join('; ')}`.slice(0, 900)
        await orders.askOwner(as, orderId, { kind: 'not_given_back', title })
        throw new NexusError('order.not_given_back', 'conflict', `Not everything of ${ticket} was given back.`, {
          problems: failed.map((message) => ({ path: 'undo', message })),
          hint: `Mend the cause, then: nexusctl run list --subject ${orderId}; nexusctl run resume RUN --from STEP --reason TEXT`,
        })
      },
    },

    giveBackHost: {
      name: 'give the host back',
      work: async () => {
        const host = await hosts.ofOrder(as, orderId)
        if (host) await hosts.release(as, host.id)
      },
    },
  }
}
