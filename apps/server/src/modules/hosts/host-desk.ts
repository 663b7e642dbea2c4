import { type Actor, type Permission, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import type { HostAddress, Program, ProgramResult, Remote } from '../../platform/remote.ts'
import type { SecondPerson } from '../../platform/second-person.ts'
import type { Outside } from '../../platform/sight.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { ControlKeyRing } from './control-keys.ts'
import { addressOf, type Host } from './host.ts'
import type { HostKeyPair, HostProvider } from './host-provider.ts'
import { lockHost, saveHost } from './host-store.ts'
import type { HostPlan } from './preflight-program.ts'
import type { PurchaseCeilings } from './purchase-ceiling.ts'

type Asked = {
  readonly kind: string
  readonly subject: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly what: string
  readonly permission: Permission
}
type Answered = {
  readonly id: string
  readonly state: 'open' | 'approved' | 'refused' | 'lapsed' | 'used'
  readonly decidedBy: string | undefined
  readonly decidedWhy: string | undefined
}

/** A second person, asked without waiting; what they said is good for once. */
type AskedLater = {
  readonly seek: (tx: Tx, actor: Actor, act: Asked, reason: string) => Promise<Answered>
  readonly use: (tx: Tx, actor: Actor, id: string) => Promise<unknown>
}

export type HostDeps = {
  readonly db: Database
  readonly remote: Remote
  readonly outside: Outside
  readonly providers: readonly HostProvider[]
  readonly planOf: (name: string) => HostPlan | undefined
  /** With which Nexus opens hosts. */
  readonly keys: ControlKeyRing
  readonly settings: Omit<BaselineSettings, 'controlKey'>
  readonly newHostKey: () => HostKeyPair
  readonly now: () => Date
  /** What may be bought a day without asking, and who is asked above that. */
  readonly purchases: AskedLater & { readonly ceilings: PurchaseCeilings }
  /** How long a look at a host counts, how old a spare gets (0: any age), and who says yes to a deviation; nobody where there is only one person. */
  readonly drift: { readonly freshHours: number; readonly spareDays: number; readonly second: SecondPerson | undefined }
  /** The run that acts, so that a host refuses an older takeover of it. */
  readonly fence: () => { readonly run: string; readonly takeover: number } | undefined
}

export type Desk = ReturnType<typeof hostDesk>

/** What every verb of this module needs: a change with its trail, and a program on a host under the fence of its run. */
export function hostDesk(deps: HostDeps) {
  /** May you, lock, change, save, trail. A change that answers the same host changes nothing. */
  function change(
    actor: Actor,
    id: string,
    action: string,
    work: (host: Host) => Host,
    reason?: string,
  ): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    return deps.db.inTransaction(async (tx) => {
      const before = await lockHost(tx, id)
      const after = work(before)
      if (after === before) return before
      await saveHost(tx, after)
      await recordAudit(tx, actor, {
        action: `host.${action}`,
        subject: id,
        at: deps.now(),
        before: told(before),
        after: told(after),
        ...(reason === undefined ? {} : { reason }),
      })
      return after
    })
  }

  const run = (
    host: Host,
    program: Program,
    extra: { readonly onEvent?: (event: unknown) => void; readonly address?: Partial<HostAddress> } = {},
  ): Promise<ProgramResult> => {
    const fence = deps.fence()
    return deps.remote.run(
      { ...addressOf(host), ...extra.address },
      fence ? { ...program, fence } : program,
      extra.onEvent,
    )
  }

  function providerOf(host: Pick<Host, 'provider'>): HostProvider {
    const found = deps.providers.find((each) => each.name === host.provider)
    if (found) return found
    throw new NexusError('host.no_provider', 'conflict', `The provider ${host.provider} is not set up here.`, {
      hint: `Set up: ${deps.providers.map((each) => each.name).join(', ') || 'none'}.`,
    })
  }

  function planOf(name: string): HostPlan {
    const plan = deps.planOf(name)
    if (plan) return plan
    throw new NexusError('host.no_plan', 'invalid', `There is no plan ${name}.`, { hint: 'plans.yaml lists them.' })
  }

  return { ...deps, change, run, providerOf, planOf }
}

/** What the trail keeps of a host. */
const told = (host: Host) => ({
  name: host.name,
  state: host.state,
  ...(host.address === undefined ? {} : { address: host.address }),
  ...(host.providerId === undefined ? {} : { providerId: host.providerId }),
  ...(host.orderId === undefined ? {} : { orderId: host.orderId }),
  ...(host.ticket === undefined ? {} : { ticket: host.ticket }),
  ...(host.baselineVersion === undefined ? {} : { baseline: host.baselineVersion }),
  ...(host.wasLive ? { wasLive: true } : {}),
})
