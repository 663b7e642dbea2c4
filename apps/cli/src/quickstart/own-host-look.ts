/** What runs on a machine, read as root and changed by nothing: one tagged line a thing, tabs in between. */
export const lookScript = `set -u
tab=$(printf '\\t')
tell() { printf '%s' "$1"; shift; for word in "$@"; do printf '\\t%s' "$(printf '%s' "$word" | tr '\\t\\n' '  ')"; done; echo; }
. /etc/os-release 2>/dev/null
tell os "\${ID:-unknown}" "\${VERSION_ID:-unknown}" "\${PRETTY_NAME:-unknown}"
tell machine "$(nproc)" "$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)" "$(df -Pk / | awk 'NR == 2 { print int($4 / 1048576) }')"
if command -v ss >/dev/null; then
  if sockets=$(ss -Hltnp 2>/dev/null); then
    tell ports-by ss
    [ -z "$sockets" ] || printf '%s\\n' "$sockets" | awk '{ name = $0; if (!sub(/.*users:\\(\\("/, "", name)) name = "?"; sub(/".*/, "", name); print "port\\t" $4 "\\t" name }'
  fi
elif [ -r /proc/net/tcp ]; then
  tell ports-by proc
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { print "hexport\\t" $2 }'
fi
systemctl list-units --type=service --state=running --no-legend --plain --no-pager 2>/dev/null | awk '{ print "service\\t" $1 }'
for engine in docker podman; do
  command -v $engine >/dev/null && timeout 20 $engine ps --format '{{.Names}}	{{.Image}}' 2>/dev/null | while IFS= read -r line; do printf 'container\\t%s\\n' "$line"; done
done
getent passwd | awk -F: '($3 == 0 || ($3 >= 1000 && $3 < 60000)) && $7 !~ /(nologin|false)$/ { print "user\\t" $1 }'
tell firewall "$(ufw status 2>/dev/null | head -n 1)" "$(nft list ruleset 2>/dev/null | grep -c .)"
tell nexus "$(getent passwd nexus >/dev/null && echo yes || echo no)" "$(sed -n 's/.*"ticket":"\\([^"]*\\)".*/\\1/p' /var/lib/nexus-host/claim.json 2>/dev/null)" "$([ -e /var/lib/nexus-host/receipt.json ] && echo yes || echo no)"
tell end
`

export type Listening = { readonly address: string; readonly port: number; readonly program: string }
export type Look = {
  readonly os: string
  readonly osVersion: string
  readonly osName: string
  readonly cpus: number
  readonly memoryMb: number
  readonly diskFreeGb: number
  readonly listening: readonly Listening[]
  readonly services: readonly string[]
  readonly containers: readonly string[]
  readonly users: readonly string[]
  readonly firewall: string
  /** What an earlier Nexus left there. */
  readonly hasNexusAccount: boolean
  readonly ticket: string
  readonly hasBaseline: boolean
}

/** Undefined where it did not come whole: what cannot be read is not taken for nothing. */
export function readLook(text: string): Look | undefined {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const of = (tag: string) => lines.filter((each) => each[0] === tag).map((each) => each.slice(1))
  const [os] = of('os')
  const [machine] = of('machine')
  const [nexus] = of('nexus')
  if (!os || !machine || !nexus || of('end').length === 0 || of('ports-by').length === 0) return undefined
  const [ufw = '', rules = '0'] = of('firewall')[0] ?? []
  const listening = [
    ...of('port').map(([at = '', program = '?']) => listeningAt(at, program)),
    ...of('hexport').map(([at = '']) => hexListening(at)),
  ]
  if (listening.includes(undefined)) return undefined
  return {
    os: os[0] ?? '',
    osVersion: os[1] ?? '',
    osName: os[2] ?? '',
    cpus: Number(machine[0]) || 0,
    memoryMb: Number(machine[1]) || 0,
    diskFreeGb: Number(machine[2]) || 0,
    listening: unique(listening.filter((each) => each !== undefined)),
    services: of('service').map(([name = '']) => name.replace(/\.service$/, '')),
    containers: of('container').map((words) => words.join(' from ')),
    users: of('user').map(([name = '']) => name),
    firewall: /^Status: active/.test(ufw)
      ? 'ufw is active'
      : Number(rules) > 0
        ? `${rules} lines of nftables rules`
        : 'none seen',
    hasNexusAccount: nexus[0] === 'yes',
    ticket: nexus[1] ?? '',
    hasBaseline: nexus[2] === 'yes',
  }
}

