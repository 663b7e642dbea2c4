/** What differs from installation to installation; everything else of the baseline is the same everywhere. */
export type BaselineSettings = {
  /** The control plane's public key, the only one of the account `nexus`. */
  readonly controlKey: string
  /** Addresses the control plane comes from, beside the one the host sees: never banned. */
  readonly controlAddresses: readonly string[]
  /** Keys of people, for the account `deploy`. */
  readonly deployKeys: readonly string[]
  /** Where 22 is let in from; empty is everywhere. */
  readonly sshSources: readonly string[]
  readonly sshPort: number
  /** Who may read the node exporter; nobody but the host itself otherwise. */
  readonly scraperAddress?: string
  readonly timeZone: string
  /** When a host may reboot by itself after security updates, `HH:MM`, or never. */
  readonly rebootWindow: string | 'never'
  readonly dockerSource: 'debian' | 'docker'
  readonly backupDirectory: string
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
} as const satisfies Omit<BaselineSettings, 'controlKey'>
