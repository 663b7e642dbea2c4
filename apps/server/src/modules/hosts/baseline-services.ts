import { act, type BaselineItem, file, files, services } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import { dockerRange } from './docker-range.ts'
import type { HostFacts } from './host-facts.ts'

/** What runs on every host beside the instance: Docker, the edge, the database, backups, the exporter, fail2ban. */
export const serviceItems = (
  settings: BaselineSettings,
  facts: HostFacts,
  control: readonly string[],
): readonly BaselineItem[] => [
  dockerSettings(dockerRange(facts)),
  outerRules(dockerRange(facts)),
  services({ id: 'docker.runs', title: 'Docker runs', register: ['S0-75'], units: ['docker.service'] }),
  nginxBehindTheEdge,
  services({ id: 'nginx.runs', title: 'nginx runs', register: ['S3-17'], units: ['nginx.service'] }),
  edgeVersion,
  services({ id: 'haproxy.runs', title: 'HAProxy runs', register: ['S3-17'], units: ['haproxy.service'] }),
  postgresSettings,
  services({ id: 'postgres.runs', title: 'PostgreSQL runs', register: ['S3-17'], units: ['postgresql.service'] }),
  exporter(settings),
  backupTarget(settings),
  backupSchedule(settings),
  fail2ban(settings, control),
]

const dockerSettings = (range: string): BaselineItem =>
  file({
    id: 'docker.settings',
    title: 'Docker publishes on loopback only and rotates its logs',
    register: ['S0-68', 'S0-77'],
    path: '/etc/docker/daemon.json',
    content: `${JSON.stringify(
      {
        ip: '127.0.0.1',
        bip: range.replace(/\.\d+\/\d+$/, '.1/24'),
        'default-address-pools': [{ base: range, size: 24 }],
        'log-driver': 'json-file',
        'log-opts': { 'max-size': '10m', 'max-file': '3' },
        'live-restore': true,
        'no-new-privileges': true,
      },
      null,
      2,
    )}\n`,
    after: 'systemctl reset-failed docker.service 2>/dev/null || true\nsystemctl try-restart docker.service',
  })

const rulesScript = (range: string) => `#!/bin/sh
# Packets for loopback and for Docker's bridges never come in through an outer interface: a neighbour with a route to the
# bridge reaches no container, whatever Docker publishes.
for outer in $(ip -o route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }' | sort -u); do
  for range in 127.0.0.0/8 ${range}; do
    iptables -w -t raw -C PREROUTING -i "$outer" -d "$range" -j DROP 2>/dev/null || iptables -w -t raw -A PREROUTING -i "$outer" -d "$range" -j DROP || exit 1
  done
done
`

const outerRules = (range: string): BaselineItem =>
  files({
    id: 'firewall.outer',
    title: 'Loopback and container ranges are closed at outer interfaces',
    register: ['S0-68', 'S3-120'],
    files: [
      { path: '/usr/local/lib/nexus/outer-rules', mode: '755', content: rulesScript(range) },
      {
        path: '/etc/systemd/system/nexus-outer-rules.service',
        content: `[Unit]
Description=Close loopback and container ranges at outer interfaces
Before=docker.service
After=network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/nexus/outer-rules
[Install]
WantedBy=multi-user.target
`,
      },
    ],
    units: ['nexus-outer-rules.service'],
    also: `unit_runs nexus-outer-rules.service && rules=$(iptables -w -t raw -S PREROUTING) && for range in 127.0.0.0/8 ${range}; do case $rules in *"-d $range -i "*" -j DROP"*) ;; *) seen="$range is open at outer interfaces"; return 1 ;; esac; done`,
    after:
      'systemctl daemon-reload\nsystemctl enable -q nexus-outer-rules.service\nsystemctl restart nexus-outer-rules.service',
  })

const nginxBehindTheEdge = files({
  id: 'nginx.settings',
  title: 'nginx serves files behind the edge, not on port 80',
  register: ['S3-17'],
  files: [
    {
      path: '/etc/nginx/conf.d/nexus-static.conf',
      content: `server_tokens off;
server {
  listen 127.0.0.1:8081;
  server_name _;
  root /var/www/nexus;
}
`,
    },
  ],
  also: '{ [ ! -e /etc/nginx/sites-enabled/default ] || { seen="the default site is on"; return 1; }; }',
  after:
    'mkdir -p /var/www/nexus\nrm -f /etc/nginx/sites-enabled/default\nsed -i "s/^\\(\\s*\\)server_tokens .*/\\1# server_tokens: conf.d/" /etc/nginx/nginx.conf\nnginx -t\nsystemctl try-restart nginx.service',
})

const edgeVersion = act({
  id: 'haproxy.version',
  title: 'HAProxy is 2.6 or newer',
  register: ['S3-17'],
  check: `version=$(dpkg-query -W -f '\${Version}' haproxy 2>/dev/null); seen="HAProxy $version"; dpkg --compare-versions "$version" ge 2.6`,
  apply: 'echo "this system only has an older HAProxy"; false',
})

