#!/bin/sh
# build-vm.sh DIR BASE PACKAGE...: the root of a full machine in DIR/root, its kernel and first file system in DIR/boot. The
# base of the lab's hosts with a kernel of Debian and these packages; runs in a mount namespace of its own.
set -eu
dir=$1 base=$2 root=$1/root
shift 2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

mkdir -p "$dir/boot"
cp -a "$base" "$root"
cp "$(readlink -f /etc/resolv.conf)" "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
chroot "$root" apt-get update -q
chroot "$root" apt-get upgrade -qy
chroot "$root" apt-get install -qy --no-install-recommends linux-image-cloud-amd64 initramfs-tools zstd apparmor kmod udev \
  "$@"
chroot "$root" apt-get clean
umount "$root/proc"
mv "$root"/boot/vmlinuz-* "$dir/boot/vmlinuz"
mv "$root"/boot/initrd.img-* "$dir/boot/initrd"
rm -f "$root/usr/sbin/policy-rc.d" "$root"/vmlinuz* "$root"/initrd.img* "$root/etc/resolv.conf"

# qemu's own network hands out addresses; what a host of the lab has for its bridge and cgroups is not for a machine.
printf '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n' > "$root/etc/systemd/network/eth0.network"
chroot "$root" systemctl -q disable nexus-lab-network.service nexus-lab-cgroup.service
chroot "$root" systemctl -q enable systemd-networkd.service
# It is started with the kernel that lies beside its disk: a newer one inside would not count.
printf 'Package: linux-image-*\nPin: release *\nPin-Priority: -1\n' > "$root/etc/apt/preferences.d/kernel"
printf 'nameserver 10.0.2.3\n' > "$root/etc/resolv.conf"
printf 'vm\n' > "$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 vm\n::1 localhost ip6-localhost\n' > "$root/etc/hosts"
printf '/dev/vda / ext4 defaults 0 1\n' > "$root/etc/fstab"