function listeningAt(at: string, program: string): Listening | undefined {
  const found = /^(.*):(\d+)$/.exec(at)
  return found
    ? { address: (found[1] ?? '').replace(/^\[|\]$/g, '').replace(/%.*$/, ''), port: Number(found[2]), program }
    : undefined
}

/** As the kernel writes it: 0100007F:1F90. */
function hexListening(at: string): Listening | undefined {
  const found = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(at)
  if (!found) return undefined
  const hex = found[1] ?? ''
  const isLoopback = hex.endsWith('7F') || hex === '00000000000000000000000001000000'
  return { address: isLoopback ? '127.0.0.1' : '*', port: Number.parseInt(found[2] ?? '', 16), program: '?' }
}

const unique = (all: readonly Listening[]): readonly Listening[] =>
  [...new Map(all.map((each) => [`${each.port} ${each.program} ${isLocal(each)}`, each])).values()].sort(
    (one, other) => one.port - other.port,
  )

const isLocal = ({ address }: Listening) =>
  address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')

/** Programs that the baseline itself puts on 80 and 443. */
const edgePrograms = ['haproxy', 'nginx']

/** Why this machine is not taken; empty where it is. */
export function refusalsOf(look: Look, known: { readonly isOurs: boolean }): readonly string[] {
  const supported: Readonly<Record<string, readonly string[]>> = { debian: ['12', '13'], ubuntu: ['22.04', '24.04'] }
  const taken = look.listening.filter(
    ({ port, program }) => (port === 80 || port === 443) && !(look.hasBaseline && edgePrograms.includes(program)),
  )
  return [
    ...(supported[look.os]?.includes(look.osVersion)
      ? []
      : [`It runs ${look.osName}; Nexus takes Debian 12 and 13, Ubuntu 22.04 and 24.04.`]),
    ...taken.map(
      ({ port, program }) =>
        `Port ${port} is taken${program === '?' ? '' : ` by ${program}`}: Nexus needs 80 and 443 for itself. Stop it, or bring another machine.`,
    ),
    ...(look.ticket !== '' && !known.isOurs
      ? [`Its receipt says it belongs to order ${look.ticket} of another Nexus. Bring another machine.`]
      : []),
  ]
}

/** Ports that answer the network today and will not once the firewall stands. */
export const closedLater = (look: Look, sshPort: number): readonly Listening[] =>
  look.listening.filter((each) => !isLocal(each) && ![80, 443, sshPort].includes(each.port))

const listed = (words: readonly string[], none = 'none') => (words.length === 0 ? none : words.join(', '))

export function lookText(look: Look): readonly string[] {
  const ports = look.listening.map(
    (each) =>
      `${each.port} ${each.program === '?' ? 'by an unknown program' : each.program}${isLocal(each) ? ' (itself only)' : ''}`,
  )
  return [
    `  system      ${look.osName}, ${look.cpus} CPU, ${look.memoryMb} MB, ${look.diskFreeGb} GB free`,
    `  listening   ${listed(ports)}`,
    `  services    ${listed(look.services)}`,
    `  containers  ${listed(look.containers)}`,
    `  accounts    ${listed(look.users)}`,
    `  firewall    ${look.firewall}`,
    ...(look.hasBaseline ? ['  nexus       the baseline was here before'] : []),
  ]
}
