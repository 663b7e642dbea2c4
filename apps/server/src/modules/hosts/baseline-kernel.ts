import { type BaselineItem, file, notHere, services, sysctl } from './baseline-item.ts'
import type { HostFacts } from './host-facts.ts'

/** What the kernel lets happen. In a container most of it belongs to the machine around, and is said to. */
export const kernelItems = (facts: HostFacts): readonly BaselineItem[] => [
  network,
  kernel,
  modules(facts),
  appArmor(facts),
  audit(facts),
]

const network = sysctl({
  id: 'kernel.network',
  title: 'The network side of the kernel',
  register: ['S3-121'],
  path: '/etc/sysctl.d/zz-nexus-network.conf',
  values: {
    'net.ipv4.conf.all.rp_filter': '2',
    'net.ipv4.conf.default.rp_filter': '2',
    'net.ipv4.conf.all.accept_redirects': '0',
    'net.ipv4.conf.default.accept_redirects': '0',
    'net.ipv4.conf.all.secure_redirects': '0',
    'net.ipv4.conf.all.send_redirects': '0',
    'net.ipv4.conf.default.send_redirects': '0',
    'net.ipv4.conf.all.accept_source_route': '0',
    'net.ipv4.conf.default.accept_source_route': '0',
    'net.ipv4.conf.all.log_martians': '1',
    'net.ipv4.conf.default.log_martians': '1',
    'net.ipv4.conf.all.route_localnet': '0',
    'net.ipv4.icmp_echo_ignore_broadcasts': '1',
    'net.ipv4.icmp_ignore_bogus_error_responses': '1',
    'net.ipv4.tcp_syncookies': '1',
    'net.ipv6.conf.all.accept_redirects': '0',
    'net.ipv6.conf.default.accept_redirects': '0',
    'net.ipv6.conf.all.accept_source_route': '0',
    'net.ipv6.conf.default.accept_source_route': '0',
  },
})

const kernel = sysctl({
  id: 'kernel.hardening',
  title: 'The kernel tells and lets less',
  register: ['S3-121'],
  path: '/etc/sysctl.d/zz-nexus-kernel.conf',
  values: {
    'kernel.kptr_restrict': '2',
    'kernel.dmesg_restrict': '1',
    'kernel.sysrq': '0',
    'kernel.yama.ptrace_scope': '1',
    'kernel.unprivileged_bpf_disabled': '1',
    'kernel.perf_event_paranoid': '3',
    'kernel.randomize_va_space': '2',
    'net.core.bpf_jit_harden': '2',
    'dev.tty.ldisc_autoload': '0',
    'fs.protected_fifos': '2',
    'fs.protected_regular': '2',
    'fs.protected_hardlinks': '1',
    'fs.protected_symlinks': '1',
    'fs.suid_dumpable': '0',
  },
})

const unwanted = [
  'dccp',
  'sctp',
  'rds',
  'tipc',
  'cramfs',
  'freevxfs',
  'hfs',
  'hfsplus',
  'jffs2',
  'udf',
  'usb-storage',
  'firewire-core',
]

/** Judged by what modprobe would do, with all its files, and by what is loaded. */
const modules = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.modules', title: 'Kernel modules nobody needs stay out', register: ['S3-121'] }
  if (facts.isContainer) return notHere(item, 'the modules belong to the machine around this container')
  const asLoaded = unwanted.map((each) => each.replaceAll('-', '_'))
  return file({
    ...item,
    path: '/etc/modprobe.d/zz-nexus.conf',
    content: unwanted.map((name) => `install ${name} /bin/false\nblacklist ${name}\n`).join(''),
    effect: `would=$(modprobe -a -n -v ${asLoaded.join(' ')} 2>/dev/null | grep -cx 'install /bin/false *')
[ "$would" = ${unwanted.length} ] || { seen="modprobe would load $((${unwanted.length} - would)) of them"; return 1; }
loaded=$(awk '{ print $1 }' /proc/modules | grep -xE '${asLoaded.join('|')}')
[ -z "$loaded" ] || { seen="loaded: $loaded"; return 1; }`,
    before: `for f in $(grep -lsE '^[[:space:]]*(install|remove)[[:space:]]' /etc/modprobe.d/*.conf /run/modprobe.d/*.conf); do
  [ "$f" = /etc/modprobe.d/zz-nexus.conf ] || ! grep -qE '(${unwanted.map((each) => each.replace('-', '[-_]')).join('|')}|[*?[])' "$f" || set_aside "$f"
done`,
    mend: 'A module that is in use goes with a reboot, and nothing loads it again: reboot the host and run the baseline again.',
    after: `for m in ${asLoaded.join(' ')}; do ! grep -q "^$m " /proc/modules || modprobe -r "$m"; done`,
  })
}

/** Its unit stays active when somebody takes the profiles out of the kernel. */
const appArmor = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.apparmor', title: 'AppArmor', register: ['S3-121'] }
  if (!facts.hasAppArmor) return notHere(item, 'this kernel runs without AppArmor')
  return services({
    ...item,
    units: ['apparmor.service'],
    effect: `grep -qs '(enforce)$' /sys/kernel/security/apparmor/profiles || { seen='no profile is enforced'; return 1; }`,
  })
}

/** What an administrator changes, by the key under which it is recorded. */
const watched = [
  ['/etc/passwd', 'accounts'],
  ['/etc/shadow', 'accounts'],
  ['/etc/group', 'accounts'],
  ['/etc/sudoers', 'sudo'],
  ['/etc/sudoers.d', 'sudo'],
  ['/etc/ssh', 'ssh'],
  ['/etc/ufw', 'firewall'],
  ['/etc/systemd/system', 'units'],
] as const

const auditRules = `## Written by the baseline: what an administrator changes or runs as root.
${watched.map(([path, key]) => `-w ${path} -p wa -k ${key}\n`).join('')}-a always,exit -F arch=b64 -S execve -F euid=0 -F auid>=1000 -F auid!=unset -k admin
`

/** Judged by every rule that the kernel has: a later file or auditctl may have taken one away, or put one before it. */
const audit = (facts: HostFacts): BaselineItem => {
  const item = { id: 'audit.admin', title: 'What administrators do is recorded by the kernel', register: ['S3-125'] }
  if (facts.isContainer) return notHere(item, "the kernel's audit belongs to the machine around this container")
  return file({
    ...item,
    path: '/etc/audit/rules.d/zz-nexus.rules',
    content: auditRules,
    mode: '640',
    units: ['auditd.service'],
    effect: `unit_runs auditd.service || return 1
case $(auditctl -s 2>/dev/null) in *'enabled 0'*|'') seen='recording is off'; return 1 ;; esac
now="$nl$(auditctl -l 2>/dev/null)$nl"
for rule in ${watched.map((each) => each.join(':')).join(' ')}; do
  case $now in *"$nl-w \${rule%:*} -p wa -k \${rule#*:}$nl"*) ;; *) seen="no change of \${rule%:*} is recorded"; return 1 ;; esac
done
case $now in *"$nl-a always,exit -F arch=b64 -S execve -F euid=0 -F auid>=1000 -F auid!=-1 -F key=admin$nl"*) ;; *) seen='what administrators run is not recorded'; return 1 ;; esac
case $now in *"$nl-a never,"*) seen='a rule keeps things from being recorded'; return 1 ;; esac`,
    before: `for f in $(grep -lsE '^[[:space:]]*-[aA][[:space:]]+([a-z]+,)?never' /etc/audit/rules.d/*.rules); do set_aside "$f"; done`,
    after: `run_units auditd.service
augenrules --load
auditctl -e 1`,
  })
}
