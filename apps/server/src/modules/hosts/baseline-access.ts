import { sh } from '../../platform/shell.ts'
import { act, type BaselineItem, type FileSpec, file, files } from './baseline-item.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import { sshItems } from './baseline-sshd.ts'
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
  }),
  sudoers({
    id: 'sudo.nexus',
    title: 'Full sudo for the control plane',
    register: ['S0-65', 'S3-123', 'S3-125'],
    user: 'nexus',
    path: '/etc/sudoers.d/10-nexus',
    may: 'ALL=(ALL:ALL) NOPASSWD: ALL',
    listed: '(ALL : ALL) NOPASSWD: ALL',
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
    register: ['S3-29', 'S3-123', 'S3-125'],
    user: 'deploy',
    path: '/etc/sudoers.d/20-deploy',
    may: `ALL=(root) NOPASSWD: ${deployCommands.join(', ')}`,
    listed: `(root) NOPASSWD: ${deployCommands.join(', ')}`,
  }),
  ...rescueItems(settings),
  noStrangersInDocker,
  {
    ...files({
      id: 'keys.nexus',
      title: 'The key of the control plane, its only way in',
      register: ['S0-67', 'S3-119'],
      stage: 'guarded',
      files: [keyFile('nexus', [settings.controlKey])],
      before: 'mkdir -p /home/nexus/.ssh && chmod 700 /home/nexus/.ssh && chown nexus:nexus /home/nexus/.ssh',
    }),
    ownFiles: true,
  },
  ...sshItems(settings, facts, control),
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
  /** Left out where another item looks after them. */
  readonly keys?: readonly string[]
}

const keyFile = (user: string, keys: readonly string[]): FileSpec => ({
  path: `/home/${user}/.ssh/authorized_keys`,
  content: keys.map((each) => `${each.trim()}\n`).join(''),
  mode: '600',
  owner: `${user}:${user}`,
})

/** A user with a home, these keys and no other, no password that could ever match, and no group but its own. */
function account({ user, keys, ...head }: Account): BaselineItem {
  return act({
    ...head,
    files: keys === undefined ? [] : [keyFile(user, keys)],
    check: `line=$(getent passwd ${user}) || { seen='there is no such user'; return 1; }
case $line in ${user}:x:0:*) seen='it is root by another name'; return 1 ;; *:/home/${user}:/bin/bash) ;; *) seen="home or shell differ"; return 1 ;; esac
line=$(getent shadow ${user})
case $line in ${user}:'*':*|${user}:'!'*) ;; *) seen='it has a password'; return 1 ;; esac
case $line in *:::) ;; *) seen='it ends one day'; return 1 ;; esac
[ "$(id -Gn ${user})" = ${user} ] || { seen="its groups: $(id -Gn ${user})"; return 1; }
files_are`,
    apply: `getent passwd ${user} >/dev/null || useradd --create-home --user-group --shell /bin/bash ${user}
usermod --home /home/${user} --shell /bin/bash --password '*' --gid ${user} --groups '' --expiredate '' --inactive -1 ${user}
mkdir -p /home/${user}/.ssh && chmod 700 /home/${user}/.ssh && chown ${user}:${user} /home/${user} /home/${user}/.ssh
put_files`,
  })
}

type Sudo = Pick<BaselineItem, 'id' | 'title' | 'register'> & {
  readonly user: string
  readonly path: string
  /** As it stands in the file, and as sudo lists it. */
  readonly may: string
  readonly listed: string
}

/** Judged by what sudo itself lists for the user: a later file may give more, take it away, or stop its log. */
function sudoers({ user, path, may, listed, ...head }: Sudo): BaselineItem {
  const content = `Defaults:${user} !requiretty, logfile=/var/log/nexus/sudo.log\n${user} ${may}\n`
  return file({
    ...head,
    path,
    content,
    mode: '440',
    effect: `now=$(sudo -l -U ${user} 2>/dev/null | tr -s ' \\n' ' ')
case $now in *'!syslog'*|*'!logfile'*) seen='what it does is not logged'; return 1 ;; *logfile=/var/log/nexus/sudo.log*) ;; *) seen='what it does is not logged'; return 1 ;; esac
now=\${now#*' may run the following commands on '*': '}
[ "$now" = ${sh(`${listed} `)} ] || { seen="sudo gives: $now"; return 1; }`,
    before: `mkdir -p /var/log/nexus
printf '%s' ${sh(content)} > "$work/sudoers"
visudo -cqf "$work/sudoers"
for f in $(grep -lsE '^[[:space:]]*(Defaults.*!(syslog|logfile)|(Defaults:)?${user}[[:space:]])' /etc/sudoers.d/*); do case $f in /etc/sudoers.d/10-nexus|/etc/sudoers.d/20-deploy|/etc/sudoers.d/30-breakglass) ;; *) set_aside "$f" ;; esac; done
sed -i -E 's/^[[:space:]]*${user}[[:space:]]/# &/' /etc/sudoers`,
  })
}

/** Named after what it is for, so that nobody takes it for a daily one. */
export const rescueUser = 'breakglass'

/** An account of its own, so that its use is seen; without a key it is not there. */
function rescueItems({ breakGlassKey }: BaselineSettings): readonly BaselineItem[] {
  if (breakGlassKey === undefined) {
    return [
      act({
        id: 'users.breakglass',
        title: 'No account for emergencies',
        register: ['S0-67', 'S3-119'],
        check: `! getent passwd ${rescueUser} >/dev/null || { seen='there is one, and no key for it'; return 1; }`,
        apply: `pkill -KILL -u ${rescueUser} || true
rm -f /etc/sudoers.d/30-breakglass
userdel -r ${rescueUser} 2>/dev/null; ! getent passwd ${rescueUser} >/dev/null`,
      }),
    ]
  }
  return [
    account({
      id: 'users.breakglass',
      title: 'The account for emergencies',
      register: ['S0-67', 'S3-119'],
      user: rescueUser,
      keys: [breakGlassKey],
    }),
    sudoers({
      id: 'sudo.breakglass',
      title: 'Full sudo for emergencies',
      register: ['S3-123', 'S3-125'],
      user: rescueUser,
      path: '/etc/sudoers.d/30-breakglass',
      may: 'ALL=(ALL:ALL) NOPASSWD: ALL',
      listed: '(ALL : ALL) NOPASSWD: ALL',
    }),
  ]
}

const noStrangersInDocker = act({
  id: 'users.docker',
  title: 'Nobody is in group docker',
  register: ['S3-123'],
  check: `line=$(getent group docker) || return 0; seen="members: \${line##*:}"; [ -z "\${line##*:}" ]`,
  apply: `for member in $(getent group docker | sed 's/.*://; s/,/ /g'); do gpasswd -d "$member" docker; done`,
})
