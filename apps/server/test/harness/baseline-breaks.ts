const drop = (unit: string, text: string) =>
  `mkdir -p /etc/systemd/system/${unit}.d; printf '${text}' > /etc/systemd/system/${unit}.d/other.conf`

/** What somebody does to a host behind the back of each item: beside its own file wherever there is a way (S0-65..80, S3-16..37, S3-119..123). */
export const breaks: Readonly<Record<string, string>> = {
  'compose.source': `printf 'Package: *\\nPin: release n=trixie\\nPin-Priority: 900\\n' > /etc/apt/preferences.d/zz-other`,
  'system.updates': `sed -i '/^Package: jq$/,/^$/s/^Version: .*/Version: 1.5/' /var/lib/dpkg/status`,
  'packages.base': 'dpkg --remove --force-depends redis-tools',
  'packages.node': 'dpkg --remove --force-depends nodejs',
  'packages.docker': 'dpkg --remove --force-depends docker.io',
  'packages.compose': 'rm /usr/libexec/docker/cli-plugins/docker-compose',
  'time.zone': 'ln -sfn /usr/share/zoneinfo/Asia/Tokyo /etc/localtime',
  'updates.security': `printf 'APT::Periodic::Unattended-Upgrade "0";\\n' > /etc/apt/apt.conf.d/zzz-off`,
  'logs.journal': `printf '[Journal]\\nStorage=none\\n' > /etc/systemd/journald.conf.d/zzz.conf`,
  'logs.rotation': 'systemctl mask -q --now logrotate.timer',
  'services.unused': `printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/rpcbind.service; systemctl daemon-reload; systemctl enable -q --now rpcbind.service`,
  'kernel.network': `printf 'net.ipv4.conf.all.accept_redirects=1\\n' > /etc/sysctl.d/99-other.conf; echo 1 > /proc/sys/net/ipv4/conf/all/accept_redirects`,
  'login.defaults': `printf 'UMASK 022\\n' >> /etc/login.defs`,
  'login.passwords': `sed -i '/pam_pwquality/d' /etc/pam.d/common-password`,
  'login.sessions': `printf 'umask 000\\n' > /etc/profile.d/zzz.sh`,
  'login.banner': 'chmod 666 /etc/issue',
  'dumps.off': `printf '* hard core unlimited\\n' > /etc/security/limits.d/zzz.conf`,
  'schedules.closed': 'chmod 777 /etc/cron.daily',
  'docker.settings': 'chmod 666 /etc/docker/daemon.json',
  'docker.runs': `echo '{}' > /etc/docker/other.json; ${drop('docker.service', '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H fd:// --config-file=/etc/docker/other.json\\n')}`,
  'firewall.outer': 'iptables -t raw -F NEXUS-OUTER; iptables -t mangle -D FORWARD -j NEXUS-OUTER',
  'nginx.settings': 'ln -s /etc/nginx/sites-available/default /etc/nginx/sites-enabled/default',
  'nginx.runs': `printf 'server { listen 8082; }\\n' > /etc/nginx/conf.d/other.conf; systemctl restart nginx`,
  'haproxy.runs': 'systemctl mask -q --now haproxy.service',
  'postgres.settings': `cd /; runuser -u postgres -- psql -qXc "alter system set listen_addresses = '*'"`,
  'postgres.runs': 'systemctl restart postgresql.service',
  'exporter.settings': 'chown nobody /etc/default/prometheus-node-exporter',
  'exporter.runs': `${drop('prometheus-node-exporter.service', '[Service]\\nExecStart=\\nExecStart=/usr/bin/prometheus-node-exporter --web.listen-address=:9100\\n')}; systemctl daemon-reload; systemctl restart prometheus-node-exporter`,
  'backup.target': 'chmod 644 /etc/nexus/backup.pass',
  'backup.schedule': `${drop('nexus-backup.timer', '[Timer]\\nOnCalendar=\\nOnCalendar=yearly\\n')}; systemctl daemon-reload`,
  'fail2ban.jail': `printf 'enabled = false\\n' >> /etc/fail2ban/jail.d/zz-nexus.local`,
  'fail2ban.runs': 'fail2ban-client set sshd banip 198.51.100.77; sleep 1; nft delete table inet f2b-table',
  'users.nexus': 'usermod -aG adm nexus',
  'keys.nexus': 'echo ssh-ed25519 AAAA >> /home/nexus/.ssh/authorized_keys',
  'users.breakglass': 'useradd breakglass',
  'sudo.nexus': `printf 'Defaults:nexus !logfile\\n' > /etc/sudoers.d/zz-quiet`,
  'users.deploy': 'usermod -p x deploy',
  'sudo.deploy': `printf 'deploy ALL=(ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/zz-more`,
  'users.docker': 'gpasswd -a www-data docker',
  'ssh.runs': 'systemctl disable -q ssh.service',
  'ssh.settings': `sed -i 1d /etc/ssh/sshd_config; printf 'Match User deploy\\nPasswordAuthentication yes\\n' > /etc/ssh/sshd_config.d/00-a.conf`,
  'firewall.rules': 'for t in iptables ip6tables; do $t -P INPUT ACCEPT; $t -F INPUT; done',
}

