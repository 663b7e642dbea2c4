import { type PatchHostsInput, patchHostsFlow } from '../flows/patch-hosts/patch-hosts.flow.ts'
import { patchVerbs } from '../flows/patch-hosts/patch-verbs.ts'
import type { Host, PatchPlan, PatchWish } from '../modules/hosts/index.ts'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Database } from '../platform/db.ts'
import { progress } from '../platform/durable.ts'
import { NexusError } from '../platform/errors.ts'
import type { FlowEngine } from '../platform/flow-engine.ts'
import { activeRun } from '../views/run-board.ts'
import type { Services } from './services.ts'

type Given = {
  readonly db: Database
  readonly services: Pick<Services, 'hosts' | 'instances' | 'edges'>
  readonly engine: () => FlowEngine
  readonly now: () => Date
}

/** All patches are one story at a time, whichever hosts they are of: so the first wave is a first wave. */
const subject = 'patches'

export function patchRuns({ db, services, engine, now }: Given) {
  const { hosts } = services
  const flow = patchHostsFlow(patchVerbs({ ...services, progress }))

  return {
    patch: async (actor: Actor, wish: PatchWish): Promise<string> => {
      requirePermission(actor, 'hosts.write')
      const waves = wavesOf(await hosts.toPatch(actor, wish.hosts), wish).map((wave) =>
        wave.map((each) => String(each.id)),
      )
      if (waves.length === 0) throw noHosts()
      if (!wish.now) hosts.windowIsOpen()
      return db.inTransaction(async (tx) => {
        const going = await activeRun(tx, flow.name, subject)
        if (going) throw patching(going)
        const id = `${flow.name}:${now().getTime()}`
        const { reboot } = wish
        const input: PatchHostsInput = { waves, reboot, now: wish.now, startedBy: actor.onBehalfOf ?? actor.id }
        await engine().start(tx, flow, input, { id, subject, actor })
        await recordAudit(tx, actor, {
          action: 'host.patch_started',
          subject,
          after: { run: id, waves, reboot },
          at: now(),
        })
        return id
      })
    },

    planPatch: async (actor: Actor, wish: PatchWish): Promise<PatchPlan> => {
      const waves: PatchPlan['waves'] = []
      for (const wave of wavesOf(await hosts.toPatch(actor, wish.hosts), wish)) {
        waves.push(
          await Promise.all(
            wave.map(async ({ id, name, state }) => ({ id, name, state, updates: await hosts.updatesOf(actor, id) })),
          ),
        )
      }
      const window = hosts.window()
      return { window, isOpen: window !== 'never' && hosts.windowIsOpen(), waves }
    },
  }
}

export type PatchRuns = ReturnType<typeof patchRuns>

/** A few first, then so many at once. */
export function wavesOf(
  hosts: readonly Host[],
  { first, atOnce }: Pick<PatchWish, 'first' | 'atOnce'>,
): readonly (readonly Host[])[] {
  const waves: (readonly Host[])[] = []
  for (let from = 0; from < hosts.length; ) {
    const size = from === 0 ? Math.min(first, atOnce) : atOnce
    waves.push(hosts.slice(from, from + size))
    from += size
  }
  return waves
}

const noHosts = () =>
  new NexusError('host.none_to_patch', 'conflict', 'There is no host to patch.', { hint: 'nexusctl host list' })

const patching = (run: string) =>
  new NexusError('host.patch_going', 'conflict', `Hosts are being patched by run ${run}.`, {
    hint: `nexusctl run watch ${run}, or: nexusctl run cancel ${run} --reason TEXT`,
  })
