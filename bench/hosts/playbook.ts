import type { BaselineItem } from '../../apps/server/src/modules/hosts/baseline-item.ts'

type Task = Readonly<Record<string, unknown>>

const copy = (path: string, content: string, mode = '644', owner = 'root:root'): Task => {
  const [user = 'root', group = 'root'] = owner.split(':')
  return { name: path, 'ansible.builtin.copy': { dest: path, content, mode: `0${mode}`, owner: user, group } }
}
const shell = (name: string, command: string): Task => ({ name, 'ansible.builtin.shell': command, changed_when: false })
const directory = (path: string, mode = '0755', owner = 'root'): Task => ({
  name: path,
  'ansible.builtin.file': { path, state: 'directory', mode, owner },
})

const account = (name: string): readonly Task[] => [
  {
    name: `user ${name}`,
    'ansible.builtin.user': { name, shell: '/bin/bash', create_home: true, password: '*', groups: '', append: false },
  },
  directory(`/home/${name}/.ssh`, '0700', name),
]

/** Which handler a changed file wakes, as one writes a playbook by hand. */
const wakes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/etc\/ssh\//, 'reload ssh'],
  [/^\/etc\/ufw\//, 'reload ufw'],
  [/^\/etc\/sysctl\.d\//, 'sysctl'],
  [/^\/etc\/docker\//, 'restart docker'],
  [/^\/etc\/nginx\//, 'restart nginx'],
  [/^\/etc\/fail2ban\//, 'restart fail2ban'],
  [/^\/etc\/default\/prometheus/, 'restart prometheus-node-exporter'],
  [/^\/etc\/systemd\/journald/, 'restart systemd-journald'],
  [/^\/etc\/systemd\/system\//, 'daemon reload'],
]

const restarts = ['docker', 'nginx', 'fail2ban', 'prometheus-node-exporter', 'systemd-journald']

const handlers: readonly Task[] = [
  { name: 'daemon reload', 'ansible.builtin.systemd': { daemon_reload: true } },
  { name: 'sysctl', 'ansible.builtin.command': 'sysctl -q -e -p /etc/sysctl.d/zz-nexus-network.conf' },
  ...restarts.map((name) => ({
    name: `restart ${name}`,
    'ansible.builtin.systemd': { name, state: 'restarted', daemon_reload: true },
  })),
  { name: 'reload ufw', 'ansible.builtin.command': '/usr/lib/ufw/ufw-init force-reload' },
  { name: 'reload ssh', 'ansible.builtin.systemd': { name: 'ssh', state: 'reloaded' } },
]

/**
 * The items of the baseline as a playbook, made from the same values: one transaction of packages, a copy for each file, a
 * task for each unit, and by hand what is neither. Files come before what they set, as in the shared baseline playbook.
 */
export function playbookOf(items: readonly BaselineItem[], { backupDirectory }: { readonly backupDirectory: string }) {
  const names = items.flatMap((each) => each.packages ?? [])
  const fileTasks = items
    .flatMap((each) => each.files ?? [])
    .map(({ path, content, mode, owner }): Task => {
      const wake = wakes.find(([pattern]) => pattern.test(path))?.[1]
      return { ...copy(path, content, mode, owner), ...(wake === undefined ? {} : { notify: wake }) }
    })
  const sources = fileTasks.filter((each) => String(each['name']).startsWith('/etc/apt/preferences.d'))
  const last = fileTasks.filter((each) => /^\/etc\/(ssh|ufw)\//.test(String(each['name'])))
  const rest = fileTasks.filter((each) => !sources.includes(each) && !last.includes(each))
  const off = items.find((each) => each.id === 'services.unused')?.units ?? []
  const units = [...new Set(items.filter((each) => each.id !== 'services.unused').flatMap((each) => each.units ?? []))]
  const tasks: readonly Task[] = [
    ...sources,
    {
      name: 'the source of Compose',
      'ansible.builtin.shell': `mirror=$(awk '$1 == "deb" && $2 !~ /security/ { print $2; exit }' /etc/apt/sources.list); echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > /etc/apt/sources.list.d/nexus-trixie.list`,
      args: { creates: '/etc/apt/sources.list.d/nexus-trixie.list' },
      register: 'source',
    },
    {
      name: 'lists',
      'ansible.builtin.apt': { update_cache: true, cache_valid_time: '{{ 0 if source.changed else 3600 }}' },
    },
    {
      name: 'packages',
      'ansible.builtin.apt': {
        name: names.map((each) => each.split('/')[0]).filter((each) => each !== 'docker-compose'),
        state: 'present',
        install_recommends: false,
      },
    },
    ...(names.includes('docker-compose/trixie')
      ? [
          {
            name: 'compose',
            'ansible.builtin.apt': {
              name: 'docker-compose',
              default_release: 'trixie',
              state: 'present',
              install_recommends: false,
            },
          },
        ]
      : []),
    ...['nexus', 'deploy'].flatMap(account),
    ...['/var/log/journal', '/var/log/nexus', '/usr/local/lib/nexus', '/var/www/nexus', '/etc/docker'].map((path) =>
      directory(path),
    ),
    ...['/etc/systemd/journald.conf.d', '/etc/systemd/coredump.conf.d', '/etc/nexus', backupDirectory].map((path) =>
      directory(path),
    ),
    ...rest,
    {
      name: 'PostgreSQL on loopback',
      ...copy(
        '/etc/postgresql/15/main/conf.d/zz-nexus.conf',
        "listen_addresses = 'localhost'\n",
        '644',
        'postgres:postgres',
      ),
    },
    {
      name: 'default site off',
      'ansible.builtin.file': { path: '/etc/nginx/sites-enabled/default', state: 'absent' },
      notify: 'restart nginx',
    },
    {
      name: 'time zone',
      'ansible.builtin.file': {
        path: '/etc/localtime',
        src: '/usr/share/zoneinfo/Etc/UTC',
        state: 'link',
        force: true,
      },
    },
    {
      name: 'backup password',
      'ansible.builtin.copy': { dest: '/etc/nexus/backup.pass', content: 'of-the-benchmark', mode: '0600' },
    },
    {
      name: 'backup repository',
      'ansible.builtin.command': {
        cmd: `restic -q init -r ${backupDirectory} --password-file /etc/nexus/backup.pass`,
        creates: `${backupDirectory}/config`,
      },
    },
    shell('nobody in group docker', 'line=$(getent group docker); test -z "${line##*:}"'),
    ...off.map((name) => shell(`${name} is off`, `! systemctl is-active -q ${name}`)),
    ...units
      .filter((each) => !['ssh.socket', 'ufw.service'].includes(each))
      .map((name) => ({ name, 'ansible.builtin.systemd': { name, state: 'started', enabled: true, masked: false } })),
    ...last,
    { name: 'ufw', 'ansible.builtin.systemd': { name: 'ufw', enabled: true, state: 'started' } },
    shell(
      'the firewall holds',
      "iptables -S INPUT | grep -qx -- '-P INPUT DROP' && ip6tables -S INPUT | grep -qx -- '-P INPUT DROP'",
    ),
    shell('sshd accepts its settings', '/usr/sbin/sshd -t'),
    shell(
      'sshd has its settings',
      "sshd -T -C user=nexus,host=h,addr=192.0.2.1 | grep -qx 'passwordauthentication no'",
    ),
    ...['nexus', 'deploy'].map((name) => shell(`sudo of ${name}`, `sudo -l -U ${name} | grep -q NOPASSWD`)),
    shell('no updates wait', 'test "$(apt-get -s -q upgrade | grep -c \'^Inst \')" = 0'),
  ]
  return [{ hosts: 'all', gather_facts: true, become: true, tasks, handlers }]
}
