import { act, type BaselineItem, file, notHere, services, unitsOff } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { HostFacts } from './host-facts.ts'

/** Time, updates by themselves, logs, and what is off. */
export const systemItems = (settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] => [
  timeZone(settings.timeZone),
  ntp(facts),
  automaticUpdates(settings),
  journalLimits,
  logRotation,
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

const timeZone = (zone: string): BaselineItem =>
  act({
    id: 'time.zone',
    title: `Time zone ${zone}`,
    register: ['S0-73'],
    check: `set -- $(readlink -f /etc/localtime /usr/share/zoneinfo/${zone}); seen=$1; [ "$1" = "\${2:-}" ]`,
    apply: `ln -sfn /usr/share/zoneinfo/${zone} /etc/localtime && printf '%s\\n' ${zone} > /etc/timezone`,
  })

const ntp = (facts: HostFacts): BaselineItem => {
  const item = { id: 'time.sync', title: 'The clock is kept right', register: ['S0-74'] }
  return facts.maySetClock
    ? services({ ...item, units: ['systemd-timesyncd.service'] })
    : notHere(item, 'the clock belongs to the machine around this container')
}

/** Judged by what apt makes of all its files: one that is read later wins. */
const automaticUpdates = ({ rebootWindow }: BaselineSettings): BaselineItem => {
  const values = [
    ['APT::Periodic::Enable', '1'],
    ['APT::Periodic::Update-Package-Lists', '1'],
    ['APT::Periodic::Unattended-Upgrade', '1'],
    ['APT::Periodic::AutocleanInterval', '7'],
    ['Unattended-Upgrade::Automatic-Reboot', rebootWindow === 'never' ? 'false' : 'true'],
    ['Unattended-Upgrade::Automatic-Reboot-Time', rebootWindow === 'never' ? '03:30' : rebootWindow],
    ['Unattended-Upgrade::Automatic-Reboot-WithUsers', 'true'],
    ['Unattended-Upgrade::Remove-Unused-Dependencies', 'true'],
  ].map(([key, value]) => `${key} "${value}";`)
  const path = '/etc/apt/apt.conf.d/zz-nexus'
  return file({
    id: 'updates.security',
    title: 'Security updates install themselves',
    register: ['S3-122', 'S0-72'],
    path,
    content: `${values.join('\n')}\n`,
    units: ['apt-daily.timer', 'apt-daily-upgrade.timer'],
    effect: `unit_runs apt-daily.timer && unit_runs apt-daily-upgrade.timer || return 1
now=$(apt-config dump 2>/dev/null)
for want in ${values.map((each) => `'${each}'`).join(' ')}; do case $now in *"$want"*) ;; *) seen="apt does not have: $want"; return 1 ;; esac; done
case $now in *'-security'*|*'Security'*) ;; *) seen='no security updates are among the origins'; return 1 ;; esac`,
    before: `for f in /etc/apt/apt.conf.d/*; do
  case $f in *.disabled) continue ;; esac
  [ "$f" '>' ${path} ] || continue
  ! grep -qsE '(APT::Periodic|Unattended-Upgrade)' "$f" || set_aside "$f"
done
sed -i '/^[[:space:]]*#clear[[:space:]]*Unattended-Upgrade/d' /etc/apt/apt.conf 2>/dev/null || true`,
    after: 'run_units apt-daily.timer apt-daily-upgrade.timer',
  })
}

const journal = ['Storage=persistent', 'SystemMaxUse=500M', 'SystemKeepFree=1G', 'MaxRetentionSec=90day']

const journalSettings = '/etc/systemd/journald.conf.d/*.conf /run/systemd/journald.conf.d/*.conf'

/** Of several drop-ins the last one read wins. */
const journalLimits = file({
  id: 'logs.journal',
  title: 'The journal is kept on disk, within limits',
  register: ['S0-77', 'S3-125'],
  path: '/etc/systemd/journald.conf.d/zz-nexus.conf',
  content: `[Journal]\n${journal.join('\n')}\n`,
  units: ['systemd-journald.service'],
  effect: `[ -d /var/log/journal ] || { seen='there is no /var/log/journal'; return 1; }
unit_runs systemd-journald.service || return 1
each_later zz-nexus.conf '' comes_after ${journalSettings}`,
  before: `each_later zz-nexus.conf '' set_aside ${journalSettings}
mkdir -p /var/log/journal`,
  after: 'systemctl restart systemd-journald',
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
  effect: `[ -d /var/log/nexus ] || { seen='there is no /var/log/nexus'; return 1; }
unit_runs logrotate.timer`,
  after: 'mkdir -p /var/log/nexus && run_units logrotate.timer',
})
