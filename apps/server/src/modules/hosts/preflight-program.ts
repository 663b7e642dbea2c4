import type { Program } from '../../platform/remote.ts'

/** What a plan asks of a host, as the plan catalogue says it. */
export type HostPlan = {
  readonly name: string
  readonly vcpu: number
  readonly ramGb: number
  readonly diskGb: number
  readonly memoryPassShare: number
  readonly diskFreeShare: number
  readonly providers: readonly string[]
}

export type PreflightCheck = {
  readonly name: string
  readonly title: string
  readonly asked: string
  readonly script: string
}

const unit = (name: string, title: string, ...units: readonly string[]): PreflightCheck => ({
  name,
  title,
  asked: `systemctl is-active ${units.join(' ')}`,
  script: `${units
    .map((each) => `[ "$(systemctl is-active ${each} 2>/dev/null)" = active ] || no "${each} does not run"`)
    .join('\n')}\nyes '${units.join(', ')} ${units.length > 1 ? 'run' : 'runs'}'`,
})

/** What must be so before anything of a customer is placed here (S0-81, S0-82). `yes`, `hm` and `no` end a check. */
export const preflightChecks = (plan: HostPlan, baselineVersion: string, sshPort = 22): readonly PreflightCheck[] => [
  {
    name: 'baseline.version',
    title: 'The baseline this host should have',
    asked: 'cat /var/lib/nexus-host/receipt.json',
    script: `have=$(sed -n 's/.*"version":"\\([^"]*\\)".*/\\1/p' /var/lib/nexus-host/receipt.json 2>/dev/null)
[ -n "$have" ] || no 'the baseline was never completed here'
[ "$have" = '${baselineVersion}' ] && yes "version $have"
hm "version $have, wanted ${baselineVersion}"`,
  },
  {
    name: 'access.confirmed',
    title: 'Nothing waits to put old access settings back',
    asked: 'ls /var/lib/nexus-host/dead-man',
    script: `[ -e /var/lib/nexus-host/dead-man/reverted ] && no 'the old settings were put back, because nobody confirmed'
[ -e /var/lib/nexus-host/dead-man/armed ] && no 'the dead-man timer is armed'
yes 'no timer is armed'`,
  },
  {
    name: 'cpu',
    title: `At least ${plan.vcpu} vCPU for plan ${plan.name}`,
    asked: 'nproc',
    script: `have=$(nproc); [ "$have" -ge ${Math.ceil(plan.vcpu)} ] && yes "$have vCPU"; no "$have vCPU"`,
  },
  {
    name: 'memory',
    title: `Memory for plan ${plan.name}`,
    asked: '/proc/meminfo and the limit of the cgroup',
    script: `mem=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  limit=$(cat "$f" 2>/dev/null); case $limit in *[!0-9]*|'') continue ;; esac
  limit=$(awk -v b="$limit" 'BEGIN { printf "%.0f", b / 1048576 }'); [ "$limit" -lt "$mem" ] && mem=$limit
done
[ "$mem" -ge ${Math.floor(plan.ramGb * 1024 * plan.memoryPassShare)} ] && yes "$mem MB of ${plan.ramGb} GB"; no "$mem MB, ${plan.ramGb} GB are wanted"`,
  },
  {
    name: 'disk.size',
    title: `Disk for plan ${plan.name}`,
    asked: 'df -Pk /',
    script: `have=$(df -Pk / | awk 'NR == 2 { print int($2 / 1024 / 1000) }'); [ "$have" -ge ${Math.floor(plan.diskGb * 0.93)} ] && yes "$have GB"; no "$have GB, ${plan.diskGb} are wanted"`,
  },
  {
    name: 'disk.free',
    title: 'Free space',
    asked: 'df -Pk / and df -Pi /',
    script: `free=$(df -Pk / | awk 'NR == 2 { print int($4 / 1024) }'); used=$(df -Pi / | awk 'NR == 2 { print int($5) }')
[ "\${used:-0}" -ge 90 ] && no "inodes are used up by $used %"
[ "$free" -ge ${Math.floor(plan.diskGb * plan.diskFreeShare * 1000)} ] && yes "$free MB free"
[ "$free" -ge ${Math.floor(plan.diskGb * plan.diskFreeShare * 500)} ] && hm "$free MB free, ${Math.floor(plan.diskGb * plan.diskFreeShare * 1000)} are wanted"
no "$free MB free"`,
  },
  {
    name: 'docker',
    title: 'Docker answers',
    asked: 'docker info',
    script: `command -v docker >/dev/null || no 'Docker is not installed'
said=$(timeout 10 docker info -f '{{.ServerVersion}} {{.Driver}}' 2>&1) || no "$said"
case $said in *' vfs') hm "$said is slow" ;; *) yes "$said" ;; esac`,
  },
  {
    name: 'compose',
    title: 'Docker Compose answers',
    asked: 'docker compose version',
    script: `said=$(timeout 10 docker compose version --short 2>&1) && yes "$said"; no "$said"`,
  },
  unit('edge', 'The edge proxy runs', 'haproxy.service'),
  {
    name: 'edge.version',
    title: 'The edge proxy is 2.6 or newer',
    asked: 'haproxy -v',
    script: `have=$(haproxy -v 2>/dev/null | sed -n 's/^HAProxy version \\([0-9.]*\\).*/\\1/p'); [ -n "$have" ] || no 'HAProxy does not answer'
dpkg --compare-versions "$have" ge 2.6 && yes "$have"; no "$have"`,
  },
  {
    name: 'database',
    title: 'PostgreSQL answers',
    asked: 'select 1',
    script: `said=$(cd / && timeout 10 runuser -u postgres -- psql -XAtc 'select 1' 2>&1); [ "$said" = 1 ] && yes 'it answers'; no "$said"`,
  },
  {
    name: 'ports',
    title: 'Only known ports are open to the outside',
    asked: 'ss -Hltun',
    script: `seen=
for place in $(ss -Hltun | awk '{ print $1 "/" $5 }' | sort -u); do
  case $place in
    */127.*|*'/[::1]:'*|*/*%lo:*) ;;
    tcp/*:${sshPort}|tcp/*:80|tcp/*:443|tcp/*:9100|udp/*:68|udp/*:546) ;;
    *) seen="$seen $place" ;;
  esac
done
[ -z "$seen" ] && yes '${sshPort}, 80, 443'; hm "also:$seen (behind the firewall)"`,
  },
  {
    name: 'ssh',
    title: 'SSH by key only, never as root',
    asked: 'sshd -T',
    script: `said=$(sshd -T 2>&1) || no "$said"
for want in 'permitrootlogin no' 'passwordauthentication no' 'kbdinteractiveauthentication no' 'pubkeyauthentication yes' 'permitemptypasswords no'; do
  printf '%s\\n' "$said" | grep -qx "$want" || no "not so: $want"
done
yes 'keys only, root refused'`,
  },
  {
    name: 'firewall',
    title: 'The firewall is on, for IPv4 and IPv6',
    asked: 'ufw status; ip6tables -S',
    script: `ufw status 2>/dev/null | grep -qx 'Status: active' || no 'ufw is off'
iptables -w -S 2>/dev/null | grep -qx -- '-P INPUT DROP' || no 'IPv4 lets everything in'
[ ! -e /proc/net/if_inet6 ] || ip6tables -w -S 2>/dev/null | grep -qx -- '-P INPUT DROP' || no 'IPv6 lets everything in'
iptables -w -t raw -S NEXUS-OUTER 2>/dev/null | grep -qx -- '-A NEXUS-OUTER -d 127.0.0.0/8 -j DROP' || no 'loopback is open to the outside'
iptables -w -t raw -S PREROUTING | sed -n 2p | grep -qx -- '-A PREROUTING -j NEXUS-OUTER' || no 'loopback and containers are open to the outside'
yes 'on'`,
  },
  {
    name: 'fail2ban',
    title: 'fail2ban watches sshd',
    asked: 'fail2ban-client status sshd',
    script: `said=$(timeout 10 fail2ban-client status sshd 2>&1) || no "$said"; command -v nft >/dev/null || no 'nftables is missing: it would ban nobody'; yes 'the jail is there'`,
  },
  {
    name: 'time',
    title: 'The clock is kept right',
    asked: 'timedatectl',
    script: `bounds=$(awk '/^CapBnd:/ { print $2 }' /proc/self/status)
[ $(( 0x$bounds >> 25 & 1 )) = 1 ] || skip 'the clock belongs to the machine around this container'
[ "$(timedatectl show -p NTPSynchronized --value)" = yes ] && yes 'synchronised'; hm 'not synchronised yet'`,
  },
  {
    name: 'updates',
    title: 'Security updates are in',
    asked: 'apt-get -s upgrade; /run/reboot-required',
    script: `[ -e /run/reboot-required ] && hm 'a reboot is due'
[ "$(systemctl is-enabled apt-daily-upgrade.timer 2>/dev/null)" = enabled ] || no 'automatic updates are off'
pending=$(apt-get -s -q upgrade 2>/dev/null | grep '^Inst ' | grep -ci security)
[ "$pending" = 0 ] && yes 'none is waiting'; hm "$pending are waiting"`,
  },
  {
    name: 'backup',
    title: 'Backups have a place and a time',
    asked: 'systemctl is-active nexus-backup.timer',
    script: `[ "$(systemctl is-active nexus-backup.timer)" = active ] || no 'the timer is off'
[ "$(systemctl is-failed nexus-backup.service)" = failed ] && no 'the last backup failed'
yes "next: $(systemctl show -p NextElapseUSecRealtime --value nexus-backup.timer)"`,
  },
  unit('metrics', 'The node exporter runs', 'prometheus-node-exporter.service'),
  {
    name: 'names',
    title: 'Names are found',
    asked: 'getent hosts, of the first package source',
    script: `name=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's|^[^#]*https*://\\([^/: ]*\\).*|\\1|p' | head -n 1)
[ -n "$name" ] || hm 'there is no name to look for'
timeout 10 getent hosts "$name" >/dev/null && yes "$name"; no "$name is not found"`,
  },
  {
    name: 'units',
    title: 'No unit has failed',
    asked: 'systemctl --failed',
    script: `failed=$(systemctl --failed --plain --no-legend 2>/dev/null | awk '{ print $1 }' | tr '\\n' ' '); [ -z "$failed" ] && yes 'none'; hm "$failed"`,
  },
]

