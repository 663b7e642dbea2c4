#!/bin/sh
# From a fresh Debian 12 host to a live instance of the reference stack, by hand: the commands, files and settings that
# Nexus brings to a host in an order, without Nexus. No check that only judges, no trail, no undo, no second try; one ssh
# connection, no pause but those until something answers.
#
#   bare.sh ADDRESS                    says `step NAME` on stdout before each part
#   bare.sh challenge TOKEN ANSWER     used by bare-certificate.ts while it gets the certificate
#
# From the environment: WORK (a folder of its own, with id_ed25519, known_hosts and release.tar.gz), CONTROL (the address
# that is never banned), DNS_MANAGEMENT, ACME_DIRECTORY, ACME_DIRECTORY_CA, ACME_ROOT, LAB_CA, NODE.
set -eu
domain=bare.test
here=$(cd "$(dirname "$0")" && pwd)

step() { printf 'step %s\n' "$1"; }
mux() {
  ssh -q -i "$WORK/id_ed25519" -o UserKnownHostsFile="$WORK/known_hosts" -o StrictHostKeyChecking=yes -o BatchMode=yes \
    -o ConnectTimeout=2 -o ControlMaster=auto -o ControlPath="$WORK/mux" -o ControlPersist=60 "$@"
}
# The program comes by stdin; nothing it runs can read the rest of it.
on_host() {
  { printf 'domain=%s control=%s\n' "$domain" "$CONTROL"; cat; } |
    mux "root@$address" 'program=$(cat); exec sh -euc "$program" </dev/null' >>"$WORK/log" 2>&1
}

if [ "$1" = challenge ]; then
  address=$(cat "$WORK/address")
  { printf 'token=%s answer=%s\n' "$2" "$3"; cat <<'END'; } | on_host
printf '%s %s\n' "$token" "$answer" >> /etc/haproxy/nexus/acme.map
printf 'add map /etc/haproxy/nexus/acme.map %s %s\n' "$token" "$answer" | socat stdio UNIX-CONNECT:/run/haproxy/admin.sock
END
  exit 0
fi

address=$1
printf '%s' "$address" > "$WORK/address"
: > "$WORK/log"
trap 'mux -O exit "root@$address" 2>/dev/null || true' EXIT

step 'reach the host'
tries=0
until mux "root@$address" true 2>/dev/null; do tries=$((tries + 1)); [ $tries -lt 600 ]; sleep 0.1; done

step 'system and packages'
on_host <<'END'
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none
apt() { apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Use-Pty=0 -o Acquire::Languages=none "$@"; }
mirror=$(awk '$1 == "deb" && $2 !~ /security/ { print $2; exit }' /etc/apt/sources.list)
printf 'Package: *\nPin: release n=trixie\nPin-Priority: 50\n' > /etc/apt/preferences.d/nexus-trixie
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" > /etc/apt/sources.list.d/nexus-trixie.list
# Services start once, with their settings, and not from their packages.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
apt update
apt --with-new-pkgs upgrade
apt --no-install-recommends install sudo ufw iptables nftables fail2ban python3-systemd unattended-upgrades logrotate tzdata \
  restic prometheus-node-exporter nginx haproxy postgresql redis-tools mariadb-client git jq socat curl openssl \
  ca-certificates nodejs docker.io
cd /tmp
apt-get -q download docker-compose/trixie
dpkg -i docker-compose_*.deb
rm -f docker-compose_*.deb /usr/sbin/policy-rc.d
END

