import { NexusError } from '../errors.ts'
import { type PretendFaults, underFault } from './pretend-faults.ts'
import { freshDisk, type PretendPlace, type PretendServer } from './pretend-world.ts'

type Keys = {
  readonly authorizedKeys: readonly string[]
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string }
}
type Wanted = Keys & {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly region: string
  readonly plan: string
}

/** A provider whose machines are entries in a file. Addresses are of 192.0.2.0/24, which leads nowhere (RFC 5737). */
export function pretendHosts(place: PretendPlace, faults: PretendFaults) {
  const { read, change } = place
  const acting = <T>(act: string, work: () => T): Promise<T> => {
    const fault = faults.take(act)
    if (fault?.how === 'fail') {
      throw new NexusError('provider.unavailable', 'unavailable', `pretend: "${act}" was made to fail.`)
    }
    return underFault(faults, fault, act, 30, work)
  }

  return {
    name: 'pretend',
    can: { create: true, rebuild: true, destroy: true },

    create: async (wanted: Wanted) =>
      acting('create a server', () =>
        change((world) => {
          const taken = world.servers.map((each) => each.address)
          const address = addresses.find((each) => !taken.includes(each))
          if (address === undefined) throw full()
          world.count += 1
          world.effects.created += 1
          const server: PretendServer = {
            id: `pretend-${world.count}`,
            name: wanted.name,
            labels: { ...wanted.labels },
            region: wanted.region,
            plan: wanted.plan,
            address,
            createdAt: new Date().toISOString(),
            publicKey: wanted.hostKey.publicKey,
            disk: freshDisk(world.count),
          }
          world.servers.push(server)
          return shown(server)
        }),
      ),

    rebuild: async (id: string, keys: Keys) =>
      acting('rebuild a server', () =>
        change((world) => {
          const server = world.servers.find((each) => each.id === id)
          if (!server) throw gone(id)
          world.effects.rebuilt += 1
          server.publicKey = keys.hostKey.publicKey
          server.disk = freshDisk(server.disk.boot + 1)
          return shown(server)
        }),
      ),

    destroy: async (id: string) =>
      acting('destroy a server', () =>
        change((world) => {
          const left = world.servers.filter((each) => each.id !== id)
          world.effects.destroyed += world.servers.length - left.length
          world.servers = left
        }),
      ),

    list: async () => read().servers.map(shown),
    find: async (id: string) =>
      read()
        .servers.filter((each) => each.id === id)
        .map(shown)[0],
    findByLabel: async (key: string, value: string) =>
      read()
        .servers.filter((each) => each.labels[key] === value)
        .map(shown),
  }
}

/** From .10 on: .1 is where the control plane pretends to come from. */
const addresses = Array.from({ length: 240 }, (_, index) => `192.0.2.${index + 10}`)

const shown = ({ id, name, labels, address, createdAt }: PretendServer) => ({ id, name, labels, address, createdAt })

const full = () =>
  new NexusError('provider.full', 'conflict', `All ${addresses.length} pretend hosts are taken.`, {
    hint: 'Remove the folder `pretend` in the home of nexusd.',
  })

const gone = (id: string) =>
  new NexusError('provider.server_gone', 'conflict', `There is no pretend server ${id} any more.`, {
    hint: 'nexusctl host retire',
  })