const postgresSettings = act({
  id: 'postgres.settings',
  title: 'PostgreSQL listens on its socket and loopback only',
  register: ['S3-121'],
  check: `for d in /etc/postgresql/*/main; do [ "$(cat "$d/conf.d/nexus.conf" 2>/dev/null)" = "listen_addresses = 'localhost'" ] || { seen='not set'; return 1; }; done; [ -d "$d" ]`,
  apply: `for d in /etc/postgresql/*/main; do put "$d/conf.d/nexus.conf" 644 postgres:postgres "listen_addresses = 'localhost'
"; done
systemctl is-active -q postgresql && systemctl restart postgresql
true`,
})

const exporter = (settings: BaselineSettings): BaselineItem =>
  file({
    id: 'exporter.settings',
    title: settings.scraperAddress
      ? `Metrics of the host for ${settings.scraperAddress} only`
      : 'Metrics of the host, on loopback only',
    register: ['S0-80', 'S0-84'],
    path: '/etc/default/prometheus-node-exporter',
    content: `ARGS="--web.listen-address=${settings.scraperAddress ? ':9100' : '127.0.0.1:9100'}"\n`,
    units: ['prometheus-node-exporter.service'],
    also: 'unit_runs prometheus-node-exporter.service',
    after: 'systemctl enable -q prometheus-node-exporter.service\nsystemctl restart prometheus-node-exporter.service',
  })

const backupTarget = ({ backupDirectory }: BaselineSettings): BaselineItem =>
  act({
    id: 'backup.target',
    title: 'A place for backups',
    register: ['S0-78'],
    check: `[ -s /etc/nexus/backup.pass ] && [ -e ${backupDirectory}/config ] && seen=$(stat -c %a /etc/nexus/backup.pass) && [ "$seen" = 600 ]`,
    apply: `mkdir -p /etc/nexus ${backupDirectory} && chmod 700 /etc/nexus ${backupDirectory}
[ -s /etc/nexus/backup.pass ] || ( umask 077; head -c 32 /dev/urandom | base64 | tr -d '\\n' > /etc/nexus/backup.pass )
chmod 600 /etc/nexus/backup.pass
[ -e ${backupDirectory}/config ] || restic -q -r ${backupDirectory} --password-file /etc/nexus/backup.pass init`,
  })

const backupSchedule = ({ backupDirectory }: BaselineSettings): BaselineItem =>
  files({
    id: 'backup.schedule',
    title: 'Backups run every night',
    register: ['S0-79', 'S0-84'],
    files: [
      {
        path: '/etc/systemd/system/nexus-backup.service',
        content: `[Unit]
Description=Back this host up
[Service]
Type=oneshot
Nice=10
Environment=RESTIC_REPOSITORY=${backupDirectory} RESTIC_PASSWORD_FILE=/etc/nexus/backup.pass RESTIC_CACHE_DIR=/var/cache/restic
ExecStart=/bin/sh -c 'for hook in /etc/nexus/backup.d/*; do [ ! -x "$hook" ] || "$hook" || exit 1; done'
ExecStart=/bin/sh -c 'set --; for place in /etc /home /srv /var/lib/nexus; do [ ! -e "$place" ] || set -- "$@" "$place"; done; exec restic -q backup --exclude=/etc/nexus/backup.pass "$@"'
ExecStart=/usr/bin/restic -q forget --keep-daily 7 --keep-weekly 5 --prune
`,
      },
      {
        path: '/etc/systemd/system/nexus-backup.timer',
        content:
          '[Unit]\nDescription=Back this host up every night\n[Timer]\nOnCalendar=*-*-* 02:30:00\nRandomizedDelaySec=15m\nPersistent=true\n[Install]\nWantedBy=timers.target\n',
      },
    ],
    units: ['nexus-backup.timer'],
    also: 'unit_runs nexus-backup.timer',
    after: 'systemctl daemon-reload\nsystemctl enable -q --now nexus-backup.timer',
  })

const fail2ban = (settings: BaselineSettings, control: readonly string[]): BaselineItem =>
  file({
    id: 'fail2ban.jail',
    title: 'Whoever guesses logins is shut out',
    register: ['S0-70', 'S0-71', 'S3-22'],
    path: '/etc/fail2ban/jail.d/nexus.local',
    content: `[DEFAULT]
backend = systemd
banaction = nftables-multiport
banaction_allports = nftables-allports
ignoreip = 127.0.0.1/8 ::1 ${control.join(' ')}

[sshd]
enabled = true
port = ${settings.sshPort}
maxretry = 4
findtime = 10m
bantime = 1h
bantime.increment = true
bantime.maxtime = 1w
`,
    units: ['fail2ban.service'],
    also: 'unit_runs fail2ban.service && { [ -S /run/fail2ban/fail2ban.sock ] || { seen="fail2ban does not listen"; return 1; }; }',
    after:
      'systemctl enable -q fail2ban.service\nsystemctl restart fail2ban.service\nfor i in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/fail2ban/fail2ban.sock ] && break; sleep 0.2; done',
  })