/** Items that a later Debian has no need of. */
export const onDebian12: readonly string[] = ['compose.source']

/** Other ways to undo the same, tried after the first were mended. */
export const others: Readonly<Record<string, string>> = {
  'packages.base': `sed -i '/^Package: socat$/,/^$/s/^Status: .*/Status: install reinstreq unpacked/' /var/lib/dpkg/status`,
  'docker.runs': `cp /lib/systemd/system/docker.service /etc/systemd/system/docker.service; systemctl daemon-reload`,
  'logs.journal': `mkdir -p /run/systemd/journald.conf.d; printf '[Journal]\\nStorage=volatile\\n' > /run/systemd/journald.conf.d/zzz.conf`,
  'logs.rotation': 'rm /etc/logrotate.d/nexus',
  'updates.security': 'systemctl mask -q --now apt-daily-upgrade.timer',
  'login.sessions': `printf 'readonly TMOUT=0\\n' > /etc/profile.d/a.sh`,
  'fail2ban.runs': 'fail2ban-client set sshd maxretry 1000',
  'postgres.runs': 'systemctl disable -q --now postgresql.service',
  'users.deploy': 'echo ssh-ed25519 AAAA >> /home/deploy/.ssh/authorized_keys',
  'sudo.deploy': `printf 'deploy ALL=(ALL) ALL\\n' >> /etc/sudoers`,
  'ssh.settings': `sed -i '1i StrictModes no' /etc/ssh/sshd_config`,
  'firewall.rules':
    'iptables -I INPUT -p tcp --dport 8080 -j ACCEPT; iptables -I ufw-before-input -p tcp --dport 2375 -j ACCEPT; ip6tables -P INPUT ACCEPT; ip6tables -I ufw6-user-input -p tcp --dport 2375 -j ACCEPT',
  'firewall.outer': 'ip6tables -t mangle -F NEXUS-OUTER',
}

/** The same for what takes a kernel of its own, tried on a full machine (S0-74, S3-121, S3-125). */
export const kernelBreaks: Readonly<Record<string, string>> = {
  'packages.time': 'dpkg --remove --force-depends systemd-timesyncd',
  'packages.audit': `sed -i '/^Package: auditd$/,/^$/s/^Status: .*/Status: deinstall ok config-files/' /var/lib/dpkg/status`,
  'packages.apparmor': `sed -i '/^Package: apparmor$/,/^$/s/^Status: .*/Status: deinstall ok config-files/' /var/lib/dpkg/status`,
  'time.sync': 'systemctl mask -q --now systemd-timesyncd.service',
  'kernel.hardening': `printf 'kernel/dmesg_restrict = 0\\n' > /etc/sysctl.d/zzz-other.conf; echo 0 > /proc/sys/kernel/dmesg_restrict`,
  'kernel.modules': `printf 'install udf /sbin/modprobe --ignore-install udf\\n' > /etc/modprobe.d/00-other.conf; modprobe udf; grep -q '^udf ' /proc/modules`,
  'kernel.apparmor': 'systemctl mask -q apparmor.service; aa-teardown',
  'audit.admin': 'auditctl -D',
}

/** And in another way. */
export const kernelOthers: Readonly<Record<string, string>> = {
  'time.sync': 'systemctl stop systemd-timesyncd.service; systemctl disable -q systemd-timesyncd.service',
  'kernel.network': `printf 'net.ipv4.conf.*.accept_redirects = 1\\n' > /etc/sysctl.d/zzz-other.conf`,
  'kernel.hardening': 'echo 2 > /proc/sys/fs/suid_dumpable',
  'kernel.modules': `modprobe --ignore-install udf; grep -q '^udf ' /proc/modules`,
  'kernel.apparmor': 'aa-teardown',
  'audit.admin': `printf -- '-a never,exit -F arch=b64 -S execve\\n' > /etc/audit/rules.d/00-other.rules; augenrules --load`,
}

/** What cannot be broken in a container, and why. */
export const notTried: Readonly<Record<string, string>> = {
  'haproxy.version': 'the version is the one apt has',
  'time.sync': 'the clock belongs to the machine',
  'kernel.hardening': 'the kernel belongs to the machine',
  'kernel.modules': 'the kernel belongs to the machine',
  'kernel.apparmor': 'the kernel belongs to the machine',
  'audit.admin': 'the kernel belongs to the machine',
}
