import type { Actor } from '../../platform/actor.ts'
import type { Failure } from '../../platform/errors.ts'
import type { Delivery, DeliveryModules, PartDeps } from './delivery.ts'
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
        const kind = failure.code === 'host.name_taken' ? 'host_name_taken' : 'failed_act'
        await modules.orders.block(as, orderId, {
          kind,
          reason: reason.slice(0, 1900),
          problems: failure.problems ?? [],
          endsAttempt: true,
          commands: [
            `nexusctl run show deliver-order:${ticket}:${attempt}`,
            `nexusctl run resume deliver-order:${ticket}:${attempt} --from STEP --reason TEXT`,
            `nexusctl order retry ${ticket}`,
            `nexusctl order cancel ${ticket} --reason TEXT`,
          ],
        })
      },
    }
  },
})

export type DeliveryVerbs = ReturnType<typeof deliveryVerbs>
