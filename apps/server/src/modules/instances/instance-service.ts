import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { CheckResult } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { removeHome } from './artifact-commands.ts'
import { dropDatabase } from './database-commands.ts'
import type { Deployments } from './deployment-service.ts'
import { giveVariable } from './give-variable.ts'
import { tell } from './host-answer.ts'
import { type Instance, type InstanceIdentity, type InstanceSlot, moveInstance, slotNotFound } from './instance.ts'
import { instanceEnvironment } from './instance-environment.ts'
import { databaseOf, scratchDatabaseOf } from './instance-layout.ts'
import type { InstanceDeps } from './instance-ports.ts'
import * as store from './instance-store.ts'
import type { ServiceState } from './runtime.ts'
import { secretSwitch } from './secret-switch.ts'
import { stackOf } from './stack-manifest.ts'
import type { Slot } from './stack-schema.ts'
import { type Given, isSecretRef } from './stack-variables.ts'

export type OpenRequest = {
  readonly orderId: string
  readonly environment: string
  readonly tenant: string
  readonly stack: string
  readonly plan: string
  readonly hostId: string
  /** Judged before it comes here; app.<domain> and api.<domain> are made of it. */
  readonly domain: string
}

export type EnvironmentLine = {
  readonly name: string
  readonly group: string
  readonly secret: boolean
  readonly required: boolean
  readonly set: boolean
  readonly origin: string
  /** Where a secret is kept; never its value. */
  readonly reference: string | undefined
}

