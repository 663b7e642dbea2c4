import type { Program } from '../../platform/remote.ts'
import { sh, shLine } from '../../platform/shell.ts'
import { tail64 } from './host-answer.ts'
import { layout, unitOf } from './instance-layout.ts'
import type { Environments, OnceInput, Placement } from './runtime.ts'
import { portIn, serviceOrder } from './stack-rules.ts'
import type { StackService } from './stack-schema.ts'
import { confinement, environmentFile, placedEnvironment, programOf, unitText } from './systemd-unit.ts'

const unitFolder = '/etc/systemd/system'

const inOrder = ({ stack }: Placement): readonly [string, StackService][] =>
  serviceOrder(stack).order.flatMap((name) => {
    const service = stack.services[name]
    return service ? [[name, service] as [string, StackService]] : []
  })

/** Slot, environment and units. A unit of a service that this release no longer has is taken away. Starts nothing. */
export function placeSlot(placement: Placement, environments: Environments): Program {
  const { instance, slot, release } = placement
  const at = layout(instance)
  const services = inOrder(placement)
  const keep = services.map(([name]) => unitOf(instance, slot, name))
  const write = (path: string, mode: string, text: string) =>
    `printf '%s' ${sh(text)} > ${sh(`${path}.new`)}; chmod ${mode} ${sh(`${path}.new`)}; mv -f ${sh(`${path}.new`)} ${sh(path)}`
  return {
    name: 'place the slot',
    timeoutSeconds: 60,
    script: `set -eu
umask 077
[ -d ${sh(at.release(release))} ] || { echo 'The release is not unpacked.' >&2; exit 1; }
ln -sfn ${sh(at.release(release))} ${sh(`${at.slot(slot)}.new`)} && mv -fT ${sh(`${at.slot(slot)}.new`)} ${sh(at.slot(slot))}
install -d -m 700 ${sh(at.environments(slot))}
${services
  .map(([name, service]) => {
    const values = { ...environments[name], ...placedEnvironment(placement, service) }
    return [
      write(at.environment(slot, name), '600', environmentFile(values)),
      write(`${unitFolder}/${unitOf(instance, slot, name)}`, '644', unitText(placement, name, service)),
    ].join('\n')
  })
  .join('\n')}
for unit in ${unitFolder}/nexus-${instance}-${slot}-*.service; do
  [ -e "$unit" ] || continue
  case " ${keep.join(' ')} " in *" $(basename "$unit") "*) ;; *) systemctl disable --now -q "$(basename "$unit")"; rm -f "$unit" ;; esac
done
systemctl daemon-reload
`,
  }
}

/** One command as the service would be: its user, its rights, its environment, its folder. */
export function runOnce(placement: Placement, input: OnceInput): Program {
  const { instance, slot, stack } = placement
  const at = layout(instance)
  const memory = stack.services[input.service]?.memory ?? '1G'
  const settings = [
    ...confinement(instance, memory),
    `WorkingDirectory=${at.slot(slot)}`,
    `EnvironmentFile=${at.environment(slot, input.service)}`,
    `RuntimeMaxSec=${input.timeoutSeconds}`,
  ]
  const instead = input.instead === undefined ? '' : environmentFile(input.instead)
  return {
    name: `run ${input.command.slice(0, 4).join(' ')} of ${input.service}`,
    timeoutSeconds: input.timeoutSeconds + 20,
    script: `set -u
umask 077
${tail64}work=$(mktemp -d /run/nexus-once.XXXXXX); trap 'rm -rf "$work"' EXIT
printf '%s' ${sh(instead)} > "$work/instead.env"
systemd-run --quiet --wait --pipe --collect ${shLine(settings.flatMap((each) => ['-p', each]))} -p EnvironmentFile="$work/instead.env" -- ${shLine(programOf(placement, input.command))} </dev/null >"$work/out" 2>"$work/err"
code=$?
printf '{"exit":%s,"out64":"%s","err64":"%s"}\\n' "$code" "$(tail64 "$work/out" 8000)" "$(tail64 "$work/err" 8000)"
`,
  }
}

const printState = `state() {
  active=$(systemctl show -P ActiveState "$2"); sub=$(systemctl show -P SubState "$2"); load=$(systemctl show -P LoadState "$2")
  restarts=$(systemctl show -P NRestarts "$2"); code=$(systemctl show -P ExecMainStatus "$2")
  printf '{"service":"%s","load":"%s","active":"%s","sub":"%s","restarts":%s,"code":%s%s}\\n' "$1" "$load" "$active" "$sub" "\${restarts:-0}" "\${code:-0}" "\${3-}"
}
`