step 'settings, users, firewall'
on_host <<'END'
ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime; echo Etc/UTC > /etc/timezone
cat > /etc/apt/apt.conf.d/20auto-upgrades <<'FILE'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
FILE
cat > /etc/apt/apt.conf.d/52nexus <<'FILE'
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-Time "03:30";
Unattended-Upgrade::Automatic-Reboot-WithUsers "true";
Unattended-Upgrade::Remove-Unused-Dependencies "true";
FILE
mkdir -p /etc/systemd/journald.conf.d /var/log/journal /var/log/nexus /usr/local/lib/nexus /var/www/nexus /etc/docker
printf '[Journal]\nStorage=persistent\nSystemMaxUse=500M\nSystemKeepFree=1G\nMaxRetentionSec=90day\n' > /etc/systemd/journald.conf.d/nexus.conf
printf '/var/log/nexus/*.log {\n  daily\n  rotate 14\n  compress\n  missingok\n  notifempty\n  copytruncate\n}\n' > /etc/logrotate.d/nexus
cat > /etc/sysctl.d/90-nexus-network.conf <<'FILE'
net.ipv4.conf.all.rp_filter = 2
net.ipv4.conf.default.rp_filter = 2
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.secure_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv4.conf.all.log_martians = 1
net.ipv4.conf.all.route_localnet = 0
net.ipv4.tcp_syncookies = 1
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.default.accept_redirects = 0
net.ipv6.conf.all.accept_source_route = 0
FILE
sysctl -e -q -p /etc/sysctl.d/90-nexus-network.conf
cat > /etc/docker/daemon.json <<'FILE'
{
  "ip": "127.0.0.1",
  "bip": "172.30.0.1/24",
  "default-address-pools": [{ "base": "172.30.0.0/16", "size": 24 }],
  "log-driver": "json-file",
  "log-opts": { "max-size": "10m", "max-file": "3" },
  "live-restore": true,
  "no-new-privileges": true
}
FILE
cat > /usr/local/lib/nexus/outer-rules <<'FILE'
#!/bin/sh
for outer in $(ip -o route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }' | sort -u); do
  for range in 127.0.0.0/8 172.30.0.0/16; do
    iptables -w -t raw -C PREROUTING -i "$outer" -d "$range" -j DROP 2>/dev/null || iptables -w -t raw -A PREROUTING -i "$outer" -d "$range" -j DROP || exit 1
  done
done
FILE
chmod 755 /usr/local/lib/nexus/outer-rules
cat > /etc/systemd/system/nexus-outer-rules.service <<'FILE'
[Unit]
Description=Close loopback and container ranges at outer interfaces
Before=docker.service
After=network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/nexus/outer-rules
[Install]
WantedBy=multi-user.target
FILE
printf 'server_tokens off;\nserver {\n  listen 127.0.0.1:8081;\n  server_name _;\n  root /var/www/nexus;\n}\n' > /etc/nginx/conf.d/nexus-static.conf
rm -f /etc/nginx/sites-enabled/default
sed -i 's/^\(\s*\)server_tokens .*/\1# server_tokens: conf.d/' /etc/nginx/nginx.conf
install -o postgres -g postgres -m 644 /dev/stdin /etc/postgresql/15/main/conf.d/nexus.conf <<'FILE'
listen_addresses = 'localhost'
FILE
echo 'ARGS="--web.listen-address=127.0.0.1:9100"' > /etc/default/prometheus-node-exporter
install -d -m 700 /etc/nexus /var/backups/nexus
( umask 077; head -c 32 /dev/urandom | base64 | tr -d '\n' > /etc/nexus/backup.pass )
restic -q -r /var/backups/nexus --password-file /etc/nexus/backup.pass init
cat > /etc/systemd/system/nexus-backup.service <<'FILE'
[Unit]
Description=Back this host up
[Service]
Type=oneshot
Nice=10
Environment=RESTIC_REPOSITORY=/var/backups/nexus RESTIC_PASSWORD_FILE=/etc/nexus/backup.pass RESTIC_CACHE_DIR=/var/cache/restic
ExecStart=/bin/sh -c 'exec restic -q backup --exclude=/etc/nexus/backup.pass /etc /home /srv'
ExecStart=/usr/bin/restic -q forget --keep-daily 7 --keep-weekly 5 --prune
FILE
printf '[Unit]\nDescription=Back this host up every night\n[Timer]\nOnCalendar=*-*-* 02:30:00\nRandomizedDelaySec=15m\nPersistent=true\n[Install]\nWantedBy=timers.target\n' > /etc/systemd/system/nexus-backup.timer
cat > /etc/fail2ban/jail.d/nexus.local <<FILE
[DEFAULT]
backend = systemd
banaction = nftables-multiport
banaction_allports = nftables-allports
ignoreip = 127.0.0.1/8 ::1 $control

[sshd]
enabled = true
port = 22
maxretry = 4
findtime = 10m
bantime = 1h
bantime.increment = true
bantime.maxtime = 1w
FILE
for user in nexus deploy; do
  useradd --create-home --user-group --shell /bin/bash --password '*' $user
  install -d -o $user -g $user -m 700 /home/$user/.ssh
