/** Where an installed Nexus is. */
export const places = {
  program: '/opt/nexus',
  releases: '/opt/nexus/releases',
  current: '/opt/nexus/current',
  previous: '/opt/nexus/previous',
  settings: '/etc/nexus/nexus.yaml',
  masterKey: '/etc/nexus/master.key',
  home: '/var/lib/nexus',
  unit: '/etc/systemd/system/nexusd.service',
  command: '/usr/local/bin/nexusctl',
} as const

/** One thing that has to be so. Each is looked at first, and done only where it is not: twice is once. */
export type Step =
  | { readonly kind: 'user'; readonly name: string }
  | {
      readonly kind: 'folder'
      readonly path: string
      readonly mode: number
      readonly owner: string
      readonly group: string
    }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'key'; readonly path: string }
  | { readonly kind: 'settings'; readonly path: string; readonly text: string }
  | { readonly kind: 'unit'; readonly path: string; readonly text: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }

export const sayStep = (step: Step): string => {
  switch (step.kind) {
    case 'user':
      return `make the system user ${step.name}, who cannot log in`
    case 'folder':
      return `folder ${step.path}, ${step.mode.toString(8).padStart(4, '0')} ${step.owner}:${step.group}`
    case 'copy':
      return `copy this release to ${step.to}`
    case 'key':
      return `make the master key ${step.path}, 0600 root; the unit hands it to nexusd`
    case 'settings':
      return `write ${step.path}; what is there stays`
    case 'unit':
      return `write ${step.path}`
    case 'link':
      return `${step.path} leads to ${step.to}`
  }
}

/** What comes before the switch: it may all be there while the old release goes on. */
export const preparation = (release: string, source: string): readonly Step[] => [
  { kind: 'user', name: 'nexus' },
  { kind: 'folder', path: places.program, mode: 0o755, owner: 'root', group: 'root' },
  { kind: 'folder', path: places.releases, mode: 0o755, owner: 'root', group: 'root' },
  { kind: 'folder', path: '/etc/nexus', mode: 0o750, owner: 'root', group: 'nexus' },
  { kind: 'folder', path: places.home, mode: 0o750, owner: 'nexus', group: 'nexus' },
  { kind: 'key', path: places.masterKey },
  { kind: 'settings', path: places.settings, text: firstSettings },
  { kind: 'copy', from: source, to: `${places.releases}/${release}` },
]

/** The switch itself. The old release is kept beside, and `previous` leads to it. */
export const switching = (release: string, before: string | undefined, unit: string): readonly Step[] => [
  { kind: 'unit', path: places.unit, text: unit },
  ...(before === undefined || before === release
    ? []
    : [{ kind: 'link', path: places.previous, to: `${places.releases}/${before}` } as const]),
  { kind: 'link', path: places.current, to: `${places.releases}/${release}` },
  { kind: 'link', path: places.command, to: `${places.current}/bin/nexusctl` },
]

/** Releases that neither runs nor is the way back. */
export const leftOver = (all: readonly string[], kept: readonly (string | undefined)[]): readonly string[] =>
  all.filter((each) => !kept.includes(each))

const firstSettings = `# Settings of Nexus: docs/reference/configuration.md lists them all. Then: systemctl restart nexusd
home: ${places.home}
stacksFolder: ${places.home}/stacks
`

/**
 * Nothing but its home can be written, no right can be gained, and the master key comes as a credential that only this
 * unit sees. The one capability opens ports below 1024, for HTTPS.
 */
export const unitText = (node: string): string => `[Unit]
Description=Nexus control plane
Documentation=https://localhost:7400/docs
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=nexus
Group=nexus
WorkingDirectory=${places.home}
Environment=NEXUS_CONFIG=${places.settings} NODE_ENV=production
LoadCredential=master-key:${places.masterKey}
ExecStart=${node} ${places.current}/apps/server/src/main.ts
Restart=always
RestartSec=2
KillMode=mixed
TimeoutStopSec=60
UMask=0027
LimitNOFILE=65536

AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${places.home}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`
