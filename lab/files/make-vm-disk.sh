#!/bin/sh
# make-vm-disk.sh ROOT DISK SIZE INPUT: a disk with the system of ROOT and, of INPUT, authorized_keys, the ssh host key
# (host_key, host_key.pub) where one is given, and what `folders` lists (from, tab, to). Own mount namespace; ROOT stays as it is.
set -eu
lower=$1 disk=$2 size=$3 input=$4
mkdir -p "$input/upper" "$input/work" "$input/root"
mount -t overlay nexus-lab-vm -o "lowerdir=$lower,upperdir=$input/upper,workdir=$input/work" "$input/root"
root=$input/root
install -D -m 600 "$input/authorized_keys" "$root/root/.ssh/authorized_keys"
if [ -e "$input/host_key" ]; then
  install -m 600 "$input/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
  install -m 644 "$input/host_key.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
fi
tab=$(printf '\t')
while IFS=$tab read -r from to; do
  [ -n "$from" ] || continue
  mkdir -p "$root$to"
  mount --bind "$from" "$root$to"
done < "$input/folders"
mkfs.ext4 -q -L root -d "$root" "$disk" "$size"
umount -R "$root"
