import { sh } from '../../platform/shell.ts'
import { type BaselineItem, files } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import { ufwJumps } from './ufw-jumps.ts'

type Rule = { readonly port: number; readonly from?: string }

/** 22, 80 and 443, as strict on IPv6 as on IPv4, and the exporter for the scraper alone. */
export const firewallItems = (settings: BaselineSettings): readonly BaselineItem[] => [firewall(rulesFor(settings))]

export const rulesFor = ({ sshPort, sshSources, scraperAddress }: BaselineSettings): readonly Rule[] => [
  ...(sshSources.length === 0 ? [{ port: sshPort }] : sshSources.map((from) => ({ port: sshPort, from }))),
  { port: 80 },
  { port: 443 },
  ...(scraperAddress === undefined ? [] : [{ port: 9100, from: scraperAddress }]),
]

const isV6 = (address: string) => address.includes(':')

/** The rules as ufw keeps them in user.rules and user6.rules, so that `ufw status` knows them and a reload is one act. */
export function ufwRules(rules: readonly Rule[], family: 4 | 6): string {
  const chain = family === 4 ? 'ufw-user' : 'ufw6-user'
  const anywhere = family === 4 ? '0.0.0.0/0' : '::/0'
  const own = rules.filter(({ from }) => from === undefined || isV6(from) === (family === 6))
  return `*filter
:${chain}-input - [0:0]
:${chain}-output - [0:0]
:${chain}-forward - [0:0]
:${chain.replace('-user', '')}-before-logging-input - [0:0]
:${chain.replace('-user', '')}-before-logging-output - [0:0]
:${chain.replace('-user', '')}-before-logging-forward - [0:0]
:${chain}-logging-input - [0:0]
:${chain}-logging-output - [0:0]
:${chain}-logging-forward - [0:0]
:${chain.replace('-user', '')}-after-logging-input - [0:0]
:${chain.replace('-user', '')}-after-logging-output - [0:0]
:${chain.replace('-user', '')}-after-logging-forward - [0:0]
:${chain.replace('-user', '')}-logging-deny - [0:0]
:${chain.replace('-user', '')}-logging-allow - [0:0]
:${chain}-limit - [0:0]
:${chain}-limit-accept - [0:0]
### RULES ###

${own
  .map(
    ({ port, from }) => `### tuple ### allow tcp ${port} ${anywhere} any ${from ?? anywhere} in
-A ${chain}-input -p tcp --dport ${port}${from === undefined ? '' : ` -s ${from}`} -j ACCEPT
`,
  )
  .join('\n')}
### END RULES ###

### LOGGING ###
### END LOGGING ###
-A ${chain}-limit -j REJECT
-A ${chain}-limit-accept -j ACCEPT
COMMIT
`
}

/** What iptables must show: every rule in order, and nothing else in ufw's own chain. */
const shown = (rules: readonly Rule[], family: 4 | 6) => {
  const chain = family === 4 ? 'ufw-user-input' : 'ufw6-user-input'
  const width = family === 4 ? 32 : 128
  return rules
    .filter(({ from }) => from === undefined || isV6(from) === (family === 6))
    .map(
      ({ port, from }) =>
        `-A ${chain}${from === undefined ? '' : ` -s ${from.includes('/') ? from : `${from}/${width}`}`} -p tcp -m tcp --dport ${port} -j ACCEPT`,
    )
    .join('\n')
}

/**
 * Prints the first rule that lets in what nobody asked for. INPUT is ufw's six jumps and nothing else; beside the rules of
 * the list only answers, loopback, ICMP and DHCP are accepted; forwarding is Docker's alone.
 */
