import type { Actor } from '../../platform/actor.ts'
import type { Failure } from '../../platform/errors.ts'
import { sh } from '../../platform/shell.ts'
import { type Delivery, type DeliveryModules, isAttestable, type PartDeps } from './delivery.ts'
import { handoffPart } from './handoff-part.ts'
import { hostPart } from './host-part.ts'
import { instancePart } from './instance-part.ts'

/** The words of the story, for one delivery. */
export const deliveryVerbs = (modules: DeliveryModules) => ({
  of: (as: Actor, { orderId, ticket, attempt }: Delivery) => {
    const part: PartDeps = { modules, as, delivery: { orderId, ticket, attempt } }
    return {
      ...hostPart(part),
      ...instancePart(part),
      ...handoffPart(part),

      /** Stops for a person: what failed, where, and the commands to go on. */
      block: async (failure: Failure) => {
        const reason = `${failure.message}${failure.hint ? ` ${failure.hint}` : ''}`
        const run = `deliver-order:${ticket}:${attempt}`
        const failed = (await modules.failedStep(run))?.name ?? 'check the order'
        const kind = failure.code === 'host.name_taken' ? 'host_name_taken' : 'failed_act'
        await modules.orders.block(as, orderId, {
          kind,
          reason: reason.slice(0, 1900),
          problems: failure.problems ?? [],
          endsAttempt: true,
          commands: [
            `nexusctl run show ${run}`,
            `nexusctl run resume ${run} --from ${sh(beginsAgainAt(failed))} --reason TEXT`,
            ...(isAttestable(failed) ? [`nexusctl run attest ${run} ${sh(failed)} --reason TEXT`] : []),
            `nexusctl order retry ${ticket}`,
            `nexusctl order cancel ${ticket} --reason TEXT`,
          ],
        })
      },
    }
  },
})

/** Giving up fails every time it is asked: what is begun again is the waiting before it. */
const beginsAgainAt = (failed: string): string =>
  failed === 'give up on the DNS records' ? 'look at the DNS records' : failed

export type DeliveryVerbs = ReturnType<typeof deliveryVerbs>
