import { type DnsRecord, dnsLookup } from './dns-lookup.ts'

/**
 * DNS that somebody else keeps: nothing can be set here, so what is wanted is a person's to do (`asked`), and the
 * caller looks until it is there.
 */
export const manualDns = (servers: readonly string[] = []) => ({
  name: 'manual',
  ensure: async (_records: readonly DnsRecord[]): Promise<'set' | 'asked'> => 'asked',
  withdraw: async (_names: readonly string[]): Promise<void> => {},
  look: dnsLookup(servers),
})
