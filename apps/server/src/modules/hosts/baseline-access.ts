import { sh } from '../../platform/shell.ts'
import { act, type BaselineItem, file, files } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import type { HostFacts } from './host-facts.ts'

/** Who gets in and what they may do. sshd comes last: it is the one that can lock everybody out. */
export const accessItems = (
  settings: BaselineSettings,
  facts: HostFacts,
  control: readonly string[],
): readonly BaselineItem[] => [
  account({
    id: 'users.nexus',
    title: 'The account of the control plane',
    register: ['S0-65', 'S0-67', 'S3-119'],
    user: 'nexus',
    keys: [settings.controlKey],
  }),
  sudoers({
    id: 'sudo.nexus',
    title: 'Full sudo for the control plane',
    register: ['S0-65', 'S3-123'],
    path: '/etc/sudoers.d/10-nexus',
    content: 'Defaults:nexus !requiretty\nnexus ALL=(ALL:ALL) NOPASSWD: ALL\n',
  }),
  account({
    id: 'users.deploy',
    title: 'The account of people',
    register: ['S3-28', 'S0-67'],
    user: 'deploy',
    keys: settings.deployKeys,
  }),
  sudoers({
    id: 'sudo.deploy',
    title: 'A short list of commands for people',
    register: ['S3-29', 'S3-123'],
    path: '/etc/sudoers.d/20-deploy',
    content: `deploy ALL=(root) NOPASSWD: ${deployCommands.join(', ')}\n`,
  }),
  noStrangersInDocker,
  sshd(settings, facts, control),
]

/** Exact commands without wildcards: a wildcard in sudoers is root by another name. */
const deployCommands = [
  '/usr/bin/systemctl --no-pager status',
  '/usr/bin/systemctl reload haproxy.service',
  '/usr/bin/systemctl restart nginx.service',
  '/usr/bin/journalctl --no-pager -n 200',
  '/usr/bin/docker ps',
]

type Account = Pick<BaselineItem, 'id' | 'title' | 'register'> & {
  readonly user: string
  readonly keys: readonly string[]
}

/** A user with a home, these keys and no other, and no password that could ever match. */
function account({ user, keys, ...head }: Account): BaselineItem {
  const keyFile = {
    path: `/home/${user}/.ssh/authorized_keys`,
    content: keys.map((each) => `${each.trim()}\n`).join(''),
    mode: '600',
    owner: `${user}:${user}`,
  }
  const item = files({ ...head, files: [keyFile] })
  return act({
    ...head,
    files: [keyFile.path],
    check: `line=$(getent passwd ${user}) || { seen='there is no such user'; return 1; }
case $line in *:/home/${user}:/bin/bash) ;; *) seen="home or shell differ"; return 1 ;; esac
case $(getent shadow ${user}) in ${user}:'*':*|${user}:'!'*) ;; *) seen='it has a password'; return 1 ;; esac
${item.check}`,
    apply: `getent passwd ${user} >/dev/null || useradd --create-home --user-group --shell /bin/bash ${user}
usermod --home /home/${user} --shell /bin/bash --password '*' ${user}
mkdir -p /home/${user}/.ssh && chmod 700 /home/${user}/.ssh && chown ${user}:${user} /home/${user} /home/${user}/.ssh
${item.apply}`,
  })
}

const sudoers = (
  of: Pick<BaselineItem, 'id' | 'title' | 'register'> & { readonly path: string; readonly content: string },
): BaselineItem => {
  const item = file({ ...of, mode: '440' })
  return {
    ...item,
    apply: `printf '%s' ${sh(of.content)} > "$work/sudoers"\nvisudo -cqf "$work/sudoers"\n${item.apply}`,
  }
}

const noStrangersInDocker = act({
  id: 'users.docker',
  title: 'Nobody is in group docker',
  register: ['S3-123'],
  check: `line=$(getent group docker) || return 0; seen="members: \${line##*:}"; [ -z "\${line##*:}" ]`,
  apply: `for member in $(getent group docker | sed 's/.*://; s/,/ /g'); do gpasswd -q -d "$member" docker; done`,
})

const newerThan = (version: string, wanted: number) => Number(/^\d+\.\d+/.exec(version)?.[0] ?? 0) >= wanted

function sshd(settings: BaselineSettings, facts: HostFacts, control: readonly string[]): BaselineItem {
  const values: ReadonlyArray<readonly [string, string]> = [
    ['Port', String(settings.sshPort)],
    ['PermitRootLogin', 'no'],
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['PermitEmptyPasswords', 'no'],
    ['PubkeyAuthentication', 'yes'],
    ['HostbasedAuthentication', 'no'],
    ['X11Forwarding', 'no'],
    ['AllowTcpForwarding', 'no'],
    ['AllowAgentForwarding', 'no'],
    ['AllowStreamLocalForwarding', 'no'],
    ['PermitTunnel', 'no'],
    ['PermitUserEnvironment', 'no'],
    ['MaxAuthTries', '3'],
    ['MaxSessions', '10'],
    ['LoginGraceTime', '30'],
    ['ClientAliveInterval', '60'],
    ['ClientAliveCountMax', '3'],
    ['TCPKeepAlive', 'no'],
    ['Compression', 'no'],
    ['LogLevel', 'VERBOSE'],
    ['UseDNS', 'no'],
    [
      'KexAlgorithms',
      'sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
    ],
    [
      'Ciphers',
      'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr',
    ],
    ['MACs', 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com'],
    ...(newerThan(facts.openssh, 9.8) && control.length > 0
      ? [['PerSourcePenaltyExemptList', control.join(',')] as const]
      : []),
  ]
  const path = '/etc/ssh/sshd_config.d/00-nexus.conf'
  const content = `${values.map(([key, value]) => `${key} ${value}`).join('\n')}\n`
  const item = file({
    id: 'ssh.settings',
    title: 'SSH by key only, never as root',
    register: ['S0-66', 'S0-67', 'S3-30', 'S3-31', 'S3-32', 'S3-119'],
    stage: 'guarded',
    path,
    content,
    mode: '600',
  })
  const effective = values.map(([key, value]) => sh(`${key.toLowerCase()} ${value}`)).join(' ')
  return {
    ...item,
    check: `now="$nl$(sshd -T 2>/dev/null)$nl"
for want in ${effective}; do case $now in *"$nl$want$nl"*) ;; *) seen="sshd does not have: $want"; return 1 ;; esac; done
${item.check}`,
    // sshd takes the first word it reads: ours comes before every other file.
    apply: `mkdir -p /run/sshd
ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1 || ssh-keygen -A
[ "$(head -n 1 /etc/ssh/sshd_config)" = 'Include ${path}' ] || sed -i '1i Include ${path}' /etc/ssh/sshd_config
${item.apply}
sshd -t || { rm -f ${path}; exit 1; }
systemctl reload ssh || systemctl restart ssh`,
    mend: 'Another file sets the same word before ours: `sshd -T` on the host shows what holds.',
  }
}
