#!/bin/sh
# build-base.sh DIR RELEASE MIRROR INPUT: a Debian root for lab hosts in DIR. Runs in a mount namespace of its own,
# so that nothing stays mounted when it is cut off. INPUT holds apt.conf, sources.list, certs/ and units/.
set -eu
dir=$1 release=$2 mirror=$3 input=$4
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,openssh-server,iproute2,ca-certificates,sudo,python3-minimal \
  "$release" "$dir" "$mirror"

cp "$input/sources.list" "$dir/etc/apt/sources.list"
cp "$input/apt.conf" "$dir/etc/apt/apt.conf.d/90machine"
cp "$input"/certs/*.crt "$dir/usr/local/share/ca-certificates/" 2>/dev/null || true
cp "$(readlink -f /etc/resolv.conf)" "$dir/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' > "$dir/usr/sbin/policy-rc.d"
chmod 755 "$dir/usr/sbin/policy-rc.d"
mount -t proc proc "$dir/proc"
chroot "$dir" update-ca-certificates
chroot "$dir" apt-get update -q
chroot "$dir" apt-get install -qy --no-install-recommends \
  procps iputils-ping netbase curl cron less gnupg rsyslog logrotate
chroot "$dir" apt-get clean
umount "$dir/proc"
rm -f "$dir/usr/sbin/policy-rc.d" "$dir"/etc/ssh/ssh_host_*_key* "$dir/etc/resolv.conf" "$dir/etc/hostname"
: > "$dir/etc/machine-id"

install -m 644 "$input"/units/*.service "$dir/etc/systemd/system/"
install -m 755 "$input/units/apt-proxy" "$dir/usr/local/sbin/nexus-lab-apt-proxy"
chroot "$dir" systemctl -q enable nexus-lab-network.service nexus-lab-hostkeys.service nexus-lab-cgroup.service ssh.service
# What belongs to the machine and not to a container, and what would only make noise.
chroot "$dir" systemctl -q mask systemd-networkd-wait-online.service console-getty.service getty@.service apt-daily.timer apt-daily-upgrade.timer
mkdir -p "$dir/root/.ssh" && chmod 700 "$dir/root/.ssh"
