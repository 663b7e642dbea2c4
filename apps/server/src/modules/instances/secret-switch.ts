import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type CheckResult, foldChecks, printCheck } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import type { Deployments } from './deployment-service.ts'
import type { instanceEnvironment } from './instance-environment.ts'
import type { InstanceDeps } from './instance-ports.ts'
import {
  findInstance,
  keepVariable,
  keptVariables,
  lockInstance,
  runningWithOther,
  saveInstance,
} from './instance-store.ts'
import { isSecretRef } from './stack-variables.ts'

type SwitchDeps = Pick<InstanceDeps, 'db' | 'now'> & {
  readonly deployments: Pick<Deployments, 'checkInside'>
  readonly environment: Pick<ReturnType<typeof instanceEnvironment>, 'reveal'>
  readonly placed: (id: string) => ReturnType<Deployments['place']>
}

/** A running instance changes from one version of a secret to another, and proves that it is well with it. */
export const secretSwitch = ({ db, now, deployments, environment, placed }: SwitchDeps) => ({
  /** Who runs with another version than this one, in the order they came. */
  secretHolders: async (
    actor: Actor,
    to: string,
  ): Promise<{ readonly instanceId: string; readonly from: string }[]> => {
    requirePermission(actor, 'instances.read')
    const name = to.slice(0, to.lastIndexOf('@') + 1)
    return runningWithOther(db, name, to)
  },

  /** Only what is written down: the host hears of it with the next environment. */
  switchSecret: async (actor: Actor, id: string, from: string, to: string): Promise<void> => {
    requirePermission(actor, 'instances.write')
    await db.inTransaction(async (tx) => {
      const instance = await lockInstance(tx, id)
      const kept = Object.entries(await keptVariables(tx, id))
      const names = kept.flatMap(([name, value]) => ('secret' in value && value.secret === from ? [name] : []))
      if (names.length === 0) return
      if (!isSecretRef(to)) throw new NexusError('instance.secret_in_the_open', 'bug', 'A version must be a reference.')
      for (const name of names) await keepVariable(tx, id, name, { secret: to }, actor.id, now())
      if (instance.openclaw?.keyRef === from) {
        await saveInstance(tx, { ...instance, openclaw: { ...instance.openclaw, keyRef: to }, changedAt: now() })
      }
      await recordAudit(tx, actor, {
        action: 'instance.secret_switched',
        subject: id,
        before: { secret: from },
        after: { secret: to, names },
        at: now(),
      })
    })
  },

  /** The environment as it is written down goes to the host, the services start again, and must be well. */
  applyEnvironment: async (actor: Actor, id: string): Promise<CheckResult[]> => {
    requirePermission(actor, 'instances.write')
    const { placement, runtime, release } = await placed(id)
    await runtime.put(placement, await environment.reveal(await findInstance(db, id), release, placement.slot))
    await runtime.start(placement)
    const results = await deployments.checkInside(actor, id)
    if (foldChecks(results) === 'pass' || foldChecks(results) === 'warn') return results
    const bad = results.filter((each) => each.status === 'fail' || each.status === 'unknown')
    throw new NexusError(
      'instance.not_well',
      'conflict',
      `${id} is not well: ${bad.map((each) => each.title).join('; ')}.`,
      {
        hint: `nexusctl instance checks ${id}`,
        problems: bad.map((each) => ({ path: each.name, message: printCheck(each) })),
      },
    )
  },
})
