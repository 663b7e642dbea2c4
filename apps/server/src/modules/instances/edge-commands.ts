import { z } from 'zod'
import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { backendOf, type EdgeSite, type EdgeState, edgeFiles, edgeFingerprint, renderEdge } from './edge-file.ts'
import { edgeScript, textInto } from './edge-script.ts'

export const edgeRefused = z.object({ event: z.literal('refused'), code: z.string(), why: z.string() })
export const edgeApplied = z.object({
  event: z.literal('applied'),
  changed: z.boolean(),
  reloaded: z.boolean(),
  worker: z.number(),
})
export const edgeStale = z.object({ event: z.literal('stale'), generation: z.number() })
export const edgeAnswer = z.discriminatedUnion('event', [edgeRefused, edgeApplied, edgeStale])

/**
 * Makes the edge of a host what `state` says. HAProxy is reloaded only when the running one was not started with this
 * structure; ports and weights go through the socket, and every change is on disk before it ends. `generation` grows
 * with each wish for the host: an older one, overtaken by a newer, is answered `stale` and changes nothing.
 */
export const applyEdge = (state: EdgeState, generation: number): Program => ({
  name: 'edge.apply',
  script: edgeScript(`${setUp}
${take(state, generation)}
running=$(info description)
systemctl -q is-active haproxy || running=
if [ "$running" != "$wanted" ]; then ${reload}
fi
${turnServers(state)}
${done}`),
  timeoutSeconds: 120,
})

/**
 * Moves weights and ports by the socket alone, and writes them to disk in the same step. Where the running HAProxy has
 * another structure it refuses (`edge.not_applied`) rather than reload.
 */
export const weighEdge = (state: EdgeState, generation: number): Program => ({
  name: 'edge.weigh',
  script: edgeScript(`${take(state, generation)}
[ "$(info description)" = "$wanted" ] || { rm -f "$config.nexus-wish"; refuse edge.not_applied 'the running HAProxy has other sites than these'; }
${turnServers(state)}
${done}`),
  timeoutSeconds: 60,
})

/** HAProxy needs one certificate to be there; strict-sni never shows this one to anybody. */
const setUp = `version=$(haproxy -v | sed -n 's/^HAProxy version \\([0-9]*\\.[0-9]*\\).*/\\1/p')
case $version in
  '' | 0.* | 1.* | 2.[0-5]) refuse edge.haproxy_old "HAProxy 2.6 or newer is needed, and this is \${version:-unknown}" ;;
esac
placeholder=${edgeFiles.certificates}/placeholder.pem
if [ ! -s "$placeholder" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=placeholder.invalid \\
    -keyout "$folder/placeholder.key" -out "$folder/placeholder.crt" 2>/dev/null || refuse edge.no_placeholder 'openssl made no placeholder certificate'
  cat "$folder/placeholder.crt" "$folder/placeholder.key" | place "$placeholder" 600
  rm -f "$folder/placeholder.crt" "$folder/placeholder.key"
fi
[ -s "$list" ] || printf '%s\\n' "$placeholder" | place "$list" 600
[ -e "$map" ] || place "$map" 600 </dev/null
[ -e "$state" ] || place "$state" 600 </dev/null`

const take = (state: EdgeState, generation: number): string => `wanted=${edgeFingerprint(state)}
before=$(cat "$folder/generation" 2>/dev/null || echo 0)
if [ "$before" -gt ${generation} ]; then
  printf '{"event":"stale","generation":%s}\\n' "$before"
  exit 0
fi
changed=false reloaded=false
${textInto(renderEdge(state), '> "$config.nexus-wish"')}
problems=$(haproxy -c -f "$config.nexus-wish" 2>&1) || {
  rm -f "$config.nexus-wish"
  refuse edge.bad_config "$(printf '%s\\n' "$problems" | grep -i -e alert | head -5)"
}
echo ${generation} | place "$folder/generation" 600
cmp -s "$config.nexus-wish" "$config" || changed=true`

