/**
 * The words that checks and applies are written in. Everything is looked up once for all items (one dpkg-query, one
 * sha256sum, one stat, one systemctl), which is why an unchanged host answers in a fraction of a second.
 */
export const baselineWords = String.raw`set -u
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none
HOME=/root; export HOME
home=/var/lib/nexus-host
nl='
'
umask 022
mkdir -p "$home"; chmod 755 "$home"
work=$(mktemp -d /run/nexus-baseline.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
uptime_cs() { read -r up _ < /proc/uptime; cs=${'${up%.*}${up#*.}'}; }
uptime_cs; started=$cs
# Events go to 3, so that they are heard while what a command says goes to a file.
exec 3>&1
# Text of the host as it may stand in a JSON string: no quotes, no backslash, no control characters, one line.
plain() { printf '%s' "$1" | tr '\n\t"\\' "  '/" | tr -cd '\040-\176' | cut -c1-400; }
say() { printf '{"type":"progress","text":"%s"}\n' "$(plain "$1")" >&3; }

look() {
  if [ -n "$all_files" ]; then
    sums="$nl$(sha256sum -- $all_files 2>/dev/null)$nl"
    modes="$nl$(stat -c '%a %U:%G %n' -- $all_files 2>/dev/null)$nl"
  fi
  kernel="$nl$(grep -sH '' $all_kernel /dev/null)$nl"
  units="$nl$(systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -- $all_units 2>/dev/null | awk 'BEGIN { RS = ""; FS = "\n" } { for (i = 1; i <= NF; i++) { split($i, p, "="); v[p[1]] = p[2] } print v["Id"], v["LoadState"], v["ActiveState"], (v["UnitFileState"] == "" ? "-" : v["UnitFileState"]) }')$nl"
}
look_packages() { installed="$nl$(dpkg-query -W -f '${'${Package} ${db:Status-Abbrev}'}\n' 2>/dev/null)$nl"; }

file_is() {
  case $sums in *"$nl$2  $1$nl"*) ;; *) seen="$1 differs"; [ -e "$1" ] || seen="$1 is not there"; return 1 ;; esac
  case $modes in *"$nl$3 $4 $1$nl"*) return 0 ;; esac
  seen="$1 is $(stat -c '%a %U:%G' "$1")"; return 1
}
# path mode owner content: written beside and renamed.
put() {
  mkdir -p "$(dirname "$1")"
  printf '%s' "$4" > "$1.nexus-new" && chmod "$2" "$1.nexus-new" && chown "$3" "$1.nexus-new" && mv -f "$1.nexus-new" "$1"
}
has_packages() {
  for p in "$@"; do case $installed in *"$nl$p ii "*) ;; *) seen="$p is not installed"; return 1 ;; esac; done
}
unit_line() { case $units in *"$nl$1 "*) line=${'${units#*"$nl$1 "}'}; line=${'${line%%"$nl"*}'} ;; *) line='not-found inactive -' ;; esac; }
unit_runs() {
  unit_line "$1"
  case $line in
    'loaded active enabled'|'loaded active enabled-runtime'|'loaded active static'|'loaded active generated'|'loaded active alias') return 0 ;;
    *) seen="$1 is $line"; return 1 ;;
  esac
}
unit_off() {
  unit_line "$1"
  case $line in not-found*|masked*|'loaded inactive disabled'|'loaded failed disabled'|'loaded inactive masked'|'loaded inactive static') return 0 ;; *) seen="$1 is $line"; return 1 ;; esac
}
kernel_is() {
  [ -e "/proc/sys/$1" ] || return 0
  case $kernel in *"$nl/proc/sys/$1:$2$nl"*) return 0 ;; esac
  if ! [ -w "/proc/sys/$1" ] || ! touch "/proc/sys/$1" 2>/dev/null; then reason='the kernel of this container belongs to the machine around it'; return 3; fi
  seen="$1 is not $2"; return 1
}
kernel_set() { [ -e "/proc/sys/$1" ] || return 0; printf '%s\n' "$2" > "/proc/sys/$1"; }
is_container() { [ "$in_container" = 1 ]; }
in_container=0; systemd-detect-virt -cq 2>/dev/null && in_container=1

# apt waits for a lock that unattended upgrades may hold, and says so.
apt_locked() {
  for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
    [ -e "$f" ] && i=$(stat -c %i "$f") && grep -q ":$i " /proc/locks && return 0
  done
  return 1
}
wait_for_apt() {
  n=0
  while apt_locked; do
    [ $((n % 5)) = 0 ] && printf '{"type":"waiting","for":"the dpkg lock held by another program","seconds":%s}\n' "$n" >&3
    n=$((n + 1)); [ $n -gt 900 ] && return 1
    sleep 1
  done
}
apt() {
  wait_for_apt || { echo 'the dpkg lock was held for 15 minutes'; return 1; }
  apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" 3>&- 8>&- 9>&-
}
refresh_lists() {
  [ -e "$work/lists-fresh" ] && return 0
  if [ -n "$(find "$home/lists-refreshed" -mmin -720 2>/dev/null)" ]; then return 0; fi
  say 'refreshing the package lists'
  apt -o Acquire::Languages=none update || return 1
  : > "$home/lists-refreshed"; : > "$work/lists-fresh"
}
no_updates() {
  state=$(stat -c %Y /var/lib/dpkg/status /var/lib/apt/lists 2>/dev/null | tr '\n' ' ')
  [ "$(cat "$home/updates-none" 2>/dev/null)" = "$state" ] && return 0
  pending=$(apt-get -s -q upgrade 2>/dev/null | grep -c '^Inst ')
  [ "$pending" = 0 ] || { seen="$pending updates are waiting"; return 1; }
  printf '%s' "$state" > "$home/updates-none"
}
# New services start when their settings are in place, not from their packages: only while this program lives.
hold_new_services() {
  [ -e /usr/sbin/policy-rc.d ] && ! grep -q nexus-baseline /usr/sbin/policy-rc.d && return 0
  printf '#!/bin/sh\n# nexus-baseline\n[ -d %s ] && [ "$2" = start ] && exit 101\nexit 0\n' "$work" > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
}
let_services_go() { grep -qs nexus-baseline /usr/sbin/policy-rc.d && rm -f /usr/sbin/policy-rc.d; return 0; }
install() {
  refresh_lists || return 1
  say "installing $# packages"
  hold_new_services
  dpkg --configure -a --force-confdef --force-confold >/dev/null 2>&1 3>&- 8>&- 9>&-
  apt --no-install-recommends install "$@"; code=$?
  let_services_go
  return $code
}
`
