import { systemActor } from '../../platform/actor.ts'
import { printCheck, refusing } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import type { AttestableStep, Delivery, DeliveryModules, Placed } from './delivery.ts'
import type { DeliveryVerbs } from './delivery-verbs.ts'

/** What those checks ask about; found again as it is now, not as it was when the step ran. */
export type LookedAt = Pick<
  Placed,
  'hostId' | 'instanceId' | 'releaseId' | 'slot' | 'domain' | 'address' | 'organization'
>

/**
 * Runs the check of a step again, outside its run. Throws what the step would throw where it does not pass, with the
 * lines of the check; the results are kept with the order either way.
 */
export const checkStepAgain =
  (modules: DeliveryModules, verbs: DeliveryVerbs) =>
  async (delivery: Delivery, step: AttestableStep, onBehalfOf: string): Promise<void> => {
    const { orders, hosts, instances, dns, checks } = modules
    const { orderId, ticket, attempt } = delivery
    const as = systemActor('attest-step', onBehalfOf)
    const deliver = verbs.of(as, delivery)

    if (step === 'preflight the host') {
      const host = await hosts.ofOrder(as, orderId)
      if (!host) throw gone(ticket, 'host')
      await deliver.preflightHost({ hostId: host.id })
      return
    }
    const placed = await lookedAt()
    if (step === 'smoke test from outside') await deliver.smokeOutside(placed)
    else if (step === 'go through the launch checklist') await deliver.launchChecklist(placed)
    else await lookAtNames(placed)

    async function lookedAt(): Promise<LookedAt> {
      const { environment, organization } = await orders.complete(as, orderId)
      const instance = await instances.ofOrder(as, orderId, environment)
      if (!instance) throw gone(ticket, 'instance')
      const slot = (await instances.slots(as, instance.id)).find((each) => each.slot === 'a')
      if (!slot) throw gone(ticket, 'release in slot a')
      const { address } = await hosts.addressOf(instance.hostId)
      return {
        hostId: instance.hostId,
        instanceId: instance.id,
        releaseId: slot.releaseId,
        slot: 'a',
        domain: instance.domain,
        address,
        organization: organization.legalName,
      }
    }

    /** As the step looks, but the order is left to the run: a person's block is not lifted by a record alone. */
    async function lookAtNames({ instanceId, domain, address }: LookedAt): Promise<void> {
      const { done, results } = await dns.lookDns(as, { instanceId, domain, address })
      await checks.record(as, orderId, results, `deliver-order:${ticket}:${attempt}`)
      if (done) return
      throw new NexusError('dns.not_right', 'conflict', `The DNS records of ${domain} are not right.`, {
        problems: refusing(results).map((each) => ({ path: each.name, message: printCheck(each) })),
      })
    }
  }

export type CheckStepAgain = ReturnType<typeof checkStepAgain>

const gone = (ticket: string, what: string) =>
  new NexusError('run.nothing_to_check', 'conflict', `Order ${ticket} has no ${what} that could be checked.`, {
    hint: `nexusctl order retry ${ticket}`,
  })
