import { layout, unitOf, userOf } from './instance-layout.ts'
import type { Placement } from './runtime.ts'
import { portIn } from './stack-rules.ts'
import type { StackService } from './stack-schema.ts'

/** What every process of an instance is held to, as unit settings and for a single command alike. */
export const confinement = (instance: string, memory: string): readonly string[] => [
  `User=${userOf(instance)}`,
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'AmbientCapabilities=',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'RestrictSUIDSGID=yes',
  'RestrictRealtime=yes',
  'RestrictNamespaces=yes',
  'LockPersonality=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'UMask=0077',
  `MemoryMax=${memory}`,
  'TasksMax=512',
]

/** A word as systemd reads it in ExecStart: quoted, with its own `%` and `$` left alone. */
export const unitWord = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`

/** The program itself: a name with a slash lies in the slot's folder, a plain name in the system's path. */
export const programOf = (placement: Placement, command: readonly string[]): readonly string[] => {
  const [first = '', ...rest] = command
  const inSlot = first.includes('/') && !first.startsWith('/')
  return [inSlot ? `${layout(placement.instance).slot(placement.slot)}/${first}` : first, ...rest]
}

export function unitText(placement: Placement, name: string, service: StackService): string {
  const { instance, slot } = placement
  const needs = service.needs.map((need) => unitOf(instance, slot, need))
  return [
    '# Written by Nexus: changes are overwritten.',
    '[Unit]',
    `Description=${placement.stack.name} ${name}, slot ${slot} of ${instance}`,
    `After=${['network-online.target', 'postgresql.service', ...needs].join(' ')}`,
    `Wants=${['network-online.target', ...needs].join(' ')}`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${programOf(placement, service.command ?? [])
      .map(unitWord)
      .join(' ')}`,
    `WorkingDirectory=${layout(instance).slot(slot)}`,
    `EnvironmentFile=${layout(instance).environment(slot, name)}`,
    'Restart=always',
    'RestartSec=1',
    'TimeoutStopSec=20',
    'KillMode=mixed',
    `SyslogIdentifier=nexus-${slot}-${name}`,
    ...confinement(instance, service.memory),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
}

/** `NAME="value"` as systemd and a POSIX shell both read it; a value of several lines stays one. */
export const environmentFile = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, (mark) => `\\${mark}`)}"\n`)
    .join('')

/** What Nexus sets itself in every service. */
export const placedEnvironment = (placement: Placement, service: StackService) => ({
  HOST: '127.0.0.1',
  PORT: String(portIn(service, placement.slot)),
})
