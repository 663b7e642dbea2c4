import { sh } from '../../platform/shell.ts'
import { act, type BaselineItem, file } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { HostFacts } from './host-facts.ts'

const newerThan = (version: string, wanted: number) => Number(/^\d+\.\d+/.exec(version)?.[0] ?? 0) >= wanted

/** By key only, never as root, judged by what sshd itself says of every account there may be a rule for. */
export const sshItems = (
  settings: BaselineSettings,
  facts: HostFacts,
  control: readonly string[],
): readonly BaselineItem[] => [sshRuns, sshSettings(settings, facts, control)]

/**
 * `systemctl enable` would bring back the alias sshd.service as well, and systemd 257 (Debian 13) then forgets the service
 * that runs: it can neither be reloaded nor started, and PID 1 aborts when the forgotten sshd ends.
 */
const sshRuns = act({
  id: 'ssh.runs',
  title: 'SSH starts at boot',
  register: ['S3-119'],
  units: ['ssh.service', 'ssh.socket'],
  check: 'unit_runs ssh.service || unit_runs ssh.socket',
  apply: `[ "$(systemctl is-enabled ssh.service)" != disabled ] || systemctl add-wants -q multi-user.target ssh.service
run_units ssh.service`,
  mend: 'Where sshd listens and ssh.service does not run, systemd has lost it: reboot the host, then run the baseline again.',
})

type Words = ReadonlyArray<readonly [string, string]>

/** What may also stand below a Match: kept there as well, because the first Match that fits wins over all before it. */
const forEveryone: Words = [
  ['PermitRootLogin', 'no'],
  ['PasswordAuthentication', 'no'],
  ['KbdInteractiveAuthentication', 'no'],
  ['PermitEmptyPasswords', 'no'],
  ['PubkeyAuthentication', 'yes'],
  ['AuthorizedKeysFile', '.ssh/authorized_keys'],
  ['HostbasedAuthentication', 'no'],
  ['X11Forwarding', 'no'],
  ['AllowTcpForwarding', 'no'],
  ['AllowAgentForwarding', 'no'],
  ['AllowStreamLocalForwarding', 'no'],
  ['PermitTunnel', 'no'],
  ['MaxAuthTries', '3'],
  ['MaxSessions', '10'],
  ['ClientAliveInterval', '60'],
  ['ClientAliveCountMax', '2'],
  ['LogLevel', 'VERBOSE'],
]

function sshWords(settings: BaselineSettings, facts: HostFacts, control: readonly string[]): Words {
  const keys = [
    'ssh-ed25519',
    'rsa-sha2-512',
    'rsa-sha2-256',
    ...(settings.pinnedKind?.startsWith('ecdsa-') ? [settings.pinnedKind] : []),
  ]
  const exchanges = [
    ...(newerThan(facts.openssh, 9.9) ? ['mlkem768x25519-sha256'] : []),
    'sntrup761x25519-sha512@openssh.com',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ]
  return [
    ['Port', String(settings.sshPort)],
    ['PermitUserEnvironment', 'no'],
    ['LoginGraceTime', '30'],
    ['MaxStartups', '10:30:100'],
    ['TCPKeepAlive', 'no'],
    ['Compression', 'no'],
    ['UseDNS', 'no'],
    ['StrictModes', 'yes'],
    ['KexAlgorithms', exchanges.join(',')],
    [
      'Ciphers',
      'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr',
    ],
    ['MACs', 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com'],
    ['HostKeyAlgorithms', keys.join(',')],
    ...(newerThan(facts.openssh, 9.8) && control.length > 0
      ? [['PerSourcePenaltyExemptList', control.join(',')] as const]
      : []),
  ]
}

const linesOf = (words: Words) => words.map(([key, value]) => `${key} ${value}\n`).join('')
const wanted = (words: Words) => words.map(([key, value]) => sh(`${key.toLowerCase()} ${value}`)).join(' ')

function sshSettings(settings: BaselineSettings, facts: HostFacts, control: readonly string[]): BaselineItem {
  const once = sshWords(settings, facts, control)
  const path = '/etc/ssh/sshd_config.d/00-nexus.conf'
  return file({
    id: 'ssh.settings',
    title: 'SSH by key only, never as root',
    register: ['S0-66', 'S0-67', 'S3-30', 'S3-31', 'S3-32', 'S3-119'],
    stage: 'guarded',
    path,
    content: `${linesOf(once)}${linesOf(forEveryone)}Match all\n${linesOf(forEveryone)}`,
    mode: '600',
    effect: `so_for() {
  now="$nl$(sshd -T -C "user=$1,host=host.invalid,addr=192.0.2.1" 2>/dev/null)$nl"; who=$1; shift
  for want in "$@"; do case $now in *"$nl$want$nl"*) ;; *) seen="sshd does not have for $who: $want"; return 1 ;; esac; done
}
so_for nexus ${wanted([...once, ...forEveryone])} || return 1
if [ "$(cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null | grep -ciE '^[[:space:]]*match[[:space:]]')" -gt 1 ]; then
  for who in root deploy someone; do so_for $who ${wanted(forEveryone)} || return 1; done
fi`,
    // sshd takes the first word it reads: ours comes before every other file.
    before: `mkdir -p /run/sshd
for kind in ed25519 rsa; do [ -e /etc/ssh/ssh_host_\${kind}_key ] || ssh-keygen -q -t $kind -N '' -f /etc/ssh/ssh_host_\${kind}_key; done
[ "$(head -n 1 /etc/ssh/sshd_config)" = 'Include ${path}' ] || sed -i '1i Include ${path}' /etc/ssh/sshd_config`,
    after: `sshd -t || { rm -f ${path}; exit 1; }
systemctl reload ssh || systemctl restart ssh`,
    mend: 'Another file sets the same word before ours: `sshd -T` on the host shows what holds.',
  })
}
