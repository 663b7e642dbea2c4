import { BlockList, isIP } from 'node:net'
import { NexusError } from '../../platform/errors.ts'

/** What differs from installation to installation; everything else of the baseline is the same everywhere. */
export type BaselineSettings = {
  /** The line of authorized_keys with the control plane's key of this host, the only one of the account `nexus`. */
  readonly controlKey: string
  /** The public key that is kept offline for the day Nexus cannot help. */
  readonly breakGlassKey?: string
  /** Addresses the control plane comes from, beside the one the host sees: never banned. */
  readonly controlAddresses: readonly string[]
  /** Keys of people, for the account `deploy`. */
  readonly deployKeys: readonly string[]
  /** Where 22 is let in from; empty is everywhere. */
  readonly sshSources: readonly string[]
  readonly sshPort: number
  /** The kind of the host key we know the host by: it stays on offer. */
  readonly pinnedKind?: string
  /** Who may read the node exporter; nobody but the host itself otherwise. */
  readonly scraperAddress?: string
  readonly timeZone: string
  /** When a host may reboot by itself after security updates, `HH:MM`, or never. */
  readonly rebootWindow: string | 'never'
  readonly dockerSource: 'debian' | 'docker'
  readonly backupDirectory: string
  /** How long new access settings wait for the session that proves them. */
  readonly deadManSeconds: number
}

export const defaultSettings = {
  controlAddresses: [],
  deployKeys: [],
  sshSources: [],
  sshPort: 22,
  timeZone: 'Etc/UTC',
  rebootWindow: '03:30',
  dockerSource: 'debian',
  backupDirectory: '/var/backups/nexus',
  deadManSeconds: 120,
} as const satisfies Omit<BaselineSettings, 'controlKey'>

/**
 * A rule by source that names one place alone locks everybody out with that place, and nobody could prove from elsewhere
 * that it holds (S0-69). The place Nexus comes from has to be among them.
 */
export function refuseLoneSource({ sshSources, controlAddresses }: Omit<BaselineSettings, 'controlKey'>): void {
  if (sshSources.length === 0) return
  if (new Set(sshSources).size < 2) {
    throw new NexusError('host.lone_ssh_source', 'invalid', `SSH would be open to ${sshSources.join('')} alone.`, {
      hint: 'Name two places in sshSources, so that losing one of them locks nobody out; or none.',
    })
  }
  const admitted = new BlockList()
  for (const source of sshSources) {
    const [address = '', bits] = source.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) throw noAddress(source)
    admitted.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  const left = controlAddresses.filter((each) => !admitted.check(each, isIP(each) === 6 ? 'ipv6' : 'ipv4'))
  if (left.length === 0 && controlAddresses.length > 0) return
  const from = controlAddresses.length === 0 ? 'an address that nobody named' : left.join(', ')
  throw new NexusError(
    'host.control_shut_out',
    'invalid',
    `SSH would be closed to Nexus itself, which comes from ${from}.`,
    { hint: 'Name every address in controlAddresses, and let sshSources cover each of them.' },
  )
}

const noAddress = (source: string) =>
  new NexusError('host.bad_ssh_source', 'invalid', `${source} is no address and no range of addresses.`, {
    hint: 'sshSources takes 192.0.2.7, 192.0.2.0/24, 2001:db8::7 or 2001:db8::/48.',
  })
