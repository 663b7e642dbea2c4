import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'
import { type DnsRecord, dnsLookup } from './dns-lookup.ts'

/** The lab's name server: pebble-challtestsrv, which is told over HTTP what to answer for `*.test`. */
export function labDns({
  managementUrl,
  servers,
}: {
  readonly managementUrl: string
  readonly servers: readonly string[]
}) {
  const tell = async (verb: string, body: object): Promise<void> => {
    const answer = await fetch(new URL(verb, managementUrl), {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    }).catch((thrown: unknown) => {
      throw unreachable(String(thrown))
    })
    await answer.body?.cancel()
    if (!answer.ok) throw unreachable(`HTTP ${answer.status}`)
  }
  const verbs = { A: ['clear-a', 'add-a'], AAAA: ['clear-aaaa', 'add-aaaa'] } as const

  return {
    name: 'lab',
    /** The names answer exactly these records afterwards, and no address of the other family. */
    ensure: async (records: readonly DnsRecord[]): Promise<'set' | 'asked'> => {
      for (const name of new Set(records.map((record) => record.name))) {
        for (const type of ['A', 'AAAA'] as const) {
          const [clear, add] = verbs[type]
          const addresses = records.filter((each) => each.name === name && each.type === type).map((each) => each.value)
          await tell(clear, { host: name })
          if (addresses.length > 0) await tell(add, { host: name, addresses })
        }
      }
      return 'set'
    },
    withdraw: async (names: readonly string[]): Promise<void> => {
      for (const name of names) for (const [clear] of Object.values(verbs)) await tell(clear, { host: name })
    },
    look: dnsLookup(servers),
  }
}

const unreachable = (why: string) =>
  new NexusError('dns.unreachable', 'unavailable', `The lab's name server could not be told: ${plainLine(why, 200)}`, {
    hint: 'nexusctl lab status',
  })
