import type { Program } from '../../platform/remote.ts'
import type { BaselineItem } from './baseline-item.ts'
import { baselineProgram } from './baseline-program.ts'

/** What is read of a machine, each by itself: one that cannot be read is told as unread, never as empty. */
export const adoptParts = [
  'services',
  'sockets',
  'sites',
  'certificates',
  'schedules',
  'backups',
  'users',
  'containers',
] as const
export type AdoptPart = (typeof adoptParts)[number]

const script = String.raw`set -u
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
# Text of the machine as it may stand in a JSON string.
plain() { printf '%s' "$1" | tr '\n\t"\\' "  '/" | tr -cd '\040-\176' | cut -c1-200; }
# type name value ...
tell() {
  line="\"type\":\"$1\""; shift
  while [ $# -gt 1 ]; do line="$line,\"$1\":\"$(plain "$2")\""; shift 2; done
  printf '{%s}\n' "$line"
}
services() {
  list=$(systemctl list-units --type=service --state=running,failed --plain --no-legend --no-pager) || return 1
  printf '%s\n' "$list" | head -n 300 | while read -r unit _ _ state rest; do
    [ -z "$unit" ] || tell service unit "$unit" state "$state" title "$rest"
  done
}
sockets() {
  list=$(ss -Hltnup) || return 1
  printf '%s\n' "$list" | sort -u | head -n 300 | while read -r proto _ _ _ at _ who; do
    [ -n "$proto" ] || continue
    who=${'${who#*((\\"}'}; who=${'${who%%\\"*}'}
    tell socket protocol "$proto" address "${'${at%:*}'}" port "${'${at##*:}'}" program "$who"
  done
}
names() { tr ' ;,' '\n\n\n' | sed 's#^https*://##; s/:[0-9]*$//' | grep -E '^[A-Za-z0-9*_.-]+\.[A-Za-z0-9-]+$' | sort -u | head -n 200; }
site() { while read -r name; do tell site name "$name" by "$1"; done; }
sites() {
  cat /etc/nginx/nginx.conf /etc/nginx/conf.d/* /etc/nginx/sites-enabled/* 2>/dev/null | sed -n 's/^[[:space:]]*server_name[[:space:]]*//p' | names | site nginx
  cat /etc/apache2/sites-enabled/* /etc/httpd/conf.d/* 2>/dev/null | sed -nE 's/^[[:space:]]*Server(Name|Alias)[[:space:]]*//p' | names | site apache
  sed -n 's/^\([^#[:space:]].*\){[[:space:]]*$/\1/p' /etc/caddy/Caddyfile 2>/dev/null | names | site caddy
  sed -nE 's/.*hdr\(host\)( -i)?[[:space:]]+//p' /etc/haproxy/haproxy.cfg 2>/dev/null | names | site haproxy
}
certificates() {
  command -v openssl >/dev/null || return 1
  for f in $(find /etc/letsencrypt/live /etc/nginx /etc/apache2 /etc/haproxy /etc/caddy /etc/nexus /etc/ssl /srv /opt -maxdepth 6 -path /etc/ssl/certs -prune -o \( -name '*.pem' -o -name '*.crt' -o -name '*.cer' \) \( -type f -o -type l \) -print 2>/dev/null | head -n 300); do
    grep -qs 'BEGIN CERTIFICATE' "$f" || continue
    end=$(openssl x509 -in "$f" -noout -enddate 2>/dev/null) || continue
    alt=$(openssl x509 -in "$f" -noout -ext subjectAltName 2>/dev/null | sed -n 's/DNS://gp' | tr -d ' ')
    [ -n "$alt" ] || alt=$(openssl x509 -in "$f" -noout -subject -nameopt multiline 2>/dev/null | sed -n 's/.*commonName *= //p')
    tell certificate path "$f" names "$alt" expires "$(date -u -d "${'${end#notAfter=}'}" +%FT%TZ 2>/dev/null)"
  done
}
# Of a line of cron only its times and its program: what follows may hold a password.
crons() {
  for f in /etc/crontab /etc/cron.d/* /var/spool/cron/crontabs/*; do
    [ -f "$f" ] || continue
    case $f in /var/spool/*) user=0 ;; *) user=1 ;; esac
    sed -nE 's/[[:space:]]+/ /g; s/^ ?([0-9*@].*)$/\1/p' "$f" | while read -r line; do
      case $line in @*) times=1 ;; *) times=5 ;; esac
      tell schedule by cron when "$(printf '%s' "$line" | cut -d' ' -f1-$times)" runs "$(printf '%s' "$line" | cut -d' ' -f$((times + user + 1)))" where "$f"
    done
  done
}
schedules() {
  list=$(systemctl list-units --type=timer --all --plain --no-legend --no-pager) || return 1
  printf '%s\n' "$list" | head -n 200 | while read -r unit _ _ _ rest; do
    [ -n "$unit" ] || continue
    last=$(systemctl show -p LastTriggerUSec --value "$unit"); runs=$(systemctl show -p Unit --value "$unit")
    tell schedule by systemd when "last $last" runs "$runs" where "$unit"
  done
  crons
}
backups() {
  for p in restic borg borgmatic duplicity rsnapshot rclone kopia bacula-fd automysqlbackup pg_dump pg_basebackup mysqldump mariadb-dump; do
    at=$(command -v $p) || continue
    used=$(grep -lsE "(^|[^A-Za-z])$p([^A-Za-z]|\$)" /etc/crontab /etc/cron.d/* /etc/cron.daily/* /etc/cron.weekly/* /var/spool/cron/crontabs/* /etc/systemd/system/*.service 2>/dev/null | head -n 5 | paste -sd' ' -)
    tell backup program "$at" scheduled "$used"
  done
}
users() {
  list=$(getent passwd) || return 1
  printf '%s\n' "$list" | while IFS=: read -r name _ uid _ _ folder shell; do
    case $shell in */nologin|*/false|*/sync|'') continue ;; esac
    case $(getent shadow "$name" | cut -d: -f2) in '*'*|'!'*|'') secret=no ;; *) secret=yes ;; esac
    sudo=no; case $(sudo -l -U "$name" 2>/dev/null) in *' may run the following commands'*) sudo=yes ;; esac
    tell user name "$name" uid "$uid" shell "$shell" password "$secret" sudo "$sudo" groups "$(id -Gn "$name" 2>/dev/null)"
    [ -r "$folder/.ssh/authorized_keys" ] || continue
    ssh-keygen -lf "$folder/.ssh/authorized_keys" 2>/dev/null | head -n 50 | while read -r _ print comment; do
      tell key user "$name" fingerprint "$print" comment "$comment"
    done
  done
}
containers() {
  systemctl is-active -q docker.service || return 0
  list=$(docker ps --no-trunc --format '{{.Names}} {{.Image}} {{.State}} {{.Ports}}') || return 1
  printf '%s\n' "$list" | head -n 200 | while read -r name image state ports; do
    [ -z "$name" ] || tell container name "$name" image "$image" state "$state" ports "$ports"
  done
}
for part in ${adoptParts.join(' ')}; do
  if ( $part ) 2>/dev/null; then tell part name "$part" was read; else tell part name "$part" was unread; fi
done
`

/** Reads a machine and writes nothing there. */
export const readMachine = (): Program => ({ name: 'read a machine', script, timeoutSeconds: 120, looksOnly: true })

/**
 * What differs from the baseline, by its checks alone. What they keep between two runs lies in a folder that goes with the
 * program, and apt writes no cache.
 */
export function compareMachine(items: readonly BaselineItem[]): Program {
  const program = baselineProgram(items, 'check')
  const elsewhere = String.raw`own_home=$(mktemp -d /run/nexus-look.XXXXXX) || exit 1
printf 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n' > "$own_home/apt.conf"
APT_CONFIG=$own_home/apt.conf PYTHONDONTWRITEBYTECODE=1; export APT_CONFIG PYTHONDONTWRITEBYTECODE
`
  return {
    ...program,
    name: 'compare a machine with the baseline',
    script: elsewhere + program.script,
    looksOnly: true,
  }
}
