import { databaseOf } from '../modules/instances/index.ts'
import { sh } from '../platform/shell.ts'
import type { EscapeCertificate, EscapeHost, EscapeInstance } from '../views/escape-inventory.ts'

export type EscapeContent = {
  readonly at: Date
  readonly hosts: readonly EscapeHost[]
  readonly instances: readonly EscapeInstance[]
  readonly certificates: readonly EscapeCertificate[]
  /** The private keys that open each host, the likeliest first, by its id. */
  readonly hostKeys: ReadonlyMap<string, readonly string[]>
  /** Of the repositories of customers' backups, by reference. */
  readonly repositoryKeys: ReadonlyMap<string, string>
}

export type EscapeFile = { readonly name: string; readonly text: string }

const cell = (value: string | number | null): string => {
  const text = value === null ? '' : String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
const csv = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('')

const plainName = (text: string): string => text.replace(/[^\w.-]/g, '_')

/** What one needs to go on by hand. Pure: the same state gives the same files. */
export function escapeFiles(content: EscapeContent): readonly EscapeFile[] {
  const { at, hosts, instances, certificates } = content
  return [
    { name: 'NOTES.md', text: notes(at, hosts, instances) },
    { name: 'hosts.csv', text: hostsCsv(hosts) },
    { name: 'instances.csv', text: instancesCsv(instances) },
    { name: 'certificates.csv', text: certificatesCsv(certificates) },
    { name: 'inventory.json', text: `${JSON.stringify({ at, hosts, instances, certificates }, null, 2)}\n` },
    { name: 'ssh_config', text: sshConfig(hosts, content.hostKeys) },
    { name: 'known_hosts', text: knownHosts(hosts) },
    ...hosts.flatMap((each) =>
      keysFor(each, content.hostKeys).map(({ name, key }) => ({ name, text: `${key.trimEnd()}\n` })),
    ),
    ...instances.flatMap((each) => restoreScript(each, content.repositoryKeys)),
  ]
}

const hostsCsv = (hosts: readonly EscapeHost[]): string =>
  csv(
    [
      'name',
      'state',
      'address',
      'port',
      'user',
      'jump',
      'provider',
      'provider id',
      'region',
      'plan',
      'ticket',
      'customer',
    ],
    hosts.map((each) => [
      each.name,
      each.state,
      each.address,
      each.port,
      each.user,
      each.jump,
      each.provider,
      each.providerId,
      each.region,
      each.plan,
      each.ticket,
      each.customer,
    ]),
  )

const instancesCsv = (instances: readonly EscapeInstance[]): string =>
  csv(
    ['domain', 'customer', 'ticket', 'stack', 'state', 'host', 'instance', 'last backup'],
    instances.map((each) => [
      each.domain,
      each.customer,
      each.ticket,
      each.stack,
      each.state,
      each.host,
      each.id,
      each.backup?.takenAt ?? 'none',
    ]),
  )

const certificatesCsv = (certificates: readonly EscapeCertificate[]): string =>
  csv(
    ['ends', 'domain', 'host', 'serial'],
    certificates.map((each) => [each.until, each.domain, each.host, each.serial]),
  )

const reached = (hosts: readonly EscapeHost[]) => hosts.filter((each) => each.address !== null)

const keysFor = ({ id, name }: EscapeHost, keys: EscapeContent['hostKeys']) =>
  (keys.get(id) ?? []).map((key, at) => ({ name: `keys/${plainName(name)}${at === 0 ? '' : `-${at + 1}`}`, key }))

/** Nothing but pinned keys is believed, as Nexus does. */
const sshConfig = (hosts: readonly EscapeHost[], keys: EscapeContent['hostKeys']): string =>
  [
    '# ssh -F ssh_config NAME, from this folder.',
    'Host *',
    '  IdentitiesOnly yes',
    '  UserKnownHostsFile ./known_hosts',
    '  StrictHostKeyChecking yes',
    '',
    ...reached(hosts).flatMap((each) => [
      `Host ${plainName(each.name)}`,
      `  HostName ${plainName(each.address ?? '').replaceAll('_', ':')}`,
      `  Port ${each.port}`,
      `  User ${plainName(each.user)}`,
      ...keysFor(each, keys).map(({ name }) => `  IdentityFile ./${name}`),
      ...(each.jump ? [`  ProxyJump ${each.jump.replace(/[^\w.@:[\]-]/g, '')}`] : []),
      '',
    ]),
  ].join('\n')

const knownHosts = (hosts: readonly EscapeHost[]): string =>
  reached(hosts)
    .filter((each) => each.hostKey !== null)
    .map(({ address, port, hostKey }) => {
      const name = port === 22 ? address : `[${address}]:${port}`
      return `${name} ${hostKey?.split(/\s+/).slice(0, 2).join(' ')}\n`
    })
    .join('')

function restoreScript({ id, domain, host, backup }: EscapeInstance, keys: ReadonlyMap<string, string>): EscapeFile[] {
  const key = backup ? keys.get(backup.keyRef) : undefined
  if (!backup || key === undefined) return []
  const text = `#!/bin/sh
# ${plainName(domain)} on ${plainName(host ?? 'its host')}: what was saved at ${backup.takenAt}.
# Run as root where the repository is (ssh -F ssh_config ${plainName(host ?? '')} 'sudo sh -s' < this file): it writes the dump of the
# database beside itself and changes nothing else. Then: runuser -u postgres -- pg_restore --clean --if-exists -d ${databaseOf(id)} < FILE
set -eu
umask 077
export RESTIC_REPOSITORY=${sh(backup.repository)} RESTIC_PASSWORD=${sh(key)}
restic dump ${sh(backup.snapshot)} database.dump > ./${plainName(domain)}.dump
ls -l ./${plainName(domain)}.dump
`
  return [{ name: `restore/${plainName(domain)}.sh`, text }]
}

const notes = (
  at: Date,
  hosts: readonly EscapeHost[],
  instances: readonly EscapeInstance[],
): string => `# Life without Nexus

Made ${at.toISOString()}: ${hosts.length} hosts, ${instances.length} instances. Whoever holds this opens every host: delete the
opened copy when you are done, and change the keys when Nexus is back (nexusctl host rekey --all).

1. Customers' instances run on without Nexus. What stops is what Nexus does: new orders, renewals, probes, backups.
2. Get in: \`ssh -F ssh_config NAME\` from this folder. Names are in hosts.csv; only pinned keys are believed. Where controlAddresses
   is set, hosts take these keys from those addresses only: use a machine that has one, or the offline key.
3. Certificates: certificates.csv, the next to end first. Each host renews nothing by itself; its HAProxy serves
   /etc/haproxy/nexus (certificates/, keys/): put a new chain and key of any authority there and run \`systemctl reload haproxy\`.
4. A lost database: restore/DOMAIN.sh brings the dump of the last backup. It reads the repository on that host: where the host
   itself is lost, so is that repository, unless it was copied elsewhere.
5. Locked out: the provider's console (provider and provider id are in hosts.csv) and root by password or rescue system; the
   baseline closed password logins by SSH, not the console.
6. Nexus itself comes back on any machine with a backup and the master key: \`nexusctl admin restore latest --from PLACE\`. What
   was done by hand meanwhile is listed by \`nexusctl admin held\` before it goes on.
`
