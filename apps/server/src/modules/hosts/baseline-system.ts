import { act, type BaselineItem, file, files, packages, services, sysctl, unitsOff } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { HostFacts } from './host-facts.ts'

/** The system itself: updates, packages, time, logs, kernel. */
export const systemItems = (settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] => [
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
  timeZone(settings.timeZone),
  ntp(facts),
  automaticUpdates(settings),
  journalLimits,
  logRotation,
  networkSettings,
  kernelSettings,
  kernelModules(facts),
  appArmor(facts),
  unitsOff({
    id: 'services.unused',
    title: 'Services nobody asked for are off',
    register: ['S3-121'],
    units: [
      'rpcbind.socket',
      'rpcbind.service',
      'avahi-daemon.socket',
      'avahi-daemon.service',
      'cups.service',
      'exim4.service',
      'telnet.socket',
      'nfs-server.service',
      'smbd.service',
      'snmpd.service',
    ],
  }),
]

/** What apt would upgrade is a function of its lists and of what is installed: looked up again only when one of them changed. */
const osUpdates = act({
  id: 'system.updates',
  title: 'Updates of the system',
  register: ['S0-72', 'S3-27'],
  stage: 'sources',
  check: `[ -n "$(find "$home/lists-refreshed" -mmin -10080 2>/dev/null)" ] || { seen='the package lists are older than a week'; return 1; }
no_updates`,
  apply: `refresh_lists
say 'installing updates of the system'
hold_new_services
apt --with-new-pkgs upgrade || { let_services_go; return 1; }
let_services_go`,
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
        after: `command -v curl >/dev/null || install curl ca-certificates
mkdir -p /etc/apt/keyrings && curl -fsSL --max-time 60 -o /etc/apt/keyrings/docker.asc https://download.docker.com/linux/${facts.os}/gpg
rm -f "$work/lists-fresh" "$home/lists-refreshed"`,
        also: 'test -s /etc/apt/keyrings/docker.asc',
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
      files: ['/etc/apt/preferences.d/nexus-trixie'],
      check: `grep -qs '^deb .* trixie main$' /etc/apt/sources.list.d/nexus-trixie.list && grep -qs '^Pin-Priority: 50$' /etc/apt/preferences.d/nexus-trixie`,
      apply: `mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk '$1 == "deb" && $2 !~ /security/ { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }')
[ -n "$mirror" ] || mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null)
put /etc/apt/preferences.d/nexus-trixie 644 root:root 'Package: *
Pin: release n=trixie
Pin-Priority: 50
'
put /etc/apt/sources.list.d/nexus-trixie.list 644 root:root "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \${mirror:-http://deb.debian.org/debian} trixie main
"
rm -f "$work/lists-fresh" "$home/lists-refreshed"`,
    }),
  ]
}

function dockerPackages(settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] {
  const docker = (names: readonly string[]) =>
    packages({ id: 'packages.docker', title: 'Docker', register: ['S0-75', 'S3-18', 'S3-24'], packages: names })
  const compose = { id: 'packages.compose', title: 'Docker Compose', register: ['S0-76', 'S3-24'] }
  if (settings.dockerSource === 'docker') {
    return [
      docker(['docker-ce', 'docker-ce-cli', 'containerd.io']),
      packages({ ...compose, packages: ['docker-compose-plugin'] }),
    ]
  }
  if (!needsTrixie(settings, facts)) {
    return [
      docker(['docker.io', ...(facts.os === 'debian' ? ['docker-cli'] : [])]),
      packages({ ...compose, packages: [facts.os === 'debian' ? 'docker-compose' : 'docker-compose-v2'] }),
    ]
  }
  return [
    docker(['docker.io']),
    act({
      ...compose,
      check: `has_packages docker-compose && [ -x /usr/libexec/docker/cli-plugins/docker-compose ]`,
      apply: `refresh_lists
cd "$work"
wait_for_apt
apt-get -q download docker-compose/trixie
dpkg -i docker-compose_*.deb
look_packages`,
    }),
  ]
}

const timeZone = (zone: string): BaselineItem =>
  act({
    id: 'time.zone',
    title: `Time zone ${zone}`,
    register: ['S0-73'],
    check: `seen=$(readlink -f /etc/localtime); [ "$seen" = "$(readlink -f /usr/share/zoneinfo/${zone})" ]`,
    apply: `ln -sfn /usr/share/zoneinfo/${zone} /etc/localtime && printf '%s\\n' ${zone} > /etc/timezone`,
  })

const ntp = (facts: HostFacts): BaselineItem => {
  const item = { id: 'time.sync', title: 'The clock is kept right', register: ['S0-74'] }
  return facts.maySetClock
    ? services({ ...item, units: ['systemd-timesyncd.service'] })
    : act({
        ...item,
        check: `reason='the clock belongs to the machine around this container'; return 3`,
        apply: 'false',
      })
}

