import { act, type BaselineItem, file, packages } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { HostFacts } from './host-facts.ts'

/** What is installed, and from where. All that is missing comes in one transaction together with the updates. */
export const packageItems = (settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] => [
  ...composeSource(settings, facts),
  osUpdates,
  packages({
    id: 'packages.base',
    title: 'Base packages',
    register: ['S3-17', 'S3-19', 'S3-20', 'S3-21', 'S3-22', 'S3-23', 'S3-26', 'S0-70', 'S0-80'],
    packages: [
      'sudo',
      'ufw',
      'iptables',
      'nftables',
      'fail2ban',
      'python3-systemd',
      'unattended-upgrades',
      'apt-listchanges',
      'libpam-pwquality',
      'debsums',
      'logrotate',
      'tzdata',
      'restic',
      'prometheus-node-exporter',
      'nginx',
      'haproxy',
      'postgresql',
      'redis-tools',
      'mariadb-client',
      'git',
      'jq',
      'socat',
      'curl',
      'openssl',
      'ca-certificates',
    ],
  }),
  packages({ id: 'packages.node', title: 'Node.js', register: ['S3-16', 'S3-37'], packages: ['nodejs'] }),
  ...dockerPackages(settings, facts),
  ...(facts.maySetClock
    ? [
        packages({
          id: 'packages.time',
          title: 'Time synchronisation',
          register: ['S0-74'],
          packages: ['systemd-timesyncd'],
        }),
      ]
    : []),
  ...(facts.isContainer
    ? []
    : [
        packages({
          id: 'packages.audit',
          title: "The kernel's audit",
          register: ['S3-125'],
          packages: ['auditd'],
        }),
      ]),
  ...(facts.hasAppArmor
    ? [packages({ id: 'packages.apparmor', title: 'AppArmor', register: ['S3-121'], packages: ['apparmor'] })]
    : []),
]

const osUpdates = act({
  id: 'system.updates',
  title: 'Updates of the system',
  register: ['S0-72', 'S3-27'],
  stage: 'packages',
  upgrades: true,
  check: `[ -n "$(find "$home/lists-refreshed" -mmin -10080 2>/dev/null)" ] || { seen='the package lists are older than a week'; return 1; }
no_updates`,
  apply: 'transact upgrade',
})

const dockerRepository = (facts: HostFacts) => ({
  path: '/etc/apt/sources.list.d/nexus-docker.sources',
  content: `Types: deb
URIs: https://download.docker.com/linux/${facts.os}
Suites: ${suites[`${facts.os} ${facts.osVersion}`] ?? 'stable'}
Components: stable
Signed-By: /etc/apt/keyrings/docker.asc
`,
})

const suites: Readonly<Record<string, string>> = {
  'debian 12': 'bookworm',
  'debian 13': 'trixie',
  'ubuntu 22.04': 'jammy',
  'ubuntu 24.04': 'noble',
}

/** Debian 12 has no Compose v2: its package comes from Debian 13, pinned so low that nothing else ever does. */
const needsTrixie = (settings: BaselineSettings, facts: HostFacts) =>
  settings.dockerSource === 'debian' && facts.os === 'debian' && facts.osVersion === '12'

function composeSource(settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] {
  if (settings.dockerSource === 'docker') {
    return [
      file({
        id: 'docker.repository',
        title: "Docker's own package repository",
        register: ['S0-75'],
        stage: 'sources',
        ...dockerRepository(facts),
        effect: `[ -s /etc/apt/keyrings/docker.asc ] || { seen="the key of Docker's repository is not there"; return 1; }`,
        after: `command -v curl >/dev/null || install curl ca-certificates
mkdir -p /etc/apt/keyrings && curl -fsSL --max-time 60 -o /etc/apt/keyrings/docker.asc https://download.docker.com/linux/${facts.os}/gpg
rm -f "$work/lists-fresh" "$home/lists-refreshed"`,
      }),
    ]
  }
  if (!needsTrixie(settings, facts)) return []
  return [
    act({
      id: 'compose.source',
      title: 'The source of Compose, pinned below everything else',
      register: ['S0-76'],
      stage: 'sources',
      files: [
        {
          path: '/etc/apt/preferences.d/nexus-trixie',
          content: 'Package: *\nPin: release n=trixie\nPin-Priority: 50\n',
        },
      ],
      check: `grep -qs '^deb .* trixie main$' /etc/apt/sources.list.d/nexus-trixie.list || { seen='there is none'; return 1; }
for f in $(grep -ls trixie /etc/apt/preferences /etc/apt/preferences.d/*); do case $f in */nexus-trixie|*.disabled) ;; *) seen="$f pins trixie, too"; return 1 ;; esac; done
files_are`,
      apply: `mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk '$1 == "deb" && $2 !~ /security/ { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }')
[ -n "$mirror" ] || mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null)
for f in $(grep -ls trixie /etc/apt/preferences /etc/apt/preferences.d/*); do case $f in */nexus-trixie|*.disabled) ;; *) set_aside "$f" ;; esac; done
put_files
[ -s /etc/apt/sources.list.d/nexus-trixie.list ] || rm -f "$work/lists-fresh" "$home/lists-refreshed"
put /etc/apt/sources.list.d/nexus-trixie.list 644 root:root "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \${mirror:-http://deb.debian.org/debian} trixie main
"`,
    }),
  ]
}

/** Judged by the program, too: the package may be there without it. */
const compose = (name: string): BaselineItem =>
  act({
    id: 'packages.compose',
    title: 'Docker Compose',
    register: ['S0-76', 'S3-24'],
    stage: 'packages',
    packages: [name],
    check: `has_packages ${name} || return 1
for d in /usr/libexec /usr/lib; do [ ! -x $d/docker/cli-plugins/docker-compose ] || return 0; done
seen='its program is not there'; return 1`,
    apply: `transact install --reinstall ${name}`,
  })

function dockerPackages(settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] {
  const docker = (names: readonly string[]) =>
    packages({ id: 'packages.docker', title: 'Docker', register: ['S0-75', 'S3-18', 'S3-24'], packages: names })
  if (settings.dockerSource === 'docker')
    return [docker(['docker-ce', 'docker-ce-cli', 'containerd.io']), compose('docker-compose-plugin')]
  if (needsTrixie(settings, facts)) return [docker(['docker.io']), compose('docker-compose/trixie')]
  return facts.os === 'debian'
    ? [docker(['docker.io', 'docker-cli']), compose('docker-compose')]
    : [docker(['docker.io']), compose('docker-compose-v2')]
}
