import { shLine } from '../shell.ts'

export const staleExit = 75
export const brokenOffExit = 76
export const epochExit = 78

export type Elevation = 'root' | 'sudo' | 'sudo with password'

const elevated: Record<Elevation, readonly string[]> = {
  root: [],
  sudo: ['sudo', '-n', '--'],
  'sudo with password': ['sudo', '-S', '-p', '', '--'],
}

/** `command` as root; the address the host sees us come from travels along, since sudo takes it out of the environment. */
const asRoot = (elevation: Elevation, words: readonly string[]): string =>
  [
    shLine(elevated[elevation]),
    `env NEXUS_PEER="\${SSH_CONNECTION%% *}" LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    shLine(words),
  ]
    .filter((part) => part !== '')
    .join(' ')

/** What comes before the marker line on stdin is sudo's (a password it did not ask for must never be run or stored). */
const skipToMarker = `while IFS= read -r line; do [ "$line" = "$1" ] && break; done; shift`

/** Survives reboots of the host, as /run does not. */
const epochFile = '/var/lib/nexus-host/epoch'

/**
 * Of two lives of Nexus (one was restored from a backup of the other) a host serves the later one: what carries a lower
 * epoch than the host has seen is refused, a higher one is kept. Without an epoch one only looks.
 */
const epochDoor = `epoch=$1 kept=$2; shift 2
if [ -n "$epoch" ]; then
  behind() { seen=$(cat "$kept" 2>/dev/null); case \${seen:=0} in *[!0-9]*) seen=0 ;; esac; [ "$seen" -gt "$epoch" ] || return 1; printf '{"type":"epoch","seen":%s}\\n' "$seen"; }
  behind && exit ${epochExit}
  if [ "$seen" -lt "$epoch" ]; then
    mask=$(umask); umask 077; mkdir -p "\${kept%/*}"
    exec 8>"$kept.door" && flock -w 30 8 || exit ${epochExit}
    behind && exit ${epochExit}
    printf '%s\\n' "$epoch" > "$kept.new" && mv -f "$kept.new" "$kept" || exit ${epochExit}
    exec 8>&-; umask "$mask"
  fi
fi
unset epoch kept`

/** Whose epoch, and where the host keeps the highest it has seen. */
export type EpochWords = { readonly epoch?: number; readonly epochFile?: string }

const epochWords = (given: EpochWords): readonly string[] => [
  given.epoch === undefined ? '' : String(given.epoch),
  given.epochFile ?? epochFile,
]

/**
 * The whole program is read before its first line runs, so one that was cut off on its way does nothing, and no command
 * in it can eat the rest of it. Below a fence only the newest takeover of a run works, one at a time.
 */
const runner = `${skipToMarker}
${epochDoor}
end=$1 run=$2 takeover=$3 patience=$4; shift 4
program=$(cat); exec </dev/null
case $program in *"$end") ;; *) echo 'The program was cut off on its way.' >&2; exit ${brokenOffExit} ;; esac
if [ -n "$run" ]; then
  umask 077; mkdir -p /run/nexus/fence; fence=/run/nexus/fence/$run
  stale() { seen=$(cat "$fence" 2>/dev/null); [ "\${seen:-0}" -gt "$takeover" ] || return 1; printf '{"type":"stale","takeover":%s}\\n' "$seen"; }
  stale && exit ${staleExit}
  exec 8>"$fence.door" && flock -w 30 8 || exit ${staleExit}
  stale && exit ${staleExit}
  printf '%s\\n' "$takeover" > "$fence.new" && mv -f "$fence.new" "$fence"
  exec 8>&-
  exec 9>"$fence.lock"
  flock -w "$patience" 9 || { echo 'Another program of this run is still working.' >&2; exit ${staleExit}; }
  stale && exit ${staleExit}
  umask 022
fi
unset line end run
eval "$program" 9>&-`

export type Wrapped = { readonly command: string; readonly input: string }

export type WrapOptions = EpochWords & {
  readonly elevation: Elevation
  readonly password?: string
  /** Fresh chance for each program: nothing in it can pretend to be the end. */
  readonly nonce: string
  readonly script: string
  readonly args: readonly string[]
  readonly timeoutSeconds: number
  readonly fence?: { readonly run: string; readonly takeover: number }
}

const fileWord = (run: string) => run.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 120)

/** The command line for the channel and what goes into its stdin. `timeout` makes a process group and ends all of it. */
export function wrapProgram(options: WrapOptions): Wrapped {
  const { elevation, password, nonce, fence, timeoutSeconds } = options
  const words = [
    'timeout',
    '-k',
    '5',
    String(timeoutSeconds),
    'sh',
    '-c',
    runner,
    'nexus',
    `#begin ${nonce}`,
    ...epochWords(options),
    `#end ${nonce}`,
  ]
  const fenced = fence ? [fileWord(fence.run), String(fence.takeover)] : ['', '0']
  return {
    command: asRoot(elevation, [...words, ...fenced, String(timeoutSeconds), ...options.args]),
    input: `${passwordLine(elevation, password)}#begin ${nonce}\n${options.script}\n#end ${nonce}\n`,
  }
}

const passwordLine = (elevation: Elevation, password: string | undefined) =>
  elevation === 'sudo with password' ? `${password ?? ''}\n` : ''

const receiver = `${skipToMarker}
${epochDoor}
umask 077; to=$1.nexus-$2
trap 'rm -f "$to"' HUP INT TERM
mkdir -p "$(dirname "$1")" && cat > "$to" && chmod "$3" "$to" && sum=$(sha256sum < "$to") && printf '{"type":"received","sha256":"%s"}\\n' "\${sum%% *}"`

const placer = `${skipToMarker}
${epochDoor}
[ "$(sha256sum < "$1.nexus-$2")" = "$3  -" ] && mv -f "$1.nexus-$2" "$1"`

export function wrapUpload(
  to: EpochWords & {
    readonly elevation: Elevation
    readonly password?: string
    readonly nonce: string
    readonly path: string
    readonly mode: string
  },
) {
  const head = `${passwordLine(to.elevation, to.password)}#begin ${to.nonce}\n`
  const script = (text: string, ...words: readonly string[]) =>
    asRoot(to.elevation, [
      'sh',
      '-c',
      text,
      'nexus',
      `#begin ${to.nonce}`,
      ...epochWords(to),
      to.path,
      to.nonce,
      ...words,
    ])
  return {
    head,
    receive: script(receiver, to.mode),
    place: (sha256: string) => script(placer, sha256),
  }
}
