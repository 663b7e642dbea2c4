import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { HostAddress } from '../../platform/remote.ts'
import { acceptDeviation } from './accept-deviation.ts'
import { adoptHost } from './adopt-host.ts'
import { baselineOutline } from './baseline-outline.ts'
import { buyHost } from './buy-host.ts'
import { checkHost } from './check-host.ts'
import { claimHost } from './claim-host.ts'
import { provingAccess } from './confirm-access.ts'
import { connectHost } from './connect-host.ts'
import { addressOf, type Host } from './host.ts'
import { type HostDeps, hostDesk } from './host-desk.ts'
import type { HostFacts } from './host-facts.ts'
import { hostPool } from './host-pool.ts'
import { allHosts, findByOrder, findHost, type HostFilter, type HostPage, listHosts } from './host-store.ts'
import { ownHost } from './own-host.ts'
import { patchHost } from './patch-host.ts'
import { prepareHost } from './prepare-host.ts'
import { proveHost } from './prove-host.ts'
import { provideHost } from './provide-host.ts'
import { rebuildHost } from './rebuild-host.ts'
import { rekeyHost } from './rekey-host.ts'
import { rescueLogins } from './rescue-login.ts'
import { sinceBackup } from './since-backup.ts'
import { tendSpares } from './tend-spares.ts'

/** Every verb there is for hosts; each is safe to send again. */
export const hostService = (deps: HostDeps) => {
  const desk = hostDesk(deps)
  const buying = buyHost(desk)
  const making = provideHost(desk, buying)
  const talking = connectHost(desk)
  const proving = provingAccess(desk)
  const { itemsFor, portOf, quarantineOnFailure, ...preparing } = prepareHost(desk, talking, proving)
  const checking = checkHost(desk, { itemsFor, portOf, quarantineOnFailure, ...proving })

  const look = {
    find: async (actor: Actor, hostId: string): Promise<Host> => {
      requirePermission(actor, 'hosts.read')
      return findHost(deps.db, hostId)
    },
    ofOrder: async (actor: Actor, orderId: string): Promise<Host | undefined> => {
      requirePermission(actor, 'hosts.read')
      return findByOrder(deps.db, orderId)
    },
    list: async (actor: Actor, page: HostPage): Promise<readonly Host[]> => {
      requirePermission(actor, 'hosts.read')
      return listHosts(deps.db, page)
    },
    all: async (actor: Actor, filter: HostFilter = {}): Promise<readonly Host[]> => {
      requirePermission(actor, 'hosts.read')
      return allHosts(deps.db, filter)
    },
    facts: async (actor: Actor, hostId: string): Promise<HostFacts | undefined> =>
      (await look.find(actor, hostId)).facts,
    /** Where a host is, for programs of other modules. */
    addressOf: async (hostId: string): Promise<HostAddress> => addressOf(await findHost(deps.db, hostId)),
  }

  return {
    ...look,
    ...baselineOutline(desk),
    provide: making.provide,
    connect: talking.connect,
    ...preparing,
    ...checking,
    ...tendSpares(desk, { prepare: preparing.prepare, find: look.find }),
    ...patchHost(desk, { ...checking, reboot: talking.reboot }),
    ...acceptDeviation(desk, { itemsFor }),
    ...rekeyHost(desk, proving),
    ...rescueLogins(desk),
    ...proveHost(desk),
    ...claimHost(desk, rebuildHost(desk)),
    effects: buying.effects,
    reconcilePurchases: buying.reconcilePurchases,
    ...hostPool(desk, { ...making, heldBack: buying.heldBack }),
    ...ownHost(desk),
    ...adoptHost(desk),
    ...sinceBackup(desk),
  }
}

export type Hosts = ReturnType<typeof hostService>