/** Every check in a shell of its own with a time limit, one line each, and a verdict that must agree with the lines and the exit. */
export function preflightProgram(checks: readonly PreflightCheck[]): Program {
  return {
    name: 'preflight',
    script: `set -u
pass=0 warn=0 fail=0 other=0
plain() { printf '%s' "$1" | tr '\\n\\t"\\\\' "  '/" | tr -cd '\\040-\\176' | cut -c1-300; }
yes() { printf 'pass %s' "$1"; exit 0; }
hm() { printf 'warn %s' "$1"; exit 0; }
no() { printf 'fail %s' "$1"; exit 0; }
skip() { printf 'not_applicable %s' "$1"; exit 0; }
take() {
  case $2 in
    'pass '*) pass=$((pass + 1)) ;;
    'warn '*) warn=$((warn + 1)) ;;
    'fail '*) fail=$((fail + 1)) ;;
    'not_applicable '*) other=$((other + 1)) ;;
    *) set -- "$1" "unknown it said: $2"; fail=$((fail + 1)) ;;
  esac
  printf '{"type":"check","name":"%s","status":"%s","summary":"%s"}\\n' "$1" "\${2%% *}" "$(plain "\${2#* }")"
}
${checks.map(({ name, script }, index) => `look_${index}() {\n${script}\n}\ntake ${name} "$(look_${index} 2>/dev/null)"`).join('\n')}
printf '{"type":"verdict","pass":%s,"warn":%s,"fail":%s,"other":%s}\\n' $pass $warn $fail $other
[ $fail -gt 0 ] && exit 2
[ $warn -gt 0 ] && exit 1
exit 0`,
    timeoutSeconds: 120,
  }
}