const automaticUpdates = (settings: BaselineSettings): BaselineItem =>
  files({
    id: 'updates.security',
    title: 'Security updates install themselves',
    register: ['S3-122', 'S0-72'],
    files: [
      {
        path: '/etc/apt/apt.conf.d/20auto-upgrades',
        content:
          'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\nAPT::Periodic::AutocleanInterval "7";\n',
      },
      {
        path: '/etc/apt/apt.conf.d/52nexus',
        content: `Unattended-Upgrade::Automatic-Reboot "${settings.rebootWindow === 'never' ? 'false' : 'true'}";
Unattended-Upgrade::Automatic-Reboot-Time "${settings.rebootWindow === 'never' ? '03:30' : settings.rebootWindow}";
Unattended-Upgrade::Automatic-Reboot-WithUsers "true";
Unattended-Upgrade::Remove-Unused-Dependencies "true";
`,
      },
    ],
    units: ['apt-daily.timer', 'apt-daily-upgrade.timer'],
    also: 'unit_runs apt-daily.timer && unit_runs apt-daily-upgrade.timer',
    after:
      'systemctl unmask -q apt-daily.timer apt-daily-upgrade.timer\nsystemctl enable -q --now apt-daily.timer apt-daily-upgrade.timer',
  })

const journalLimits = file({
  id: 'logs.journal',
  title: 'The journal is kept on disk, within limits',
  register: ['S0-77', 'S3-125'],
  path: '/etc/systemd/journald.conf.d/nexus.conf',
  content: '[Journal]\nStorage=persistent\nSystemMaxUse=500M\nSystemKeepFree=1G\nMaxRetentionSec=90day\n',
  also: '[ -d /var/log/journal ]',
  after: 'mkdir -p /var/log/journal && systemctl restart systemd-journald',
})

const logRotation = file({
  id: 'logs.rotation',
  title: 'Logs of services are rotated',
  register: ['S0-77'],
  path: '/etc/logrotate.d/nexus',
  content: `/var/log/nexus/*.log {
  daily
  rotate 14
  compress
  missingok
  notifempty
  copytruncate
}
`,
  units: ['logrotate.timer'],
  also: '[ -d /var/log/nexus ] && unit_runs logrotate.timer',
  after: 'mkdir -p /var/log/nexus && systemctl enable -q --now logrotate.timer',
})

const networkSettings = sysctl({
  id: 'kernel.network',
  title: 'The network side of the kernel',
  register: ['S3-121'],
  path: '/etc/sysctl.d/90-nexus-network.conf',
  values: {
    'net.ipv4.conf.all.rp_filter': '2',
    'net.ipv4.conf.default.rp_filter': '2',
    'net.ipv4.conf.all.accept_redirects': '0',
    'net.ipv4.conf.default.accept_redirects': '0',
    'net.ipv4.conf.all.secure_redirects': '0',
    'net.ipv4.conf.all.send_redirects': '0',
    'net.ipv4.conf.default.send_redirects': '0',
    'net.ipv4.conf.all.accept_source_route': '0',
    'net.ipv4.conf.all.log_martians': '1',
    'net.ipv4.conf.all.route_localnet': '0',
    'net.ipv4.tcp_syncookies': '1',
    'net.ipv6.conf.all.accept_redirects': '0',
    'net.ipv6.conf.default.accept_redirects': '0',
    'net.ipv6.conf.all.accept_source_route': '0',
  },
})

const kernelSettings = sysctl({
  id: 'kernel.hardening',
  title: 'The kernel tells and lets less',
  register: ['S3-121'],
  path: '/etc/sysctl.d/90-nexus-kernel.conf',
  values: {
    'kernel.kptr_restrict': '2',
    'kernel.dmesg_restrict': '1',
    'kernel.sysrq': '0',
    'kernel.yama.ptrace_scope': '1',
    'fs.protected_fifos': '2',
    'fs.protected_regular': '2',
    'fs.protected_hardlinks': '1',
    'fs.protected_symlinks': '1',
    'fs.suid_dumpable': '0',
  },
})

const kernelModules = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.modules', title: 'Kernel modules nobody needs stay out', register: ['S3-121'] }
  return facts.isContainer
    ? act({
        ...item,
        check: `reason='the modules belong to the machine around this container'; return 3`,
        apply: 'false',
      })
    : file({
        ...item,
        path: '/etc/modprobe.d/nexus.conf',
        content: `${['dccp', 'sctp', 'rds', 'tipc', 'cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2', 'udf', 'usb-storage', 'firewire-core'].map((name) => `install ${name} /bin/false`).join('\n')}\n`,
      })
}

const appArmor = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.apparmor', title: 'AppArmor', register: ['S3-121'] }
  return facts.hasAppArmor
    ? services({ ...item, units: ['apparmor.service'] })
    : act({ ...item, check: `reason='this kernel runs without AppArmor'; return 3`, apply: 'false' })
}
