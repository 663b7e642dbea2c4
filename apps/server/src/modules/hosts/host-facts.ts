import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import type { Program, ProgramResult } from '../../platform/remote.ts'

/** What a host says of itself; read, never assumed. */
export const HostFacts = z.object({
  type: z.literal('facts'),
  os: z.string().max(40),
  osVersion: z.string().max(40),
  kernel: z.string().max(120),
  architecture: z.string().max(20),
  cpus: z.number().int().positive(),
  memoryMb: z.number().int().positive(),
  diskGb: z.number().nonnegative(),
  diskFreeGb: z.number().nonnegative(),
  virtualization: z.string().max(40),
  isContainer: z.boolean(),
  maySetClock: z.boolean(),
  hasIpv6: z.boolean(),
  hasAppArmor: z.boolean(),
  openssh: z.string().max(40),
  /** From where the control plane comes, as the host sees it. */
  controlAddress: z.string().max(60),
  addresses: z.array(z.string().max(60)).max(200),
  routes: z.array(z.string().max(60)).max(400),
  hostname: z.string().max(120),
  ticket: z.string().max(80),
  wasLive: z.boolean(),
})
export type HostFacts = z.infer<typeof HostFacts>

const script = `set -u
. /etc/os-release
words() { out=; for w in "$@"; do out="$out\${out:+,}\\"$w\\""; done; printf '[%s]' "$out"; }
only() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._:/+@-'; }
virt=$(systemd-detect-virt 2>/dev/null); container=false; systemd-detect-virt -cq 2>/dev/null && container=true
cpus=$(nproc)
mem=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  [ -r "$f" ] && limit=$(cat "$f") || continue
  case $limit in *[!0-9]*|'') continue ;; esac
  limit=$(awk -v b="$limit" 'BEGIN { printf "%.0f", b / 1048576 }'); [ "$limit" -lt "$mem" ] && mem=$limit
done
set -- $(df -Pk / | awk 'NR == 2 { printf "%.1f %.1f", $2 / 1048576, $4 / 1048576 }'); disk=$1 free=$2
bounds=$(awk '/^CapBnd:/ { print $2 }' /proc/self/status)
clock=false; [ $(( 0x$bounds >> 25 & 1 )) = 1 ] && clock=true
v6=false; [ -e /proc/net/if_inet6 ] && v6=true
armor=false; [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && [ $container = false ] && armor=true
ssh=$(sshd -V 2>&1 | sed -n 's/.*OpenSSH_\\([0-9.]*\\).*/\\1/p' | head -n 1); [ -n "$ssh" ] || ssh=$(ssh -V 2>&1 | sed -n 's/.*OpenSSH_\\([0-9.]*\\).*/\\1/p')
ticket=$(sed -n 's/.*"ticket":"\\([^"]*\\)".*/\\1/p' /var/lib/nexus-host/claim.json 2>/dev/null)
live=false; [ -e /var/lib/nexus-host/was-live ] && live=true
printf '{"type":"facts","os":"%s","osVersion":"%s","kernel":"%s","architecture":"%s","cpus":%s,"memoryMb":%s,"diskGb":%s,"diskFreeGb":%s,"virtualization":"%s","isContainer":%s,"maySetClock":%s,"hasIpv6":%s,"hasAppArmor":%s,"openssh":"%s","controlAddress":"%s","addresses":%s,"routes":%s,"hostname":"%s","ticket":"%s","wasLive":%s}\\n' \\
  "$(only "$ID")" "$(only "\${VERSION_ID:-}")" "$(only "$(uname -r)")" "$(uname -m)" "$cpus" "$mem" "$disk" "$free" "\${virt:-none}" $container $clock $v6 $armor "$ssh" "$(only "\${NEXUS_PEER:-}")" \\
  "$(words $(ip -o addr show scope global | awk '$2 !~ /^(docker|br-|veth)/ { print $4 }'))" "$(words $(ip route show | awk '$1 != "default" && !/ dev (docker|br-|veth)/ { print $1 }'))" "$(only "$(hostname)")" "$(only "$ticket")" $live
`

export const readFacts = (): Program => ({
  name: 'read the facts of the host',
  script,
  timeoutSeconds: 20,
})

export function parseFacts(result: ProgramResult): HostFacts {
  const found = result.events.map((each) => HostFacts.safeParse(each)).find((each) => each.success)
  if (result.exit === 0 && found?.data) return found.data
  throw new NexusError('host.facts_unreadable', 'conflict', 'What the host said about itself could not be read.', {
    hint: (result.stderr || result.noise).slice(0, 300) || 'Is it a Debian or Ubuntu machine?',
  })
}

/** Debian 12 and 13 are tried in the lab; Ubuntu by its facts only. */
export const supportedSystems = { debian: ['12', '13'], ubuntu: ['22.04', '24.04'] } as const

export function refuseUnsupported(facts: HostFacts): void {
  const versions: readonly string[] = facts.os === 'debian' || facts.os === 'ubuntu' ? supportedSystems[facts.os] : []
  if (versions.includes(facts.osVersion)) return
  throw new NexusError(
    'host.unsupported_os',
    'conflict',
    `The host runs ${facts.os} ${facts.osVersion}; nothing on it was touched.`,
    {
      hint: 'Supported: Debian 12 and 13, Ubuntu 22.04 and 24.04.',
    },
  )
}
