#!/bin/sh
# build-services.sh UPPER BASE INPUT: what the services host has more than a plain host, as a layer over BASE.
# Runs in a mount namespace of its own. INPUT holds units/.
set -eu
upper=$1 base=$2 input=$3
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
mkdir -p "$upper/layer" "$upper/work" "$upper/root"
mount -t overlay nexus-lab -o "lowerdir=$base,upperdir=$upper/layer,workdir=$upper/work" "$upper/root"
dir=$upper/root
cp "$(readlink -f /etc/resolv.conf)" "$dir/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' > "$dir/usr/sbin/policy-rc.d"
chmod 755 "$dir/usr/sbin/policy-rc.d"
mount -t proc proc "$dir/proc"
chroot "$dir" apt-get update -q
chroot "$dir" apt-get install -qy --no-install-recommends pebble dnsmasq-base apt-cacher-ng
chroot "$dir" apt-get clean
umount "$dir/proc"
rm -f "$dir/usr/sbin/policy-rc.d" "$dir/etc/resolv.conf"
install -m 644 "$input"/units/*.service "$dir/etc/systemd/system/"
mkdir -p "$dir/etc/systemd/system/apt-cacher-ng.service.d"
printf '[Service]\nExecStartPre=+/bin/chown apt-cacher-ng:apt-cacher-ng /var/cache/apt-cacher-ng\n' \
  > "$dir/etc/systemd/system/apt-cacher-ng.service.d/cache.conf"
chroot "$dir" systemctl -q enable nexus-lab-pebble.service nexus-lab-challtestsrv.service nexus-lab-dnsmasq.service apt-cacher-ng.service
umount "$dir"
