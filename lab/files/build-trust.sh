#!/bin/sh
# build-trust.sh UPPER BASE CERT...: a layer over BASE in which the given certificates are trusted. Own mount namespace.
set -eu
upper=$1 base=$2
shift 2
mkdir -p "$upper/layer" "$upper/work" "$upper/root"
mount -t overlay nexus-lab -o "lowerdir=$base,upperdir=$upper/layer,workdir=$upper/work" "$upper/root"
cp "$@" "$upper/root/usr/local/share/ca-certificates/"
chroot "$upper/root" update-ca-certificates
umount "$upper/root"
