import { fail2ban } from './baseline-ban.ts'
import { act, type BaselineItem, file, files, services } from './baseline-item.ts'
import { outerRules } from './baseline-outer.ts'
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
  docker(dockerRange(facts)),
  nginxBehindTheEdge,
  nginx,
  edgeVersion,
  services({ id: 'haproxy.runs', title: 'HAProxy runs', register: ['S3-17'], units: ['haproxy.service'] }),
  postgresSettings,
  postgres,
  exporterSettings(settings),
  exporter(settings),
  backupTarget(settings),
  backupSchedule(settings),
  ...fail2ban(settings, control),
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
    after: 'restart_later docker.service',
  })

const docker = (range: string): BaselineItem =>
  services({
    id: 'docker.runs',
    title: 'Docker runs with these settings',
    register: ['S0-75'],
    units: ['docker.service'],
    effect: `said=$(curl -s --max-time 5 --unix-socket /run/docker.sock http://docker/networks/bridge)
case $said in *'"com.docker.network.bridge.host_binding_ipv4":"127.0.0.1"'*) ;; *) seen='Docker publishes on every address'; return 1 ;; esac
case $said in *'"Subnet":"${range.replace(/\.\d+\/\d+$/, '.0/24')}"'*) ;; *) seen='the bridge of Docker has another range'; return 1 ;; esac`,
  })

const nginxBehindTheEdge = file({
  id: 'nginx.settings',
  title: 'nginx serves files behind the edge, not on port 80',
  register: ['S3-17'],
  path: '/etc/nginx/conf.d/nexus-static.conf',
  content: `server_tokens off;
server {
  listen 127.0.0.1:8081;
  server_name _;
  root /var/www/nexus;
}
`,
  effect: `[ ! -e /etc/nginx/sites-enabled/default ] || { seen='the default site is on'; return 1; }`,
  after: `mkdir -p /var/www/nexus
rm -f /etc/nginx/sites-enabled/default
sed -i 's/^\\(\\s*\\)server_tokens .*/\\1# server_tokens: conf.d/' /etc/nginx/nginx.conf
nginx -t
restart_later nginx.service`,
})

/** Whatever its files say: no socket of nginx is open to anything but this host. */
const nginx = services({
  id: 'nginx.runs',
  title: 'nginx runs, on loopback only',
  register: ['S3-17', 'S3-121'],
  units: ['nginx.service'],
  effect: `! open_beyond '"nginx"' || return 1
case $open in *' 127.0.0.1:8081'*) ;; *) seen='nginx does not listen'; return 1 ;; esac`,
  before: `for f in $(grep -lsE '(^|[[:space:];{])listen[[:space:]]' /etc/nginx/conf.d/*.conf /etc/nginx/sites-enabled/*); do
  grep -oE '(^|[[:space:];{])listen[[:space:]]+[^;]+' "$f" | grep -qvE 'listen[[:space:]]+(127\\.[0-9.]+|\\[::1\\]|unix:)' || continue
  case $f in */sites-enabled/*) rm -f "$f"; say "no longer enabled: $f" ;; *) set_aside "$f" ;; esac
done`,
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
  check: `for d in /etc/postgresql/*/main; do
  [ "$(cat "$d/conf.d/zz-nexus.conf" 2>/dev/null)" = "listen_addresses = 'localhost'" ] || { seen="$d/conf.d/zz-nexus.conf differs"; return 1; }
  v=\${d#/etc/postgresql/}; auto=/var/lib/postgresql/\${v%/main}/main/postgresql.auto.conf
  ! grep -qs '^listen_addresses' "$auto" || { seen="$auto sets listen_addresses"; return 1; }
done
[ -d "$d" ]`,
  apply: `for d in /etc/postgresql/*/main; do
  put "$d/conf.d/zz-nexus.conf" 644 postgres:postgres "listen_addresses = 'localhost'
"
  v=\${d#/etc/postgresql/}; auto=/var/lib/postgresql/\${v%/main}/main/postgresql.auto.conf
  [ ! -e "$auto" ] || sed -i '/^listen_addresses/d' "$auto"
done
restart_later postgresql.service`,
})

const postgres = services({
  id: 'postgres.runs',
  title: 'PostgreSQL runs, on loopback only',
  register: ['S3-17', 'S3-121'],
  units: ['postgresql.service'],
  effect: `! open_beyond '"postgres"' || return 1
[ -S /run/postgresql/.s.PGSQL.5432 ] || { seen='PostgreSQL does not listen'; return 1; }`,
})

const exporterSettings = ({ scraperAddress }: BaselineSettings): BaselineItem =>
  file({
    id: 'exporter.settings',
    title: scraperAddress ? `Metrics of the host for ${scraperAddress} only` : 'Metrics of the host, on loopback only',
    register: ['S0-80', 'S0-84'],
    path: '/etc/default/prometheus-node-exporter',
    content: `ARGS="--web.listen-address=${scraperAddress ? ':9100' : '127.0.0.1:9100'}"\n`,
    after: 'restart_later prometheus-node-exporter.service',
  })

/** Open to the scraper means open here, and closed by the firewall to everybody else. */
const exporter = ({ scraperAddress }: BaselineSettings): BaselineItem =>
  services({
    id: 'exporter.runs',
    title: 'The node exporter runs',
    register: ['S0-80', 'S0-84'],
    units: ['prometheus-node-exporter.service'],
    effect: scraperAddress
      ? `open_beyond :9100: || { seen='nothing listens for the scraper'; return 1; }`
      : `! open_beyond :9100: || return 1
[ -n "$open" ] || { seen='nothing listens on 9100'; return 1; }`,
  })

const backupTarget = ({ backupDirectory }: BaselineSettings): BaselineItem =>
  act({
    id: 'backup.target',
    title: 'A place for backups',
    register: ['S0-78'],
    check: `[ -s /etc/nexus/backup.pass ] && [ -e ${backupDirectory}/config ] || { seen='there is none'; return 1; }
seen="$(stat -c %a:%U /etc/nexus/backup.pass ${backupDirectory})"; [ "$seen" = "600:root\${nl}700:root" ]`,
    apply: `mkdir -p /etc/nexus ${backupDirectory} && chmod 700 /etc/nexus ${backupDirectory} && chown root:root ${backupDirectory}
[ -s /etc/nexus/backup.pass ] || ( umask 077; head -c 32 /dev/urandom | base64 | tr -d '\\n' > /etc/nexus/backup.pass )
chmod 600 /etc/nexus/backup.pass && chown root:root /etc/nexus/backup.pass
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
    effect: 'unit_runs nexus-backup.timer',
    after: 'systemctl daemon-reload\nrun_units nexus-backup.timer',
  })