done
install -o nexus -g nexus -m 600 /root/.ssh/authorized_keys /home/nexus/.ssh/authorized_keys
install -o deploy -g deploy -m 600 /dev/null /home/deploy/.ssh/authorized_keys
install -m 440 /dev/stdin /etc/sudoers.d/10-nexus <<'FILE'
Defaults:nexus !requiretty
nexus ALL=(ALL:ALL) NOPASSWD: ALL
FILE
install -m 440 /dev/stdin /etc/sudoers.d/20-deploy <<'FILE'
deploy ALL=(root) NOPASSWD: /usr/bin/systemctl --no-pager status, /usr/bin/systemctl reload haproxy.service, /usr/bin/systemctl restart nginx.service, /usr/bin/journalctl --no-pager -n 200, /usr/bin/docker ps
FILE
visudo -cq
mkdir -p /run/sshd
install -m 600 /dev/stdin /etc/ssh/sshd_config.d/00-nexus.conf <<'FILE'
Port 22
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitEmptyPasswords no
PubkeyAuthentication yes
HostbasedAuthentication no
X11Forwarding no
AllowTcpForwarding no
AllowAgentForwarding no
AllowStreamLocalForwarding no
PermitTunnel no
PermitUserEnvironment no
MaxAuthTries 3
MaxSessions 10
LoginGraceTime 30
ClientAliveInterval 60
ClientAliveCountMax 3
TCPKeepAlive no
Compression no
LogLevel VERBOSE
UseDNS no
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr
MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com
FILE
sed -i '1i Include /etc/ssh/sshd_config.d/00-nexus.conf' /etc/ssh/sshd_config
sshd -t
rules() {
  printf '*filter\n'
  for chain in user-input user-output user-forward before-logging-input before-logging-output before-logging-forward \
    user-logging-input user-logging-output user-logging-forward after-logging-input after-logging-output \
    after-logging-forward logging-deny logging-allow user-limit user-limit-accept; do printf ':%s-%s - [0:0]\n' "$1" $chain; done
  printf '### RULES ###\n'
  for port in 22 80 443; do
    printf '\n### tuple ### allow tcp %s %s any %s in\n-A %s-user-input -p tcp --dport %s -j ACCEPT\n' $port "$2" "$2" "$1" $port
  done
  printf '\n### END RULES ###\n-A %s-user-limit -j REJECT\n-A %s-user-limit-accept -j ACCEPT\nCOMMIT\n' "$1" "$1"
}
rules ufw 0.0.0.0/0 > /etc/ufw/user.rules
rules ufw6 ::/0 > /etc/ufw/user6.rules
printf 'ENABLED=yes\nLOGLEVEL=low\n' > /etc/ufw/ufw.conf
sed -i 's/^IPV6=.*/IPV6=yes/; s/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/; s,^IPT_SYSCTL=.*,IPT_SYSCTL=/etc/sysctl.d/90-nexus-network.conf,' /etc/default/ufw

install -d -m 700 /etc/haproxy/nexus /etc/haproxy/nexus/certificates
cd /etc/haproxy/nexus
: > acme.map; : > /var/lib/haproxy/server-state
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=placeholder.invalid -keyout p.key -out p.crt
cat p.crt p.key > certificates/placeholder.pem; rm p.crt p.key
echo /etc/haproxy/nexus/certificates/placeholder.pem > certificates.list
chmod -R go= .
cat > /etc/haproxy/haproxy.cfg <<FILE
global
  log /dev/log local0
  chroot /var/lib/haproxy
  user haproxy
  group haproxy
  daemon
  stats socket /run/haproxy/admin.sock mode 600 user root group root level admin expose-fd listeners
  stats timeout 30s
  server-state-file /var/lib/haproxy/server-state
  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
  ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
  ssl-default-bind-curves X25519:prime256v1:secp384r1

defaults
  mode http
  log global
  option dontlognull
  option redispatch
  retries 3
  timeout connect 5s
  timeout client 60s
  timeout server 120s
  timeout http-request 10s
  timeout http-keep-alive 15s
  timeout queue 30s
  timeout tunnel 1h
  timeout check 3s
  load-server-state-from-file global

frontend plain
  bind :80
  http-request set-var(txn.host) req.hdr(host),field(1,:),lower
  acl challenge path_beg /.well-known/acme-challenge/
  acl challenge_known path,field(4,/),map(/etc/haproxy/nexus/acme.map) -m found
  http-request return status 200 content-type text/plain lf-string "%[path,field(4,/),map(/etc/haproxy/nexus/acme.map)]" if challenge challenge_known
  http-request return status 404 if challenge
  http-request return status 421 content-type text/plain string "Nothing is served here under this name." unless { var(txn.host) -m str app.$domain api.$domain }
  http-request redirect code 308 location https://%[var(txn.host)]%[pathq]

