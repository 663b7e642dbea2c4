import type { Hosts } from '../../modules/hosts/index.ts'
import type { Orders } from '../../modules/orders/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'

export type LapseReservationInput = { readonly orderId: string }

/** An order that stayed `Blocked` too long lets go of its host: a spare again, rebuilt first where something lay on it. */
export const lapseReservationFlow = ({ orders, hosts }: { readonly orders: Orders; readonly hosts: Hosts }) =>
  defineFlow<LapseReservationInput>('lapse-reservation', async ({ orderId }) => {
    const as = systemActor('lapse-reservation')
    const { lapsed } = await step('look at the reservation', () => orders.reservationLapsed(as, orderId))
    if (!lapsed) return 'done'
    const toRelease = await step('let go of the spare', async () => [...(await hosts.lapseReservations(as, [orderId]))])
    for (const hostId of toRelease) {
      await step('give the host back', async () => void (await hosts.release(as, hostId)), 'brief')
    }
    await step('tell the order', async () => {
      await orders.hostReleased(as, orderId, { reason: 'The order was Blocked longer than a host is kept for it.' })
    })
    return 'done'
  })
