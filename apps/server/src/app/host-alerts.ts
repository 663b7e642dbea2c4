import type { accessService } from '../modules/access/index.ts'
import type { HostAlert } from '../modules/hosts/index.ts'
import type { noticeService } from '../modules/notices/index.ts'
import type { orderService } from '../modules/orders/index.ts'
import { systemActor } from '../platform/actor.ts'
import { toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import type { Settings } from './settings.ts'

type Given = {
  readonly access: Pick<ReturnType<typeof accessService>, 'findPerson'>
  readonly orders: Pick<ReturnType<typeof orderService>, 'find'>
  readonly notices: Pick<ReturnType<typeof noticeService>, 'send'>
  readonly settings: Settings
  readonly log: Log
  readonly now: () => Date
}

const house = systemActor('host-alerts')

/** The owner of the host's order gets a mail; support where nobody owns it. The trail has the alert in any case. */
export const tellOfHost =
  ({ access, orders, notices, settings, log, now }: Given) =>
  async ({ host, what, why }: HostAlert): Promise<void> => {
    const support = settings.supportAddress || (/<([^>]+)>/.exec(settings.mailFrom)?.[1] ?? settings.mailFrom)
    try {
      const order = host.ticket === undefined ? undefined : await orders.find(house, host.ticket)
      const owner = order?.owner && (await access.findPerson(order.owner.id).catch(() => undefined))
      await notices.send(house, {
        kind: 'task-for-owner',
        key: `host-alert/${host.id}/${now().toISOString()}`,
        to: owner?.email ?? support,
        values: {
          ticket: host.ticket ?? 'none',
          what: `Alert on host ${host.name}: ${what}`.slice(0, 400),
          why,
          commands: [`nexusctl host transcript list --host ${host.name}`, `nexusctl trail tail --subject ${host.id}`],
        },
      })
    } catch (thrown) {
      log.warn({ failure: toFailure(thrown), host: host.id, what }, 'an alert of a host could not be mailed')
    }
  }