/**
 * Started again one after the other, and each waited for until it takes connections, since the next may need it. One that
 * ended by itself, or that did not listen in its time, ends the program there. Enabled, so that a reboot brings them back.
 */
export const startUnits = (placement: Placement): Program => ({
  name: 'start the services',
  timeoutSeconds: inOrder(placement).reduce((sum, [, each]) => sum + each.health.within + 30, 10),
  script: `set -eu
${printState}begin() {
  systemctl enable -q "$2"; systemctl reset-failed "$2" 2>/dev/null || true; systemctl restart "$2" || true
  until=$(($(date +%s) + $4)); listening=false
  while :; do
    code=0; curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$3/" || code=$?
    [ "$code" != 7 ] && { listening=true; break; }
    [ "$(systemctl show -P NRestarts "$2")" = 0 ] && ! systemctl is-failed -q "$2" || break
    [ "$(date +%s)" -lt "$until" ] || break
    sleep 0.1
  done
  [ "$(systemctl show -P NRestarts "$2")" = 0 ] || listening=false
  state "$1" "$2" ",\\"listening\\":$listening"
  [ "$listening" = true ] || exit 0
}
command -v curl >/dev/null || { echo 'curl is not installed on the host.' >&2; exit 1; }
${inOrder(placement)
  .map(([name, each]) => {
    const unit = unitOf(placement.instance, placement.slot, name)
    return `begin ${sh(name)} ${sh(unit)} ${portIn(each, placement.slot)} ${each.health.within}`
  })
  .join('\n')}
`,
})

export const observeUnits = (placement: Placement): Program => ({
  name: 'look at the services',
  timeoutSeconds: 30,
  script: `set -eu
${printState}${inOrder(placement)
  .map(([name]) => `state ${sh(name)} ${sh(unitOf(placement.instance, placement.slot, name))}`)
  .join('\n')}
`,
})

export const unitLogs = (placement: Placement, service: string, lines: number): Program => ({
  name: `read the log of ${service}`,
  timeoutSeconds: 30,
  script: `set -eu
printf '{"log64":"%s"}\\n' "$(journalctl --no-pager -o short-iso --utc -n ${lines} -u ${sh(unitOf(placement.instance, placement.slot, service))} 2>/dev/null | base64 -w0)"
`,
})

/** Stops and takes away one slot; the release's files stay until nothing points to them. */
export const removeUnits = ({ instance, slot }: Placement): Program => ({
  name: 'remove the slot',
  timeoutSeconds: 120,
  script: `set -eu
for unit in ${unitFolder}/nexus-${instance}-${slot}-*.service; do
  [ -e "$unit" ] || continue
  systemctl disable --now -q "$(basename "$unit")" || true
  rm -f "$unit"
done
systemctl daemon-reload
rm -rf ${sh(layout(instance).environments(slot))}
rm -f ${sh(layout(instance).slot(slot))}
`,
})

/** Health of each service on the host itself, asked until it answers as it should or its time is over. */
export const waitForHealth = (placement: Placement): Program => {
  const services = inOrder(placement)
  const longest = services.reduce((sum, [, each]) => sum + each.health.within, 0)
  return {
    name: 'wait until the services are healthy',
    timeoutSeconds: longest + services.length * 10 + 20,
    script: `set -u
umask 077
body=$(mktemp); trap 'rm -f "$body"' EXIT
health() {
  begun=$(date +%s%3N); until=$((begun + $4 * 1000))
  while :; do
    : > "$body"
    code=$(curl -s -o "$body" -w '%{http_code}' --noproxy '*' --max-time 5 --max-filesize 65536 "$2" 2>/dev/null) || code=000
    now=$(date +%s%3N)
    [ "$code" = "$3" ] && break
    [ "$now" -ge "$until" ] && break
    sleep 0.2
  done
  printf '{"service":"%s","url":"%s","status":%d,"milliseconds":%d,"body64":"%s"}\\n' "$1" "$2" "$((1$code - 1000))" "$((now - begun))" "$(head -c 2000 "$body" | base64 -w0)"
}
command -v curl >/dev/null || { echo 'curl is not installed on the host.' >&2; exit 1; }
${services
  .map(([name, { health, ...service }]) => {
    const url = `http://127.0.0.1:${portIn({ ...service, health }, placement.slot)}${health.path}`
    return `health ${sh(name)} ${sh(url)} ${health.status} ${health.within}`
  })
  .join('\n')}
`,
  }
}
