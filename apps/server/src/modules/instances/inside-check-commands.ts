import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'

export type InsideRequest = {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly status: number
  readonly within: number
}

/** A value in curl's own settings file. */
const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const settingsOf = ({ method, url, headers, body }: InsideRequest) =>
  [
    `url = ${quoted(url)}`,
    method === 'HEAD' ? 'head' : `request = ${quoted(method)}`,
    ...Object.entries(headers).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`data-raw = ${quoted(body.replaceAll('\n', ' '))}`]),
    '',
  ].join('\n')

/** Asks on the host until it answers as it should or its time is over. Headers hold secrets, so they go by a file. */
export const askInside = (requests: readonly InsideRequest[]): Program => ({
  name: 'ask the stack on its host',
  timeoutSeconds: requests.reduce((sum, each) => sum + each.within + 10, 20),
  script: `set -u
umask 077
work=$(mktemp -d /run/nexus-ask.XXXXXX); trap 'rm -rf "$work"' EXIT
request() {
  begun=$(date +%s%3N); until=$((begun + $3 * 1000))
  while :; do
    : > "$work/body"
    left=$(((until - $(date +%s%3N) + 999) / 1000)); [ "$left" -ge 1 ] || left=1
    code=$(curl -s -K "$work/request" -o "$work/body" -w '%{http_code}' --noproxy '*' --max-time "$left" --max-filesize 262144 2>"$work/err") || code=000
    now=$(date +%s%3N)
    [ "$code" = "$2" ] && break
    [ "$now" -ge "$until" ] && break
    sleep 0.3
  done
  printf '{"name":"%s","status":%d,"milliseconds":%d,"body64":"%s"}\\n' "$1" "$((1$code - 1000))" "$((now - begun))" "$(head -c 4000 "$work/body" | base64 -w0)"
}
${requests
  .map(
    (each) => `printf '%s' ${sh(settingsOf(each))} > "$work/request"
request ${sh(each.name)} ${each.status} ${each.within}`,
  )
  .join('\n')}
`,
})
