import type { DnsLook, DnsRecord } from './dns-lookup.ts'
import type { PretendPlace } from './pretend-world.ts'

/** Names that are set by writing them down, and found where they were written. */
export const pretendDns = ({ read, change }: PretendPlace) => ({
  name: 'pretend',
  ensure: async (records: readonly DnsRecord[]): Promise<'set' | 'asked'> =>
    change((world) => {
      for (const { name } of records) {
        world.records[name] = records
          .filter((each) => each.name === name && each.type === 'A')
          .map((each) => each.value)
      }
      return 'set'
    }),
  withdraw: async (names: readonly string[]): Promise<void> =>
    change((world) => {
      for (const name of names) delete world.records[name]
    }),
  look: async (name: string): Promise<DnsLook> => {
    const values = read().records[name]
    return {
      name,
      a: values ? { kind: 'found', values } : { kind: 'nxdomain' },
      aaaa: { kind: 'none' },
      caa: { kind: 'none' },
    }
  },
})
