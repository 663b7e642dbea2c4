import type { Program } from '../../platform/remote.ts'
import { sh, shLine } from '../../platform/shell.ts'
import { pinnedImage, type RenderedProject } from './compose-file.ts'
import { secretPath, standIns } from './compose-secrets.ts'
import { tail64 } from './host-answer.ts'
import { artifactPath, layout, projectOf } from './instance-layout.ts'
import type { OnceInput, Placement, ReleaseArtifact } from './runtime.ts'
import { portIn, serviceOrder } from './stack-rules.ts'

const compose = ({ instance, slot }: Placement) =>
  shLine([
    'docker',
    'compose',
    '-p',
    projectOf(instance, slot),
    '--project-directory',
    layout(instance).project(slot),
    '-f',
    layout(instance).composeFile(slot),
  ])

/** Loaded once; each image then has a name made of its own id, and the id is looked at again. */
export const loadImages = (artifacts: readonly ReleaseArtifact[]): Program => ({
  name: 'load the images',
  timeoutSeconds: 600,
  script: `set -eu
load() {
  fresh=false
  if ! docker image inspect "$3" >/dev/null 2>&1; then docker load -q -i "$1" >/dev/null; fresh=true; fi
  docker image inspect "$3" >/dev/null 2>&1 || { echo "The archive does not hold the image $3." >&2; exit 1; }
  docker tag "$3" "$4"
  printf '{"name":"%s","id":"%s","fresh":%s}\\n' "$2" "$(docker image inspect -f '{{.Id}}' "$4")" "$fresh"
}
${artifacts
  .flatMap(({ sha256, image }) =>
    image ? [`load ${shLine([artifactPath(sha256), image.name, image.id, pinnedImage(image.id)])}`] : [],
  )
  .join('\n')}
`,
})

/** By digest. A login lives in a folder of its own for the pull; the password goes by stdin. */
export const pullImage = (
  reference: string,
  login: { readonly user: string; readonly password: string } | undefined,
): Program => ({
  name: 'pull an image',
  timeoutSeconds: 900,
  script: `set -eu
umask 077
DOCKER_CONFIG=$(mktemp -d /run/nexus-pull.XXXXXX); export DOCKER_CONFIG; trap 'rm -rf "$DOCKER_CONFIG"' EXIT
${login ? `printf '%s' ${sh(login.password)} | docker login ${sh(reference.split('/')[0] ?? '')} -u ${sh(login.user)} --password-stdin >/dev/null` : ':'}
docker pull -q ${sh(reference)} >/dev/null
id=$(docker image inspect -f '{{.Id}}' ${sh(reference)})
docker tag "$id" "nexus.local/image:\${id#sha256:}"
printf '{"id":"%s"}\\n' "$id"
`,
})

/**
 * The project's file, read once by Compose itself before it counts, and its secrets: root's alone by their folder, but
 * readable for whatever user a container mounts them to. Starts nothing.
 */
export function placeProject(placement: Placement, { file, secrets }: RenderedProject): Program {
  const at = layout(placement.instance)
  const path = at.composeFile(placement.slot)
  const folder = at.projectSecrets(placement.slot)
  return {
    name: 'place the project',
    timeoutSeconds: 60,
    script: `set -eu
umask 077
docker compose version >/dev/null 2>&1 || { echo 'Docker Compose is not installed on the host.' >&2; exit 1; }
install -d -m 700 ${sh(at.project(placement.slot))} ${sh(folder)}
secret() { printf '%s' "$2" > ${sh(folder)}/.new; chmod 444 ${sh(folder)}/.new; mv -f ${sh(folder)}/.new ${sh(folder)}/"$1"; }
${Object.entries(secrets)
  .map(([name, value]) => `secret ${name} ${sh(value)}`)
  .join('\n')}
printf '%s' ${sh(file)} > ${sh(`${path}.new`)}
docker compose -p check --project-directory ${sh(at.project(placement.slot))} -f ${sh(`${path}.new`)} config -q </dev/null
mv -f ${sh(`${path}.new`)} ${sh(path)}
for each in ${sh(folder)}/*; do
  case " ${Object.keys(secrets).join(' ')} " in *" \${each##*/} "*) ;; *) rm -f "$each" ;; esac
done
`,
  }
}

