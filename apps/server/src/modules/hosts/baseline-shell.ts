/**
 * The words that checks and applies are written in. Everything is looked up once for all items (one dpkg-query, one
 * sha256sum, one stat, one systemctl), which is why an unchanged host answers in a fraction of a second.
 */
export const baselineWords = String.raw`set -u
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none
HOME=/root; export HOME
home=${'${own_home:-/var/lib/nexus-host}'}
nl='
'
umask 022
mkdir -p "$home"; chmod 755 "$home"
work=$(mktemp -d /run/nexus-baseline.XXXXXX)
trap 'rm -rf "$work" ${'${own_home:-}'}' EXIT
trap 'exit 143' HUP INT TERM
uptime_cs() { read -r up _ < /proc/uptime; cs=${'${up%.*}${up#*.}'}; }
uptime_cs; started=$cs
# Events go to 3, so that they are heard while what a command says goes to a file.
exec 3>&1
# Text of the host as it may stand in a JSON string: no quotes, no backslash, no control characters, one line.
# Most of it is plain already, and three programs less to start.
plain() {
  case $1 in *[!A-Za-z0-9\ .,:\;_/\'\(\)=+-]*) ;; *) [ ${'${#1}'} -gt 400 ] || { printf '%s' "$1"; return; } ;; esac
  printf '%s' "$1" | tr '\n\t"\\' "  '/" | tr -cd '\040-\176' | cut -c1-400
}
say() { printf '{"type":"progress","text":"%s"}\n' "$(plain "$1")" >&3; }

# Each takes what to look up: all of the list at first, what belongs to one item when it is worked on.
look_files() {
  sums="$nl$(sha256sum -- "$@" 2>/dev/null)$nl"
  modes="$nl$(stat -c '%a %U:%G %n' -- "$@" 2>/dev/null)$nl"
}
look_kernel() { kernel="$nl$(grep -sH '' "$@" /dev/null)$nl"; }
look_units() {
  units="$nl$(systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p FragmentPath -p DropInPaths -- "$@" 2>/dev/null | awk 'BEGIN { RS = ""; FS = "\n" } { for (i = 1; i <= NF; i++) { k = index($i, "="); v[substr($i, 1, k - 1)] = substr($i, k + 1) } print v["Id"], v["LoadState"], v["ActiveState"], (v["UnitFileState"] == "" ? "-" : v["UnitFileState"]), (v["FragmentPath"] == "" ? "-" : v["FragmentPath"]), v["DropInPaths"] }')$nl"
}
sums= modes= kernel= units= sockets=
look() {
  [ -z "$1" ] || look_files $1
  [ -z "$2" ] || look_kernel $2
  [ -z "$3" ] || { look_units $3; sockets=$(ss -Hltnp 2>/dev/null); }
}
look_packages() { installed="$nl$(dpkg-query -W -f '${'${Package} ${db:Status-Abbrev}'}\n' 2>/dev/null)$nl"; }

# path sha256 mode owner content
is_file() {
  case $sums in *"$nl$2  $1$nl"*) ;; *) seen="$1 differs"; [ -e "$1" ] || seen="$1 is not there"; return 1 ;; esac
  case $modes in *"$nl$3 $4 $1$nl"*) return 0 ;; esac
  seen="$1 is $(stat -c '%a %U:%G' "$1")"; return 1
}
put_file() { put "$1" "$3" "$4" "$5"; }
# What a dry run says of a file: how it would change, in the words of diff.
diff_file() {
  is_file "$@" && return 0
  was=/dev/null; [ -e "$1" ] && was=$1
  text=$(
    [ "$was" = /dev/null ] || case $modes in *"$nl$3 $4 $1$nl"*) ;; *) printf '%s: %s -> %s %s\n' "$1" "$(stat -c '%a %U:%G' "$1")" "$3" "$4" ;; esac
    printf '%s' "$5" | diff -u --label "$was" --label "$1" -- "$was" -
  )
  printf '{"type":"diff","id":"%s","path":"%s","text":"%s"}\n' "$id" "$1" "$(printf '%s\n' "$text" | head -c 16000 | base64 -w0)"
}
files_are() { "files_$item" is_file; }
put_files() { "files_$item" put_file; }
# path mode owner content: written beside and renamed. A shell calls a full disk an I/O error, so that is said.
put() {
  mkdir -p "$(dirname "$1")"
  printf '%s' "$4" > "$1.nexus-new" && chmod "$2" "$1.nexus-new" && chown "$3" "$1.nexus-new" && mv -f "$1.nexus-new" "$1" && return 0
  df -Pk "$(dirname "$1")" | awk 'NR == 2 && $4 < 64 { print "No space left on " $6 ": make room there" }'
  rm -f "$1.nexus-new"; return 1
}
# Name of ours, pattern, word, files: the word with each that is read after ours and has such a line (any, where there is
# no pattern), until it says no.
each_later() {
  ours=$1 line=$2 word=$3; shift 3
  for f in "$@"; do
    [ "${'${f##*/}'}" '>' "$ours" ] || continue
    [ -z "$line" ] || grep -qsE "$line" "$f" || continue
    "$word" "$f" || return 1
  done
  return 0
}
comes_after() { seen="$1 comes after ours"; return 1; }
# A file of somebody else that undoes what the list says: kept beside under a name that nothing reads.
set_aside() { mv -f -- "$1" "$1.disabled" && say "set aside: $1, now $1.disabled"; }
has_packages() {
  none=
  for p in "$@"; do p=${'${p%%/*}'}; case $installed in *"$nl$p ii "*) ;; *) none="$none $p" ;; esac; done
  [ -z "$none" ] || { seen="not installed:$none"; return 1; }
}
unit_line() { case $units in *"$nl$1 "*) line=${'${units#*"$nl$1 "}'}; line=${'${line%%"$nl"*}'} ;; *) line='not-found inactive - -' ;; esac; }
unit_runs() {
  unit_line "$1"
  case $line in
    'loaded active enabled '*|'loaded active enabled-runtime '*|'loaded active static '*|'loaded active generated '*|'loaded active alias '*) unit_own "$1" $line ;;
    *) set -- "$1" $line; seen="$1 is $2 $3 $4"; return 1 ;;
  esac
}
decides='^[[:space:]]*(Exec|On[A-Z]|User|Persistent|Condition|Assert|ListenStream)[A-Za-z]*[[:space:]]*='
# unit load active file fragment drop-ins...
unit_own() {
  case $1:$5 in nexus-*) ;; *:/etc/systemd/*|*:/run/systemd/system/*) seen="$5 takes the place of the unit of its package"; return 1 ;; esac
  unit=$1; shift 5
  for f in "$@"; do
    case $f in /etc/systemd/*|/run/systemd/system/*) ! grep -qsE "$decides" "$f" || { seen="$f changes what $unit does"; return 1; } ;; esac
  done
}
unit_off() {
  unit_line "$1"
  case $line in not-found*|masked*|'loaded inactive disabled '*|'loaded failed disabled '*|'loaded inactive static '*) return 0 ;; *) set -- "$1" $line; seen="$1 is $2 $3 $4"; return 1 ;; esac
}
# Units as their packages made them, running and started at boot; those that are so already are left alone.
run_units() {
  mine=
  for u in "$@"; do
    for f in $(systemctl show -p FragmentPath -p DropInPaths --value -- "$u" | tr ' ' '\n'); do
      case $f in
        /etc/systemd/system/"$u"|/run/systemd/system/"$u") case $u in nexus-*) continue ;; esac ;;
        /etc/systemd/*.d/*|/run/systemd/system/*.d/*) grep -qsE "$decides" "$f" || continue ;;
        *) continue ;;
      esac
      set_aside "$f"; mine="$mine $u"
    done
  done
  [ -z "$mine" ] || { systemctl daemon-reload; systemctl try-restart $mine || true; }
  waiting=
  for u in "$@"; do
    case $(systemctl is-enabled "$u" 2>/dev/null) in
      enabled|static|alias|generated) ;;
      masked*) systemctl unmask -q "$u"; systemctl unmask -q --runtime "$u"; systemctl enable -q "$u" ;;
      *) systemctl enable -q "$u" ;;
    esac
    systemctl is-active -q "$u" || waiting="$waiting $u"
  done
  [ -z "$waiting" ] || { systemctl reset-failed $waiting 2>/dev/null || true; systemctl start $waiting || why_not $waiting; }
}
# What units that do not run said last.
why_not() {
  for u in "$@"; do systemctl is-active -q "$u" || journalctl -q --no-pager -o cat -n 4 -u "$u"; done
  return 1
}
# Settings of a running service changed: it is restarted with the others, when all settings are in place.
restart_later() { printf '%s\n' "$@" >> "$work/restart"; }
# words tries: until they are so, a fifth of a second apart.
so_soon() {
  tries=${'${2:-25}'}
  until ( look "$paths" "$settings" "$its_units"; eval "$1" ); do tries=$((tries - 1)); [ $tries -gt 0 ] || return 1; sleep 0.2; done
}
# Sockets of a program, or of a port, that more than this host can reach; in $open what listens at all.
open_beyond() {
  open=
  while read -r _ _ _ at _ who; do
    case "$who :${'${at##*:}'}:" in *"$1"*) open="$open $at" ;; *) continue ;; esac
    case $at in 127.*|'[::1]'*) ;; *) seen="$at is listened on"; return 0 ;; esac
  done <<SOCKETS
$sockets
SOCKETS
  return 1
}
kernel_is() {
  [ -e "/proc/sys/$1" ] || return 0
  case $kernel in *"$nl/proc/sys/$1:$2$nl"*) return 0 ;; esac
  if ! [ -w "/proc/sys/$1" ] || ! touch "/proc/sys/$1" 2>/dev/null; then reason='the kernel of this container belongs to the machine around it'; return 3; fi
  seen="$1 is not $2"; return 1
}
kernel_set() { [ -e "/proc/sys/$1" ] || return 0; printf '%s\n' "$2" > "/proc/sys/$1"; }
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
package_state() { stat -c %Y /var/lib/dpkg/status /var/lib/apt/lists 2>/dev/null | paste -sd-; }
# What apt would upgrade is a function of its lists and of what is installed: looked up again when one of them changed.
no_updates() {
  state=$(package_state) known=
  [ ! -e "$home/updates-none" ] || read -r known < "$home/updates-none"
  [ "$known" = "$state" ] && return 0
  pending=$(apt-get -s -q --with-new-pkgs upgrade 2>&1) || { seen="apt cannot tell: $(printf '%s' "$pending" | grep '^E:' | head -n 1)"; return 1; }
  pending=$(printf '%s\n' "$pending" | grep -c '^Inst ')
  [ "$pending" = 0 ] || { seen="$pending updates are waiting"; return 1; }
  printf '%s\n' "$state" > "$home/updates-none"
}
# New services start when their settings are in place, not from their packages: only while this program lives.
hold_new_services() {
  [ -e /usr/sbin/policy-rc.d ] && ! grep -q nexus-baseline /usr/sbin/policy-rc.d && return 0
  printf '#!/bin/sh\n# nexus-baseline\n[ -d %s ] && [ "$2" = start ] && exit 101\nexit 0\n' "$work" > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
}
let_services_go() { grep -qs nexus-baseline /usr/sbin/policy-rc.d && rm -f /usr/sbin/policy-rc.d; return 0; }
# Where the power went, archives may lie half on the disk, and of what was half unpacked dpkg configures nothing.
mend_packages() {
  apt-get clean
  halves=$(dpkg-query -W -f '${'${db:Status-Eflag} ${Package}'}\n' | sed -n 's/^reinstreq //p')
  [ -z "$halves" ] || apt --no-install-recommends --reinstall install $halves
  dpkg --configure -a --force-confdef --force-confold 3>&- 8>&- 9>&-
  apt --no-install-recommends --fix-broken install
}
# install|upgrade package...: one transaction; what was cut off before is finished first where apt asks for that.
transact() {
  refresh_lists || return 1
  verb=$1; shift
  say "$verb: $# packages"
  hold_new_services
  code=0 more=
  [ "$verb" != upgrade ] || more=--with-new-pkgs
  apt --no-install-recommends $more "$verb" "$@" || {
    mend_packages
    apt --no-install-recommends $more "$verb" "$@"; code=$?
  }
  let_services_go
  [ $code != 0 ] || [ "$verb" != upgrade ] || package_state > "$home/updates-none"
  return $code
}
install() { transact install "$@"; }
`
