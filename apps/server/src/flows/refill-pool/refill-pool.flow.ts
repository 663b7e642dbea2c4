import type { Hosts } from '../../modules/hosts/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { foldChecks, printCheck, refusing } from '../../platform/check.ts'
import { defineFlow, step } from '../../platform/durable.ts'
import { NexusError } from '../../platform/errors.ts'

export type RefillPoolInput = { readonly region: string; readonly plan: string }

/** Spares at most that one run makes; a larger gap is closed by the next run. */
const atMost = 10

/** Makes spares up to the target, each with its baseline and past its preflight (S0-15). */
export const refillPoolFlow = (hosts: Hosts) =>
  defineFlow<RefillPoolInput>('refill-pool', async (of) => {
    const as = systemActor('refill-pool')
    for (let made = 0; made < atMost; made += 1) {
      const spare = await step(
        'make a spare',
        async () => ({ id: String((await hosts.refillOne(as, of))?.id ?? '') }),
        'brief',
      )
      if (!spare.id) return 'done'
      await step('reach the spare', async () => void (await hosts.connect(as, spare.id)), 'long')
      await step('bring the spare to its baseline', async () => void (await hosts.prepare(as, spare.id)), 'brief')
      await step('preflight the spare', () => preflight(hosts, spare.id), 'brief')
    }
    return 'done'

    async function preflight(all: Hosts, id: string) {
      const results = await all.preflight(as, id)
      if (foldChecks(results) !== 'fail') return { verdict: foldChecks(results) }
      throw new NexusError('host.preflight_failed', 'conflict', 'The spare does not pass its preflight.', {
        problems: refusing(results).map((each) => ({ path: each.name, message: printCheck(each) })),
      })
    }
  })
