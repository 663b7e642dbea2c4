import { sh } from '../../platform/shell.ts'
import { edgeFiles } from './edge-file.ts'

/**
 * The part that all edge programs begin with: one at a time on a host, answers as JSON lines, files written beside,
 * flushed and renamed, questions to HAProxy by its runtime socket.
 */
export const edgeScript = (body: string): string => `set -u
umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
folder=${edgeFiles.folder}
config=${edgeFiles.config}
list=${edgeFiles.certificateList}
map=${edgeFiles.challenges}
socket=${edgeFiles.socket}
state=${edgeFiles.serverState}

text() { printf '%s' "$1" | tr '\\n\\t\\r' '   ' | tr -cd '\\040-\\176' | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g' | cut -c1-1500; }
refuse() { printf '{"event":"refused","code":"%s","why":"%s"}\\n' "$1" "$(text "$2")"; exit 1; }
ask() { printf '%s\\n' "$1" | timeout 10 socat -t 10 stdio "UNIX-CONNECT:$socket" 2>&1; }
info() { ask 'show info' | sed -n "s/^$1: *//p" | head -1; }
place() { # place FILE MODE: stdin becomes the file, old or new and never half
  cat > "$1.nexus-new" && chmod "$2" "$1.nexus-new" && sync "$1.nexus-new" && mv -f "$1.nexus-new" "$1"
}
keep_state() { ask 'show servers state' | place "$state" 600; }

for tool in haproxy socat openssl flock; do
  command -v "$tool" >/dev/null || refuse edge.tool_missing "$tool is not installed on this host"
done
mkdir -p "$folder" "${edgeFiles.certificates}" "${edgeFiles.keys}"
exec 9> "$folder/lock"
flock -w 60 9 || refuse edge.busy 'another change of the edge has held this host for a minute'
${body}`

/** A block of text as a file's content, inside a script. */
export const textInto = (content: string, target: string): string => `printf '%s' ${sh(content)} ${target}`
