import { sh } from '../../platform/shell.ts'
import { type BaselineItem, files } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'

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
  return [
    `-N ${chain}`,
    ...rules
      .filter(({ from }) => from === undefined || isV6(from) === (family === 6))
      .map(
        ({ port, from }) =>
          `-A ${chain}${from === undefined ? '' : ` -s ${from.includes('/') ? from : `${from}/${width}`}`} -p tcp -m tcp --dport ${port} -j ACCEPT`,
      ),
  ].join('\n')
}

function firewall(rules: readonly Rule[]): BaselineItem {
  const item = files({
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
  })
  return {
    ...item,
    // ufw would put its own kernel settings over ours at each start.
    check: `unit_runs ufw.service || return 1
grep -qsx 'IPT_SYSCTL=/etc/sysctl.d/90-nexus-network.conf' /etc/default/ufw || { seen='ufw sets kernel settings of its own'; return 1; }
for tool in iptables ip6tables; do
  [ $tool = ip6tables ] && [ ! -e /proc/net/if_inet6 ] && continue
  case "$($tool -w -S INPUT 1 2>/dev/null; $tool -w -S INPUT 2>/dev/null | head -n 1)" in *'-P INPUT DROP'*) ;; *) seen="$tool lets everything in"; return 1 ;; esac
  chain=ufw-user-input; want=${sh(shown(rules, 4))}
  [ $tool = ip6tables ] && { chain=ufw6-user-input; want=${sh(shown(rules, 6))}; }
  [ "$($tool -w -S $chain 2>/dev/null)" = "$want" ] || { seen="the rules of $tool differ"; return 1; }
done
${item.check}`,
    apply: `${item.apply}
sed -i 's/^IPV6=.*/IPV6=yes/; s/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/; s/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="ACCEPT"/; s/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/; s,^IPT_SYSCTL=.*,IPT_SYSCTL=/etc/sysctl.d/90-nexus-network.conf,' /etc/default/ufw
systemctl enable -q ufw.service
/usr/lib/ufw/ufw-init force-reload
systemctl start ufw.service`,
    mend: '`ufw status verbose` and `iptables -S` on the host show what holds.',
  }
}