const strangers = `
  $1 == "-P" { if (($2 == "INPUT" || $2 == "FORWARD") && $3 != "DROP") { odd = $0; exit } next }
  $1 != "-A" { next }
  $2 == "INPUT" { input = input $4 " "; if (NF != 4) { odd = $0; exit } next }
  $2 == "FORWARD" { if (/ -j ACCEPT/ && !/ (docker0|br-[0-9a-f]+) /) { odd = $0; exit } next }
  $2 ~ /^ufw6?-user-input$/ { user = user (user == "" ? "" : "\\n") $0; next }
  $2 !~ /^ufw6?-/ || $2 ~ /-(output|forward|limit|limit-accept)$/ { next }
  / -j ACCEPT/ && !/ -i lo -j| --ctstate RELATED,ESTABLISHED -j| -p icmp | -p ipv6-icmp | --sport 67 --dport 68 -j| --sport 547 --dport 546 -j/ { odd = $0; exit }
  / -[jg] / && !/ -j (ACCEPT|DROP|REJECT|RETURN|LOG|ufw6?-[a-z-]+)( |$)/ || / -j ufw6?-user-limit/ { odd = $0; exit }
  END { if (odd != "") { print odd; exit }
    u = "ufw" v "-"; want = u "before-logging-input " u "before-input " u "after-input " u "after-logging-input " u "reject-input " u "track-input "
    if (user != ENVIRON["want"]) { print "other ports: " user; exit }
    if (input != want) print "INPUT is: " input }`

function firewall(rules: readonly Rule[]): BaselineItem {
  return files({
    id: 'firewall.rules',
    title: `The firewall lets in ${rules.map(({ port, from }) => (from === undefined ? port : `${port} from ${from}`)).join(', ')} only`,
    register: ['S0-68', 'S0-69', 'S3-33', 'S3-34', 'S3-35', 'S3-36', 'S3-120', 'S3-121'],
    stage: 'guarded',
    files: [
      { path: '/etc/ufw/user.rules', content: ufwRules(rules, 4), mode: '640' },
      { path: '/etc/ufw/user6.rules', content: ufwRules(rules, 6), mode: '640' },
      { path: '/etc/ufw/ufw.conf', content: 'ENABLED=yes\nLOGLEVEL=low\n' },
    ],
    units: ['ufw.service'],
    // ufw would put its own kernel settings over ours at each start.
    effect: `unit_runs ufw.service || return 1
grep -qsx 'IPT_SYSCTL=/etc/sysctl.d/zz-nexus-network.conf' /etc/default/ufw || { seen='ufw sets kernel settings of its own'; return 1; }
for tool in iptables ip6tables; do
  [ $tool = ip6tables ] && [ ! -e /proc/net/if_inet6 ] && continue
  v= want=${sh(shown(rules, 4))}
  [ $tool = ip6tables ] && { v=6; want=${sh(shown(rules, 6))}; }
  odd=$($tool -w -S 2>/dev/null | want=$want awk -v v=$v ${sh(strangers)})
  [ -z "$odd" ] || { seen="$tool has: $odd"; return 1; }
done`,
    after: `sed -i 's/^IPV6=.*/IPV6=yes/; s/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/; s/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="ACCEPT"/; s/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/; s,^IPT_SYSCTL=.*,IPT_SYSCTL=/etc/sysctl.d/zz-nexus-network.conf,' /etc/default/ufw
sed -i '/ --dport \\(5353\\|1900\\) -j ACCEPT$/d' /etc/ufw/before.rules /etc/ufw/before6.rules
${ufwJumps}
ufw_jumps
for tool in iptables ip6tables; do
  [ $tool = ip6tables ] && [ ! -e /proc/net/if_inet6 ] && continue
  # Rule by rule and never all at once: ufw's own jumps stay.
  $tool -w -S | grep -E '^-A (INPUT .* -j ACCEPT|INPUT -[^j]|INPUT -j [^u]|FORWARD .* -j ACCEPT|FORWARD -j ACCEPT)' | grep -vE '^-A FORWARD .* (docker0|br-[0-9a-f]+) ' | sed 's/^-A/-D/' | while read -r rule; do eval "$tool -w $rule"; done
  $tool -w -P INPUT DROP
done
/usr/lib/ufw/ufw-init force-reload
run_units ufw.service`,
    mend: '`ufw status verbose` and `iptables -S` on the host show what holds.',
  })
}