frontend secure
  bind :443 ssl crt-list /etc/haproxy/nexus/certificates.list strict-sni alpn h2,http/1.1
  http-request set-var(txn.host) req.hdr(host),field(1,:),lower
  http-after-response set-header Strict-Transport-Security "max-age=31536000"
  http-request return status 421 content-type text/plain string "Nothing is served here under this name." unless { var(txn.host) -m str app.$domain api.$domain }
  http-request del-header ^x[-_]forwarded([-_].*)?\$ -m reg
  http-request del-header ^forwarded\$ -m reg
  http-request del-header ^x[-_]real[-_]ip\$ -m reg
  http-request del-header ^x[-_]client[-_]ip\$ -m reg
  http-request del-header ^(true|cf)[-_].*[-_]ip\$ -m reg
  http-request del-header ^proxy\$ -m reg
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Forwarded-Host %[var(txn.host)]
  http-request set-header X-Forwarded-Port %[dst_port]
  use_backend app.$domain if { var(txn.host) -m str app.$domain }
  use_backend api.$domain if { var(txn.host) -m str api.$domain }
FILE
backend() {
  cat >> /etc/haproxy/haproxy.cfg <<FILE

backend $1.$domain
  option httpchk
  http-check send meth GET uri '/health' ver HTTP/1.1 hdr Host $1.$domain
  http-check expect status 200,503
  default-server inter 2s fastinter 500ms downinter 1s fall 3 rise 1
  server a 127.0.0.1:$2 weight 100 check
  server b 127.0.0.1:$(($2 + 100)) weight 0 check
FILE
}
backend app 4800
backend api 4801
haproxy -c -q -f /etc/haproxy/haproxy.cfg
name=nexus-bare-prod
hostname $name; echo $name > /etc/hostname; echo "127.0.1.1 $name" >> /etc/hosts

units='nexus-outer-rules docker nginx haproxy postgresql prometheus-node-exporter fail2ban nexus-backup.timer apt-daily.timer apt-daily-upgrade.timer logrotate.timer'
systemctl daemon-reload
systemctl unmask -q apt-daily.timer apt-daily-upgrade.timer
systemctl enable -q ufw $units
/usr/lib/ufw/ufw-init force-reload
systemctl reset-failed
systemctl restart systemd-journald $units
systemctl start ufw
systemctl reload ssh
END

step 'upload and unpack the release'
mux "root@$address" 'umask 022; mkdir -p /srv/nexus/bare/releases/1; cat > /srv/nexus/release.tar.gz; tar -xf /srv/nexus/release.tar.gz -C /srv/nexus/bare/releases/1 --no-same-owner' < "$WORK/release.tar.gz"

step 'database, environment, units, migration'
{ printf 'extra=%s\n' "$(cat "$ACME_ROOT" "$LAB_CA" | base64 -w0)"; cat <<'END'; } | on_host
home=/srv/nexus/bare password=$(openssl rand -hex 24)
useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin nx-bare
cd /
runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -d postgres <<SQL
create role nx_bare login connection limit 50 password '$password';
create database nx_bare owner nx_bare template template0 encoding 'UTF8';
revoke all on database nx_bare from public;
SQL
runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -d nx_bare -c 'revoke all on schema public from public' -c 'alter schema public owner to nx_bare'
sed -i '1i local nx_bare,nx_bare_restore nx_bare scram-sha-256\nlocal all nx_bare reject\nhost all nx_bare all reject' /etc/postgresql/15/main/pg_hba.conf
runuser -u postgres -- psql -X -q -d postgres -c 'select pg_reload_conf()'
mkdir -p $home/slots; install -d -m 700 $home/env; ln -sfn $home/releases/1 $home/slots/a
openclaw_key=$(openssl rand -hex 32) smoke=$(openssl rand -hex 32)
umask 077
printf '%s' "$smoke" > $home/env/smoke
cat > $home/env/openclaw.env <<FILE
HOST="127.0.0.1"
PORT="4802"
OPENCLAW_API_KEY="$openclaw_key"
RELEASE="1.0.0"
FILE
cat > $home/env/frontend.env <<FILE
HOST="127.0.0.1"
PORT="4800"
API_URL="https://api.$domain"
TENANT="bare-prod"
RELEASE="1.0.0"
FILE
cat > $home/env/backend.env <<FILE
HOST="127.0.0.1"
PORT="4801"
DATABASE_URL="postgres://nx_bare:$password@%2Fvar%2Frun%2Fpostgresql/nx_bare"
OIDC_ISSUER="https://id.nexus.test"
OIDC_CLIENT_ID="bare"
OIDC_CLIENT_SECRET="$(openssl rand -hex 32)"
TENANT="bare-prod"
SESSION_SECRET="$(openssl rand -hex 32)"
OPENCLAW_API_URL="http://127.0.0.1:4802"
OPENCLAW_API_KEY="$openclaw_key"
APP_URL="https://app.$domain"
API_URL="https://api.$domain"
SMOKE_TOKEN="$smoke"
EXTRA_CA_PEM="$extra"
RELEASE="1.0.0"
FILE
umask 022
confined='NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
MemoryMax=1G
TasksMax=512'
unit() {
  cat > /etc/systemd/system/nexus-bare-$1.service <<FILE
[Unit]
Description=reference $1
After=network-online.target postgresql.service $2
Wants=network-online.target $2
StartLimitIntervalSec=0
[Service]
Type=exec
ExecStart=$home/slots/a/bin/node src/$1/main.ts
WorkingDirectory=$home/slots/a
EnvironmentFile=$home/env/$1.env
User=nx-bare
Restart=always
RestartSec=1
TimeoutStopSec=20
KillMode=mixed
$confined
[Install]
WantedBy=multi-user.target
FILE
}
unit openclaw ''
unit backend nexus-bare-openclaw.service
unit frontend ''
systemctl daemon-reload
systemd-run -q --wait --pipe --collect -p User=nx-bare -p WorkingDirectory=$home/slots/a -p EnvironmentFile=$home/env/backend.env $home/slots/a/bin/node src/backend/migrate.ts
END