/** The verbs of instances. `deployments` brings them to life; this opens, tells and takes away. */
export const instanceService = (deps: InstanceDeps & { readonly deployments: Deployments }) => {
  const { db, now, remote, hosts, secrets } = deps
  const environment = instanceEnvironment(deps)

  /** Lock, change, save, trail: what every small change of an instance is. */
  async function change(
    actor: Actor,
    id: string,
    action: string,
    edit: (before: Instance) => Instance,
    note?: unknown,
  ): Promise<Instance> {
    requirePermission(actor, 'instances.write')
    return db.inTransaction(async (tx) => {
      const before = await store.lockInstance(tx, id)
      const after = edit(before)
      if (after === before) return before
      await store.saveInstance(tx, after)
      await recordAudit(tx, actor, {
        action,
        subject: id,
        after: note ?? { state: after.state, hostId: after.hostId },
        at: now(),
      })
      return after
    })
  }

  async function slotOf(id: string, wanted?: Slot): Promise<InstanceSlot> {
    const instance = await store.findInstance(db, id)
    const held = await store.slotsOf(db, id)
    const found = held.find((each) => each.slot === (wanted ?? instance.activeSlot ?? held[0]?.slot))
    if (!found) throw slotNotFound(id, wanted ?? 'a')
    return found
  }

  const placed = async (id: string, wanted?: Slot) => {
    const { slot, releaseId } = await slotOf(id, wanted)
    return deps.deployments.place({ instanceId: id, slot, releaseId })
  }

  /** A value in the open, or the reference of a secret that was put before. */
  async function setVariable(actor: Actor, id: string, name: string, value: Given): Promise<void> {
    requirePermission(actor, 'instances.write')
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name))
      throw new NexusError('instance.bad_variable', 'invalid', 'A variable is named in capital letters, digits and _.')
    await db.inTransaction(async (tx) => {
      await store.lockInstance(tx, id)
      const kept = (await store.keptVariables(tx, id))[name]
      if (JSON.stringify(kept) === JSON.stringify(value)) return
      await store.keepVariable(tx, id, name, value, actor.id, now())
      await recordAudit(tx, actor, {
        action: 'instance.variable_set',
        subject: id,
        after: { name, ...('secret' in value ? value : {}) },
        at: now(),
      })
    })
  }

  return {
    /** Once an order and environment: asked again, it answers the instance there is. */
    open: async (actor: Actor, asked: OpenRequest): Promise<Instance> => {
      requirePermission(actor, 'instances.write')
      return db.inTransaction(async (tx) => {
        const at = now()
        const holder = await store.instanceOfDomain(tx, asked.domain)
        if (holder && (holder.orderId !== asked.orderId || holder.environment !== asked.environment)) {
          throw new NexusError('instance.domain_taken', 'conflict', `${asked.domain} belongs to another instance.`)
        }
        const urls = { appUrl: `https://app.${asked.domain}`, apiUrl: `https://api.${asked.domain}` }
        const nothing = {
          activeSlot: undefined,
          databasePassword: undefined,
          databaseUrl: undefined,
          identity: undefined,
          openclaw: undefined,
        }
        const fresh: Instance = {
          id: newId('ins', at),
          ...asked,
          ...urls,
          ...nothing,
          state: 'opened',
          createdAt: at,
          changedAt: at,
        }
        if (await store.addInstance(tx, fresh)) {
          await recordAudit(tx, actor, { action: 'instance.opened', subject: fresh.id, after: { ...asked }, at })
          return fresh
        }
        const found = await store.instanceOfOrder(tx, asked.orderId, asked.environment)
        if (found) return found
        throw new NexusError('instance.domain_taken', 'conflict', `${asked.domain} belongs to another instance.`)
      })
    },

    find: (actor: Actor, id: string): Promise<Instance> => {
      requirePermission(actor, 'instances.read')
      return store.findInstance(db, id)
    },

    ofOrder: (actor: Actor, orderId: string, name = 'prod'): Promise<Instance | undefined> => {
      requirePermission(actor, 'instances.read')
      return store.instanceOfOrder(db, orderId, name)
    },

    list: async (
      actor: Actor,
      filter: Omit<store.InstanceFilter, 'limit'> & { readonly limit?: number | undefined } = {},
    ) => {
      requirePermission(actor, 'instances.read')
      const limit = filter.limit ?? 50
      const found = await store.listInstances(db, { ...filter, limit: limit + 1 })
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return { items, next: found.length > limit ? last?.id : undefined }
    },

    slots: (actor: Actor, id: string): Promise<InstanceSlot[]> => {
      requirePermission(actor, 'instances.read')
      return store.slotsOf(db, id)
    },

    /** After a rebuild or a move the host is another or empty: what lay in the slots is not there any more. */
    placeOn: async (actor: Actor, id: string, hostId: string): Promise<Instance> => {
      requirePermission(actor, 'instances.write')
      return db.inTransaction(async (tx) => {
        const before = await store.lockInstance(tx, id)
        const after = { ...before, hostId, activeSlot: undefined, changedAt: now() }
        await store.dropSlots(tx, id)
        await store.saveInstance(tx, after)
        await recordAudit(tx, actor, {
          action: 'instance.placed',
          subject: id,
          before: { hostId: before.hostId },
          after: { hostId },
          at: now(),
        })
        return after
      })
    },

    linkIdentity: (actor: Actor, id: string, identity: InstanceIdentity): Promise<Instance> => {
      if (!isSecretRef(identity.clientSecret))
        throw new NexusError('instance.secret_in_the_open', 'bug', 'The client secret must be a reference.')
      return change(
        actor,
        id,
        'instance.identity_linked',
        (before) => ({ ...before, identity, changedAt: now() }),
        identity,
      )
    },

    setVariable,

    ...secretSwitch({ ...deps, environment, placed: (id) => placed(id) }),

    giveVariable: giveVariable({ ...deps, slotOf, setVariable }),

    /** Which variables are set and from where; values are not shown. */
    env: async (actor: Actor, id: string): Promise<EnvironmentLine[]> => {
      requirePermission(actor, 'instances.read')
      const { releaseId, slot } = await slotOf(id)
      const release = await deps.releases.facts(releaseId)
      const stack = stackOf(release.manifest)
      const { values } = await environment.resolved(await store.findInstance(db, id), release, stack, slot)
      return Object.entries(stack.variables).map(([name, { group, secret, required }]) => {
        const found = values[name]
        const reference = found && 'secret' in found.value ? found.value.secret : undefined
        return { name, group, secret, required, set: found !== undefined, origin: found?.origin ?? 'none', reference }
      })
    },

    logs: async (
      actor: Actor,
      id: string,
      asked: { service: string; lines: number; slot?: Slot | undefined },
    ): Promise<string> => {
      requirePermission(actor, 'instances.read')
      const { placement, runtime, release } = await placed(id, asked.slot)
      if (!placement.stack.services[asked.service]) {
        throw new NexusError('instance.no_service', 'missing', `${id} has no service of this name.`, {
          hint: `It has: ${Object.keys(placement.stack.services).join(', ')}.`,
        })
      }
      const text = await runtime.logs(placement, asked.service, Math.min(Math.max(Math.trunc(asked.lines), 1), 2000))
      return deps.deployments.hide(id, release, placement.slot, text)
    },

    observe: async (actor: Actor, id: string, slot?: Slot): Promise<readonly ServiceState[]> => {
      requirePermission(actor, 'instances.read')
      const { placement, runtime } = await placed(id, slot)
      return runtime.observe(placement)
    },

    /** What there is to save of an instance, for backups. */
    backupSource: async (id: string) => {
      const { tenant, hostId } = await store.findInstance(db, id)
      const names = { database: databaseOf(id), scratch: scratchDatabaseOf(id), role: databaseOf(id) }
      return { host: await hosts.address(hostId), tenant, ...names }
    },

    checks: (actor: Actor, id: string): Promise<CheckResult[]> => {
      requirePermission(actor, 'instances.read')
      return store.checksOf(db, id)
    },

    /** Saves where OpenClaw is and which key opens it, both as references, for the order to keep (S0-92..94). */
    linkOpenClaw: async (actor: Actor, id: string) => {
      requirePermission(actor, 'instances.write')
      const instance = await store.findInstance(db, id)
      const { slot, releaseId } = await slotOf(id)
      const release = await deps.releases.facts(releaseId)
      const { values } = await environment.resolved(instance, release, stackOf(release.manifest), slot)
      const url = values.OPENCLAW_API_URL?.value
      const key = values.OPENCLAW_API_KEY?.value
      if (!url || !('plain' in url) || !key || !('secret' in key)) {
        throw new NexusError(
          'instance.no_openclaw',
          'conflict',
          'This stack does not say where its OpenClaw is: OPENCLAW_API_URL and a secret OPENCLAW_API_KEY.',
        )
      }
      const kept = instance.openclaw
      const same = kept && kept.keyRef === key.secret && (await secrets.reveal(kept.urlRef)) === url.plain
      if (same) return { orderId: instance.orderId, ...kept }
      const urlRef = await secrets.put(actor, {
        tenant: instance.tenant,
        name: `${id}.openclaw-api-url`,
        value: url.plain,
      })
      const link = { urlRef, keyRef: key.secret }
      await change(
        actor,
        id,
        'instance.openclaw_linked',
        (before) => ({ ...before, openclaw: link, changedAt: now() }),
        link,
      )
      return { orderId: instance.orderId, ...link }
    },

    /** Takes everything of the instance off its host and closes it. Safe on a host that has nothing of it. */
    withdraw: async (actor: Actor, id: string): Promise<Instance> => {
      requirePermission(actor, 'instances.write')
      const instance = await store.findInstance(db, id)
      if (instance.state === 'withdrawn') return instance
      for (const { slot } of await store.slotsOf(db, id)) {
        const { placement, runtime } = await placed(id, slot)
        await runtime.remove(placement)
      }
      const host = await hosts.address(instance.hostId)
      await tell(remote, host, dropDatabase(id))
      await tell(remote, host, removeHome(id))
      return change(actor, id, 'instance.withdrawn', (before) => ({
        ...moveInstance(before, 'withdrawn', now()),
        activeSlot: undefined,
      }))
    },
  }
}

export type Instances = ReturnType<typeof instanceService>
