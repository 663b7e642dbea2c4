import { rollSecretFlow } from '../flows/roll-secret/roll-secret.flow.ts'
import { type Actor, insideGrant, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Database } from '../platform/db.ts'
import type { FlowEngine } from '../platform/flow-engine.ts'
import { activeRun } from '../views/run-board.ts'
import type { Services } from './services.ts'

type Given = {
  readonly db: Database
  readonly services: Pick<Services, 'instances' | 'secrets'>
  readonly engine: () => FlowEngine
  readonly now: () => Date
}

/** Bringing the newest version of a secret to those who run with an older one. One run a secret at a time. */
export function secretRuns({ db, services: { instances, secrets }, engine, now }: Given) {
  const flow = rollSecretFlow({ instances })
  return {
    apply: async (actor: Actor, of: { readonly tenant: string; readonly name: string }): Promise<string> => {
      requirePermission(actor, 'secrets.write')
      requirePermission(actor, 'instances.write')
      const to = await secrets.latest(actor, of)
      await insideGrant(actor, 'instances.write', () => secrets.latest(actor, of))
      const subject = to.slice(0, to.lastIndexOf('@'))
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, flow.name, subject)
        if (going) return going
        const id = `${flow.name}:${of.tenant}/${of.name}:${now().getTime()}`
        await engine().start(tx, flow, { to, startedBy: actor.onBehalfOf ?? actor.id }, { id, subject, actor })
        await recordAudit(tx, actor, { action: 'secret.apply_started', subject, after: { to, run: id }, at: now() })
        return id
      })
    },
  }
}

export type SecretRuns = ReturnType<typeof secretRuns>
