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

/** Judged by what modprobe would do and by what is loaded: another file may say otherwise. */
const modules = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.modules', title: 'Kernel modules nobody needs stay out', register: ['S3-121'] }
  if (facts.isContainer) return notHere(item, 'the modules belong to the machine around this container')
  return file({
    ...item,
    path: '/etc/modprobe.d/zz-nexus.conf',
    content: unwanted.map((name) => `install ${name} /bin/false\nblacklist ${name}\n`).join(''),
    effect: `for f in /etc/modprobe.d/*.conf; do
  [ "$f" = /etc/modprobe.d/zz-nexus.conf ] || ! grep -qsE '^[[:space:]]*install[[:space:]]+(${unwanted.join('|')})[[:space:]]' "$f" || { seen="$f says what modprobe does"; return 1; }
done
loaded=$(awk '{ print $1 }' /proc/modules | grep -xE '${unwanted.map((each) => each.replaceAll('-', '_')).join('|')}')
[ -z "$loaded" ] || { seen="loaded: $loaded"; return 1; }`,
    before: `for f in $(grep -lsE '^[[:space:]]*install[[:space:]]+(${unwanted.join('|')})[[:space:]]' /etc/modprobe.d/*.conf); do [ "$f" = /etc/modprobe.d/zz-nexus.conf ] || set_aside "$f"; done`,
    after: `for m in ${unwanted.map((each) => each.replaceAll('-', '_')).join(' ')}; do ! grep -q "^$m " /proc/modules || modprobe -r "$m"; done`,
  })
}

const appArmor = (facts: HostFacts): BaselineItem => {
  const item = { id: 'kernel.apparmor', title: 'AppArmor', register: ['S3-121'] }
  return facts.hasAppArmor
    ? services({ ...item, units: ['apparmor.service'] })
    : notHere(item, 'this kernel runs without AppArmor')
}

const watched = `## Written by the baseline: what an administrator changes or runs as root.
-w /etc/passwd -p wa -k accounts
-w /etc/shadow -p wa -k accounts
-w /etc/group -p wa -k accounts
-w /etc/sudoers -p wa -k sudo
-w /etc/sudoers.d -p wa -k sudo
-w /etc/ssh -p wa -k ssh
-w /etc/ufw -p wa -k firewall
-w /etc/systemd/system -p wa -k units
-a always,exit -F arch=b64 -S execve -F euid=0 -F auid>=1000 -F auid!=unset -k admin
`

/** Judged by the rules that the kernel has: a later file or auditctl may have taken them away. */
const audit = (facts: HostFacts): BaselineItem => {
  const item = { id: 'audit.admin', title: 'What administrators do is recorded by the kernel', register: ['S3-125'] }
  if (facts.isContainer) return notHere(item, "the kernel's audit belongs to the machine around this container")
  return file({
    ...item,
    path: '/etc/audit/rules.d/zz-nexus.rules',
    content: watched,
    mode: '640',
    units: ['auditd.service'],
    effect: `unit_runs auditd.service || return 1
now=$(auditctl -l 2>/dev/null)
for key in accounts sudo ssh firewall units admin; do case $now in *"-k $key"*|*"key=$key"*) ;; *) seen="nothing is recorded under $key"; return 1 ;; esac; done
case $(auditctl -s 2>/dev/null) in *'enabled 0'*) seen='recording is off'; return 1 ;; esac`,
    after: `run_units auditd.service
augenrules --load
auditctl -e 1`,
  })
}