step 'start the services'
on_host <<'END'
systemctl enable -q --now nexus-bare-openclaw nexus-bare-backend nexus-bare-frontend
for port in 4802 4801 4800; do
  for try in $(seq 150); do curl -sf -o /dev/null --max-time 5 http://127.0.0.1:$port/health && break; [ $try -lt 150 ]; sleep 0.1; done
done
END

step 'names and certificate'
for name in app api; do
  curl -sSf -o /dev/null --noproxy '*' -d "{\"host\":\"$name.$domain.\",\"addresses\":[\"$address\"]}" "$DNS_MANAGEMENT/add-a"
done
mux "root@$address" "umask 077; cd /etc/haproxy/nexus; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out next.key
  openssl req -new -key next.key -subj / -addext subjectAltName=DNS:app.$domain,DNS:api.$domain" > "$WORK/request.pem"
"$NODE" "$here/bare-certificate.ts" "$WORK/request.pem" "$0" > "$WORK/chain.pem"
{ printf "chain='%s'\n" "$(grep . "$WORK/chain.pem")"; cat <<'END'; } | on_host
umask 077
cd /etc/haproxy/nexus
file=$PWD/certificates/$domain.pem list=$PWD/certificates.list
ask() { socat stdio UNIX-CONNECT:/run/haproxy/admin.sock; }
{ printf '%s\n' "$chain"; cat next.key; } > "$file"
rm next.key
echo "$file" >> "$list"
echo "new ssl cert $file" | ask
{ echo "set ssl cert $file <<"; cat "$file"; echo; } | ask
echo "commit ssl cert $file" | ask | grep Success
echo "add ssl crt-list $list $file" | ask
END

step 'smoke test'
try() { name=$1 path=$2; shift 2; curl -sSf --noproxy '*' --cacert "$ACME_ROOT" --max-time 15 --resolve "$name.$domain:443:$address" "https://$name.$domain$path" "$@"; }
token=$(mux "root@$address" cat /srv/nexus/bare/env/smoke)
try app / >/dev/null
try api /health >/dev/null
try api /api/smoke -X POST -H "authorization: Bearer $token" >/dev/null
try api /api/ask -H "x-nexus-smoke: $token" -H 'content-type: application/json' -d '{"prompt":"What is 6 * 7?"}' | grep -q 42

step 'first backup and its restore'
on_host <<'END'
cd /
export RESTIC_REPOSITORY=/var/backups/nexus/bare RESTIC_PASSWORD="$(openssl rand -hex 32)" RESTIC_CACHE_DIR=/var/cache/nexus-restic
restic init -q
work=$(mktemp -d /var/tmp/bare.XXXXXX)
runuser -u postgres -- pg_dump -Fc nx_bare > $work/dump
restic backup -q --stdin --stdin-filename database.dump < $work/dump
restic dump -q latest /database.dump > $work/back
runuser -u postgres -- psql -X -q -d postgres -c 'create database nx_bare_restore owner nx_bare template template0'
runuser -u postgres -- pg_restore --exit-on-error -d nx_bare_restore < $work/back
runuser -u postgres -- psql -X -q -d postgres -c 'drop database nx_bare_restore'
rm -rf $work
END
step end
