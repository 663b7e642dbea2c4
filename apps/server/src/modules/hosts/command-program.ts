import { z } from 'zod'
import type { Program } from '../../platform/remote.ts'
import { sh, shLine } from '../../platform/shell.ts'

/** Of each of the two streams; what comes after is read and thrown away, so that the command goes on to its end. */
export const outputBytes = 524_288
const mostPieces = 8000

export const CommandEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), to: z.enum(['out', 'err']), bytes: z.base64().max(4096) }),
  z.object({ type: z.literal('cut'), to: z.enum(['out', 'err']) }),
  z.object({ type: z.literal('ended'), exit: z.int().min(0).max(255) }),
])
export type CommandEvent = z.infer<typeof CommandEvent>

/**
 * A line of sh as root, without a terminal and without input. It is inside the script, which travels by stdin: neither
 * the ssh program's nor the shell's own arguments show it. What it says comes in pieces that fit one write of a pipe.
 */
export const commandProgram = (command: string, timeoutSeconds: number): Program => ({
  name: 'run a command',
  script: String.raw`set -u
umask 022; cd /root 2>/dev/null || cd /
HOME=/root LC_ALL=C.UTF-8; export HOME LC_ALL
work=$(mktemp -d /run/nexus-command.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
mkfifo "$work/out" "$work/err" || exit 1
pump() {
  left=${outputBytes} pieces=${mostPieces}
  while [ $left -gt 0 ] && [ $pieces -gt 0 ]; do
    piece=$(dd bs=2048 count=1 2>/dev/null | base64 -w0)
    [ -n "$piece" ] || return 0
    printf '{"type":"said","to":"%s","bytes":"%s"}\n' "$1" "$piece"
    left=$((left - ${'${#piece}'} * 3 / 4)) pieces=$((pieces - 1))
  done
  printf '{"type":"cut","to":"%s"}\n' "$1"
  cat > /dev/null
}
pump out < "$work/out" & one=$!
pump err < "$work/err" & other=$!
command=${sh(command)}
( trap - EXIT HUP INT TERM; exec > "$work/out" 2> "$work/err" < /dev/null; set +u; eval "$command" )
code=$?
# What it left running may hold the pipes open: it is not waited for.
n=0
while [ $n -lt 20 ] && { kill -0 $one 2>/dev/null || kill -0 $other 2>/dev/null; }; do n=$((n + 1)); sleep 0.1; done
kill $one $other 2>/dev/null
printf '{"type":"ended","exit":%s}\n' $code
exit 0
`,
  timeoutSeconds,
})

export type LogWish = { readonly unit?: string; readonly since?: string; readonly lines: number }

/** What reads the journal, as a line of sh. */
export const journalLine = ({ unit, since, lines }: LogWish): string =>
  shLine([
    'journalctl',
    '--no-pager',
    '--quiet',
    '--output=short-iso',
    `--lines=${lines}`,
    ...(unit === undefined ? [] : [`--unit=${unit}`]),
    ...(since === undefined ? [] : [`--since=${since}`]),
  ])