/** One command in a container of its own, with the service's image, environment and mounts. */
export function runInProject(placement: Placement, input: OnceInput): Program {
  const [first = '', ...rest] = input.command
  const { files, environment } = standIns(placement, input.service, input.instead ?? {})
  const words = shLine(environment.flatMap(([name]) => ['-e', name]))
  const mounts = files.map(([name]) => `-v "$work/${name}:${secretPath(name)}:ro"`).join(' ')
  return {
    name: `run ${input.command.slice(0, 4).join(' ')} of ${input.service}`,
    timeoutSeconds: input.timeoutSeconds + 40,
    script: `set -u
umask 077
${tail64}work=$(mktemp -d /run/nexus-once.XXXXXX); trap 'rm -rf "$work"' EXIT
${environment.map(([name, value]) => `export ${name}=${sh(value)}`).join('\n')}
${files.map(([name, value]) => `printf '%s' ${sh(value)} > "$work/${name}"; chmod 444 "$work/${name}"`).join('\n')}
timeout -k 5 ${input.timeoutSeconds} ${compose(placement)} run --rm --no-deps -T ${words} ${mounts} --entrypoint ${sh(first)} ${sh(input.service)} ${shLine(rest)} </dev/null >"$work/out" 2>"$work/err"
code=$?
printf '{"exit":%s,"out64":"%s","err64":"%s"}\\n' "$code" "$(tail64 "$work/out" 8000)" "$(tail64 "$work/err" 8000)"
`,
  }
}

const printContainer = (
  placement: Placement,
) => `find() { ${compose(placement)} ps -a -q "$1" </dev/null 2>/dev/null | head -n1; }
state() {
  id=$(find "$1")
  [ -n "$id" ] || { printf '{"service":"%s","state":"absent","restarts":0,"code":0}\\n' "$1"; return 0; }
  docker inspect -f '{"service":"'"$1"'","state":"{{.State.Status}}","restarts":{{.RestartCount}},"code":{{.State.ExitCode}}'"\${2-}"'}' "$id"
}
`

/** All of the project, then each service waited for until it takes connections or has ended by itself. */
export const startProject = (placement: Placement): Program => ({
  name: 'start the services',
  timeoutSeconds: Object.values(placement.stack.services).reduce((sum, each) => sum + each.health.within + 30, 60),
  script: `set -eu
${printContainer(placement)}${tail64}work=$(mktemp -d /run/nexus-start.XXXXXX); trap 'rm -rf "$work"' EXIT
${compose(placement)} up -d --force-recreate --remove-orphans </dev/null >"$work/out" 2>&1 || { tail -n 20 "$work/out" >&2; exit 1; }
begin() {
  until=$(($(date +%s) + $3)); listening=false
  while :; do
    code=0; curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$2/" || code=$?
    case $code in 7|52|56) ;; *) listening=true; break ;; esac
    [ "$(docker inspect -f '{{.RestartCount}} {{.State.Running}}' "$(find "$1")" 2>/dev/null)" = '0 true' ] || break
    [ "$(date +%s)" -lt "$until" ] || break
    sleep 0.2
  done
  state "$1" ",\\"listening\\":$listening"
  [ "$listening" = true ] || exit 0
}
command -v curl >/dev/null || { echo 'curl is not installed on the host.' >&2; exit 1; }
${serviceOrder(placement.stack)
  .order.flatMap((name) => {
    const service = placement.stack.services[name]
    return service ? [`begin ${sh(name)} ${portIn(service, placement.slot)} ${service.health.within}`] : []
  })
  .join('\n')}
`,
})

export const observeProject = (placement: Placement): Program => ({
  name: 'look at the services',
  timeoutSeconds: 60,
  script: `set -eu
${printContainer(placement)}${Object.keys(placement.stack.services)
  .map((name) => `state ${sh(name)}`)
  .join('\n')}
`,
})

export const composeLogs = (placement: Placement, service: string, lines: number): Program => ({
  name: `read the log of ${service}`,
  timeoutSeconds: 60,
  script: `set -eu
printf '{"log64":"%s"}\\n' "$(${compose(placement)} logs --no-color --no-log-prefix -t -n ${lines} ${sh(service)} </dev/null 2>&1 | tail -c 60000 | base64 -w0)"
`,
})

/** Containers, networks and the file go; volumes go with the instance, not with a slot. */
export const removeProject = (placement: Placement): Program => ({
  name: 'remove the slot',
  timeoutSeconds: 180,
  script: `set -eu
if [ -f ${sh(layout(placement.instance).composeFile(placement.slot))} ]; then ${compose(placement)} down --remove-orphans -t 20 </dev/null 2>&1 | tail -n 5 >&2; fi
rm -rf ${sh(layout(placement.instance).project(placement.slot))}
`,
})
