import { type BaselineItem, file, services } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'

const banSeconds = 3600
const tries = 4
const windowSeconds = 600

/** Who guesses logins is shut out by nftables; the control plane and the host itself never are (S0-70, S0-71). */
export const fail2ban = (settings: BaselineSettings, control: readonly string[]): readonly BaselineItem[] => {
  const ignored = ['127.0.0.1/8', '::1', ...control]
  return [
    file({
      id: 'fail2ban.jail',
      title: 'Whoever guesses logins is shut out',
      register: ['S0-70', 'S0-71', 'S3-22'],
      // Read after every other file in its folder.
      path: '/etc/fail2ban/jail.d/zz-nexus.local',
      content: `[DEFAULT]
backend = systemd
banaction = nftables-multiport
banaction_allports = nftables-allports
ignoreip = ${ignored.join(' ')}

[sshd]
enabled = true
port = ${settings.sshPort}
journalmatch = _SYSTEMD_UNIT=ssh.service + _COMM=sshd + _COMM=sshd-session
maxretry = ${tries}
findtime = ${windowSeconds}
bantime = ${banSeconds}
bantime.increment = true
bantime.maxtime = 1w
`,
      after: 'restart_later fail2ban.service',
    }),
    services({
      id: 'fail2ban.runs',
      title: 'fail2ban shuts out for real',
      register: ['S0-70', 'S0-71', 'S3-22'],
      units: ['fail2ban.service'],
      effect: effect(ignored),
    }),
  ]
}

/** A whole number as it stands in an answer of fail2ban, in hex. */
const number = (value: number) =>
  value < 256
    ? `4b${value.toString(16).padStart(2, '0')}`
    : `4d${(value & 255).toString(16).padStart(2, '0')}${(value >> 8).toString(16).padStart(2, '0')}`

const words = ['actions', 'ignoreip', 'maxretry', 'findtime', 'bantime', 'banip'] as const

/** Its questions are pickled lists of words, one after the other in one connection. */
const ask = (of: readonly string[]) =>
  `printf '${of.map((word) => `(lVget\\naVsshd\\naV${word}\\na.<F2B_END_COMMAND>`).join('')}<F2B_CLOSE_COMMAND><F2B_END_COMMAND>' | timeout 5 socat -t 3 -,ignoreeof UNIX-CONNECT:/run/fail2ban/fail2ban.sock 2>/dev/null`

const hex = (text: string) => Buffer.from(text).toString('hex')

/**
 * The server is asked over its socket, because its client takes a fifth of a second to start, and its answers are compared
 * as they come, in hex. Its bans have to be in the kernel: a set that somebody emptied shuts out nobody.
 */
const effect = (
  ignored: readonly string[],
) => `command -v nft >/dev/null || { seen='nftables is missing: nobody would be shut out'; return 1; }
[ -S /run/fail2ban/fail2ban.sock ] || { seen='fail2ban does not listen'; return 1; }
said=$(${ask(words)} | od -An -v -tx1 | tr -d ' \\n')
has() { case $said in *"$1"*) ;; *) seen=$2; return 1 ;; esac; }
has ${hex('nftables-multiport')} 'the jail for sshd is not there' || return 1
${ignored.map((each) => `has ${hex(each.replace('127.0.0.1/8', '127.0.0.0/8'))} '${each} could be banned' || return 1`).join('\n')}
for limit in ${[tries, windowSeconds, banSeconds].map((each) => `4b00${number(each)}`).join(' ')}; do has $limit 'the jail for sshd has other limits' || return 1; done
last=\${said%${end}*}; last=\${last##*${end}}
case $last in *4b005d948694*) return 0 ;; esac
shut_out() {
  banned=$(${ask(['banip'])} | tr -c '0-9a-f.:' '\\n' | grep -xE '([0-9]+\\.){3}[0-9]+|[0-9a-f]*:[0-9a-f:]+') || :
  shut=$(nft list table inet f2b-table 2>/dev/null)
  for a in $banned; do case $shut in *"$a"*) ;; *) seen="$a is banned and not shut out"; return 1 ;; esac; done
}
# One that has just started bans again what it kept, one address after the other.
n=0
until shut_out; do n=$((n + 1)); [ $n -lt 10 ] || return 1; sleep 0.5; done`

/** What ends an answer. */
const end = hex('<F2B_END_COMMAND>')