/** The old file stays beside until the new worker has said that it runs with the new one. */
const reload = `
  changed=true reloaded=true
  [ -z "$running" ] || keep_state
  cp -p "$config" "$config.nexus-old" 2>/dev/null
  place "$config" 644 < "$config.nexus-wish"
  systemctl -q enable haproxy 2>/dev/null
  problems=$(systemctl reload-or-restart haproxy 2>&1)
  tries=0
  while [ "$(info description)" != "$wanted" ] && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
  if [ "$(info description)" != "$wanted" ]; then
    said=$(journalctl -q -n 15 -o cat -u haproxy 2>/dev/null | grep -i -e alert -e error | tail -5)
    after='there was none before'
    if [ -n "$running" ]; then
      mv -f "$config.nexus-old" "$config"
      systemctl reload-or-restart haproxy
      after='the old one is back'
    fi
    rm -f "$config.nexus-wish"
    refuse edge.not_loaded "HAProxy did not come up with the new file, $after: $problems $said"
  fi
  rm -f "$config.nexus-old"`

/** What rises goes first: with the old slot at 0 before the new one has weight, requests would find no server. */
function turnServers(state: EdgeState): string {
  const turns = state.sites
    .flatMap((site) => [wish(site, 'a'), wish(site, 'b')])
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ backend, slot, port, weight }) => `turn ${sh(backend)} ${slot} ${port} ${weight}`)
  return `servers=$(ask 'show servers state')
is_so() { printf '%s\\n' "$servers" | awk -v b="$1" -v s="$2" -v p="$3" -v w="$4" '$2 == b && $4 == s && $19 == p && $8 == w { found = 1 } END { exit !found }'; }
turn() {
  is_so "$@" && return
  changed=true
  answer="$(ask "set server $1/$2 addr 127.0.0.1 port $3") $(ask "set server $1/$2 weight $4")"
  servers=$(ask 'show servers state')
  is_so "$@" || refuse edge.not_turned "$1/$2 did not take port $3 and weight $4: $answer"
}
${turns.join('\n')}`
}

const wish = (site: EdgeSite, slot: 'a' | 'b') => ({ backend: backendOf(site), slot, ...site.slots[slot] })

const done = `if [ "$changed" = true ]; then
  place "$config" 644 < "$config.nexus-wish"
  keep_state
fi
rm -f "$config.nexus-wish"
printf '{"event":"applied","changed":%s,"reloaded":%s,"worker":%s}\\n' "$changed" "$reloaded" "$(info Pid)"`

export const edgeSeen = z.object({
  event: z.literal('edge'),
  version: z.string(),
  running: z.boolean(),
  fingerprint: z.string(),
  worker: z.number(),
})
export const serverSeen = z.object({
  event: z.literal('server'),
  host: z.string(),
  slot: z.enum(['a', 'b']),
  port: z.number(),
  weight: z.number(),
  up: z.boolean(),
})
export const certificateSeen = z.object({
  event: z.literal('certificate'),
  domain: z.string(),
  serial: z.string(),
  notAfter: z.string(),
})
export const observation = z.discriminatedUnion('event', [edgeSeen, serverSeen, certificateSeen, edgeRefused])

/** What the edge of a host is really doing: asked of the running HAProxy, not of its file. */
export const observeEdge = (): Program => ({
  name: 'edge.observe',
  script: edgeScript(`running=true
systemctl -q is-active haproxy || running=false
printf '{"event":"edge","version":"%s","running":%s,"fingerprint":"%s","worker":%s}\\n' "$(text "$(haproxy -v | head -1)")" "$running" \\
  "$(text "$(info description)")" "$(info Pid | grep . || echo 0)"
if [ "$running" = true ]; then
  ask 'show servers state' | awk '$4 == "a" || $4 == "b" { printf "{\\"event\\":\\"server\\",\\"host\\":\\"%s\\",\\"slot\\":\\"%s\\",\\"port\\":%d,\\"weight\\":%d,\\"up\\":%s}\\n", $2, $4, $19, $8, ($6 == 2 ? "true" : "false") }'
fi
for file in ${edgeFiles.certificates}/*.pem; do
  name=$(basename "$file" .pem)
  [ "$name" = placeholder ] && continue
  [ -s "$file" ] || continue
  printf '{"event":"certificate","domain":"%s","serial":"%s","notAfter":"%s"}\\n' "$(text "$name")" \\
    "$(openssl x509 -in "$file" -noout -serial | cut -d= -f2)" "$(openssl x509 -in "$file" -noout -enddate -dateopt iso_8601 | cut -d= -f2)"
done`),
  timeoutSeconds: 60,
})
