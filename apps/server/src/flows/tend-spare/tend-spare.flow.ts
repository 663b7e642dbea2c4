import type { Checks } from '../../modules/checks/index.ts'
import type { Hosts } from '../../modules/hosts/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { foldChecks, printCheck, refusing } from '../../platform/check.ts'
import { defineFlow, step } from '../../platform/durable.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'

export type TendSpareInput = { readonly hostId: string; readonly runId: string }
export type TendSpareModules = { readonly hosts: Hosts; readonly checks: Checks }

/**
 * A spare is patched, preflighted and looked at while nobody can reserve it; one that is too old, or not well afterwards, is
 * rebuilt once. Where an order has it meanwhile it is left alone (S0-15).
 */
export const tendSpareFlow = ({ hosts, checks }: TendSpareModules) =>
  defineFlow<TendSpareInput>('tend-spare', async ({ hostId, runId }) => {
    const as = systemActor('tend-spare')
    const first = await step('hold the spare', () => hosts.holdSpare(as, hostId))
    if (!first.held) return 'done'
    if (first.stale) await step('rebuild the spare', rebuild, 'brief')
    try {
      await tend()
      return 'done'
    } catch (thrown) {
      if (first.stale || !first.mayRebuild || toFailure(thrown).kind === 'unavailable') throw thrown
      const again = await step('hold the spare', () => hosts.holdSpare(as, hostId))
      if (!again.held) return 'done'
      await step('rebuild the spare', rebuild, 'brief')
      await tend()
      return 'done'
    }

    async function tend() {
      await step('reach the spare', async () => void (await hosts.connect(as, hostId)), 'long')
      await step('bring the spare up to date', () => hosts.freshen(as, hostId), 'brief')
      await step('preflight the spare', preflight, 'brief')
    }

    async function rebuild() {
      await hosts.rebuild(as, hostId, `tended by ${runId}`)
    }

    async function preflight() {
      await hosts.checkDrift(as, hostId)
      const results = [...(await hosts.preflight(as, hostId)), await hosts.baselineHolds(as, hostId)]
      await checks.record(as, hostId, results, runId)
      if (foldChecks(results) !== 'fail') return { verdict: foldChecks(results) }
      throw new NexusError(
        'host.spare_not_well',
        'conflict',
        'The spare is not well after it was brought up to date.',
        {
          problems: refusing(results).map((each) => ({ path: each.name, message: printCheck(each) })),
        },
      )
    }
  })
