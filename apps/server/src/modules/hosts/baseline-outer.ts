import { type BaselineItem, files } from './baseline-item.ts'

/**
 * What Docker would open behind the firewall's back is closed before its rules are asked: in raw, so that nothing for
 * loopback or a container comes in from outside, and where packets are forwarded, so that a port published on every
 * address is not let in either. Containers reach out, and the host reaches its containers.
 */
const script = (range: string) => `#!/bin/sh
set -e
inner() { for bridge in lo docker0 br-+ veth+; do "$@" -i $bridge -j RETURN; done; }
fill() { tool=$1 table=$2 from=$3 chain=$4
  $tool -w -t $table -N $chain 2>/dev/null || $tool -w -t $table -F $chain
  inner $tool -w -t $table -A $chain
  shift 4
  for rule in "$@"; do $tool -w -t $table -A $chain $rule; done
  while $tool -w -t $table -D $from -j $chain 2>/dev/null; do :; done
  $tool -w -t $table -I $from 1 -j $chain
}
passing='-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
fill iptables raw PREROUTING NEXUS-OUTER '-d 127.0.0.0/8 -j DROP' '-d ${range} -j DROP'
fill iptables mangle FORWARD NEXUS-OUTER "$passing" '-o docker0 -j DROP' '-o br-+ -j DROP'
[ ! -e /proc/net/if_inet6 ] || fill ip6tables mangle FORWARD NEXUS-OUTER "$passing" '-o docker0 -j DROP' '-o br-+ -j DROP'
`

const inner = ['lo', 'docker0', 'br-+', 'veth+'].map((each) => `-A NEXUS-OUTER -i ${each} -j RETURN`)
const passing = '-A NEXUS-OUTER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
const shown = (...rules: readonly string[]) => [...inner, ...rules].join('\n')

const closed = (range: string) => {
  const raw = shown('-A NEXUS-OUTER -d 127.0.0.0/8 -j DROP', `-A NEXUS-OUTER -d ${range} -j DROP`)
  const forward = shown(passing, '-A NEXUS-OUTER -o docker0 -j DROP', '-A NEXUS-OUTER -o br-+ -j DROP')
  return `closed() {
  now="$($1 -w -t $2 -S 2>/dev/null)$nl"; first=\${now#*"-A $3 "}
  case $first:$now in "-j NEXUS-OUTER$nl"*:*"$nl$4$nl"*) ;; *) seen="$1 does not close containers to the outside in $2"; return 1 ;; esac
  case \${now#*"$nl$4$nl"} in *'-A NEXUS-OUTER '*) seen="$1 has more rules for containers in $2"; return 1 ;; esac
}
forward='${forward}'
unit_runs nexus-outer-rules.service && closed iptables raw PREROUTING '${raw}' && closed iptables mangle FORWARD "$forward" && { [ ! -e /proc/net/if_inet6 ] || closed ip6tables mangle FORWARD "$forward"; }`
}

export const outerRules = (range: string): BaselineItem =>
  files({
    id: 'firewall.outer',
    title: 'Loopback and containers are closed to the outside, whatever Docker publishes',
    register: ['S0-68', 'S3-120'],
    files: [
      { path: '/usr/local/lib/nexus/outer-rules', mode: '755', content: script(range) },
      {
        path: '/etc/systemd/system/nexus-outer-rules.service',
        content: `[Unit]
Description=Close loopback and containers to the outside
Before=docker.service
After=network-pre.target
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
    effect: closed(range),
    after: `systemctl daemon-reload
run_units nexus-outer-rules.service
systemctl restart nexus-outer-rules.service`,
  })
