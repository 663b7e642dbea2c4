#!/bin/sh
# supervise.sh DIR COMMAND...: keeps one host running. Joins the host's cgroups (listed in DIR/cgroups), runs the command,
# each time in new groups below those in DIR/cgroups-boots, and runs it again when it ends with 133, which is how a reboot
# inside the host shows.
dir=$1
shift
boot=0
while read -r group; do echo $$ > "$group/cgroup.procs"; done < "$dir/cgroups"
while :; do
  boot=$((boot + 1))
  while read -r groups; do mkdir "$groups/$boot"; done < "$dir/cgroups-boots"
  boot=$boot sh -c 'while read -r groups; do echo $$ > "$groups/$boot/cgroup.procs"; done < "$0"; exec "$@"' \
    "$dir/cgroups-boots" "$@" </dev/null >>"$dir/console.log" 2>&1 &
  echo $! > "$dir/machine.pid.new" && mv "$dir/machine.pid.new" "$dir/machine.pid"
  wait $!
  code=$?
  rm -f "$dir/machine.pid"
  [ "$code" = 133 ] || { echo "$code" > "$dir/exit"; exit "$code"; }
done
