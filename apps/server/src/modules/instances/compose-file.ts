import { stringify } from 'yaml'
import type { Problem } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import {
  type ComposePath,
  environmentEntries,
  type Finding,
  fieldsOf,
  findingsOf,
  isFields,
  listOf,
} from './compose-judge.ts'
import { filesOf, fileVariables, mountsOf, type Secrets, secretsOf } from './compose-secrets.ts'
import { socketDirectory } from './instance-layout.ts'
import type { Placement } from './runtime.ts'
import { readYaml } from './stack-manifest.ts'
import { portIn } from './stack-rules.ts'
import type { StackManifest, StackService } from './stack-schema.ts'
import { expand, referencesIn } from './stack-variables.ts'

export type ComposeVerdict = { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }

/** What keeps a Compose file from being taken, and what is taken only because a named person answers for it. */
export function judgeCompose(stack: StackManifest, text: string): ComposeVerdict {
  const yaml = readYaml(text, 'the Compose file')
  if (!yaml.ok) return { problems: yaml.problems, warnings: [] }
  const findings = findingsOf(stack, yaml.value)
  const excepted = findings.filter((each) => each.kind === 'unsafe' && exceptionFor(stack, each))
  const notes = findings.filter((each) => each.kind === 'note')
  const unused = stack.exceptions.filter(({ path }) => !excepted.some((each) => covers(path, each.path)))
  return {
    problems: [
      ...findings.filter((each) => each.kind !== 'note' && !excepted.includes(each)).map(toProblem),
      ...unused.map(({ path }) => ({
        path: 'exceptions',
        message: `The exception for ${path} is not needed: take it out.`,
      })),
    ],
    warnings: [...notes.map(toProblem), ...excepted.map((each) => exceptedWarning(stack, each))],
  }
}

const toProblem = ({ path, message }: Finding): Problem => ({
  path: plainLine(path.join('.'), 200),
  message: plainLine(message, 1000),
})

const covers = (excepted: string, path: ComposePath) => {
  const whole = path.join('.')
  return whole === excepted || whole.startsWith(`${excepted}.`)
}

const exceptionFor = (stack: StackManifest, finding: Finding) =>
  stack.exceptions.find((each) => covers(each.path, finding.path))

function exceptedWarning(stack: StackManifest, finding: Finding): Problem {
  const found = exceptionFor(stack, finding)
  return {
    path: finding.path.join('.'),
    message: `${finding.message} Excepted by ${found?.approver}: ${found?.reason}`,
  }
}

export type FixedCompose = {
  readonly text: string
  readonly changes: readonly Problem[]
  readonly left: readonly Problem[]
}

/** The accepted version of a Compose file: what was changed, and what only a person can decide. */
export function fixCompose(stack: StackManifest, text: string): FixedCompose {
  const yaml = readYaml(text, 'the Compose file')
  if (!yaml.ok) return { text, changes: [], left: yaml.problems }
  const changes: Problem[] = []
  let file = yaml.value
  for (let round = 0; round < 5; round += 1) {
    const mendable = findingsOf(stack, file).filter(
      (each) => each.fix && !(each.kind === 'unsafe' && exceptionFor(stack, each)),
    )
    if (mendable.length === 0) break
    // From the back, so that taking an entry out of a list does not move the ones still to be mended.
    for (const each of mendable.toReversed()) file = mend(file, each.path, each.fix)
    changes.push(...mendable.map(toProblem))
  }
  const fixed = stringify(file, { lineWidth: 120 })
  return { text: fixed, changes, left: judgeCompose(stack, fixed).problems }
}

function mend(node: unknown, path: ComposePath, fix: Finding['fix']): unknown {
  const [head, ...rest] = path
  if (head === undefined) return fix === 'remove' || fix === undefined ? node : fix.value
  const gone = rest.length === 0 && fix === 'remove'
  if (Array.isArray(node)) {
    return gone
      ? node.filter((_, i) => i !== head)
      : node.map((each: unknown, i) => (i === head ? mend(each, rest, fix) : each))
  }
  if (!isFields(node)) return node
  if (gone) return Object.fromEntries(Object.entries(node).filter(([key]) => key !== head))
  return Object.hasOwn(node, head) ? { ...node, [head]: mend(node[head], rest, fix) } : node
}

/** The name an image has on the host: its own id, so that nothing else can stand in for it. */
export const pinnedImage = (id: string): string => `nexus.local/image:${id.replace('sha256:', '')}`

export type RenderInput = {
  readonly variables: Readonly<Record<string, string>>
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Image name of the manifest to the id on the host. */
  readonly images: Readonly<Record<string, string>>
}

export type RenderedProject = { readonly file: string; readonly secrets: Secrets }

/**
 * The file as it goes to the host, and the files of secrets beside it: an accepted file with its variables filled in, images
 * by their ids, ports of the slot. It is written as JSON; nothing in it is interpolated a second time. It holds a secret only
 * where a named person answers for that.
 */
export function renderCompose(placement: Placement, text: string, input: RenderInput): RenderedProject {
  const { stack } = placement
  const yaml = readYaml(text, 'the Compose file')
  const filled = fill(yaml.ok ? yaml.value : {}, input.variables, Object.keys(stack.variables))
  const file = fieldsOf(filled)
  const services = Object.entries(fieldsOf(file.services)).map(([name, each]) => {
    const service = fieldsOf(each)
    const names = secretsOf(stack, name, service).filter((secret) => input.variables[secret] !== undefined)
    const source = serviceText(yaml.ok ? yaml.value : {}, name)
    return { name, names, rendered: renderService(placement, name, service, { source, names, input }) }
  })
  const secrets = [...new Set(services.flatMap(({ names }) => names))]
  const rendered = {
    services: Object.fromEntries(services.map((each) => [each.name, each.rendered])),
    secrets: filesOf(placement, secrets),
    volumes: volumesOf(placement, file.volumes),
    networks: file.networks ?? {},
  }
  return {
    file: JSON.stringify(escaped(rendered), null, 1),
    secrets: Object.fromEntries(secrets.map((name) => [name, input.variables[name] ?? ''])),
  }
}

const serviceText = (file: unknown, name: string): string =>
  isFields(file) && isFields(file.services) ? JSON.stringify(file.services[name] ?? {}) : ''

function renderService(
  placement: Placement,
  name: string,
  each: Readonly<Record<string, unknown>>,
  { source, names, input }: { readonly source: string; readonly names: readonly string[]; readonly input: RenderInput },
) {
  const { stack, instance, slot } = placement
  const service = stack.services[name]
  const id = input.images[String(each.image)]
  const own = Object.fromEntries(environmentEntries(each.environment).map(([, key, value]) => [key, value]))
  const placed = service ? { HOST: '0.0.0.0', PORT: String(service.port) } : {}
  const shown = Object.entries(input.environments[name] ?? {}).filter(([variable]) => !names.includes(variable))
  const environment = { ...Object.fromEntries(shown), ...fileVariables(names), ...placed, ...own }
  const wantsDatabase = [...Object.keys(input.environments[name] ?? {}), ...referencesIn(source)].some(
    (variable) => stack.variables[variable]?.from === 'database.url',
  )
  const mounts = listOf(each.volumes)
  const hasSocket = mounts.some((mount) => JSON.stringify(mount).includes(socketDirectory))
  const socket = wantsDatabase && !hasSocket ? [`${socketDirectory}:${socketDirectory}`] : []
  return {
    restart: 'unless-stopped',
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
    ...(service && each.deploy === undefined ? { mem_limit: service.memory } : {}),
    ...each,
    image: id === undefined ? each.image : pinnedImage(id),
    pull_policy: 'never',
    security_opt: [
      ...new Set([
        'no-new-privileges:true',
        ...listOf(each.security_opt).filter((one) => !String(one).startsWith('no-new-privileges')),
      ]),
    ],
    environment,
    secrets: mountsOf(names),
    ports: portsOf(placement, service, each.ports),
    volumes: [...mounts, ...socket],
    labels: { 'nexus.instance': instance, 'nexus.slot': slot, 'nexus.service': name },
  }
}

/** A volume belongs to the instance, so that both slots find the same data. */
const volumesOf = ({ instance }: Placement, volumes: unknown) =>
  Object.fromEntries(
    Object.keys(fieldsOf(volumes)).map((name) => [
      name,
      { name: `${instance}_${name}`, labels: { 'nexus.instance': instance } },
    ]),
  )

/** The manifest's port at the slot's place; what else a file publishes moves along with the slot. */
function portsOf({ slot }: Placement, service: StackService | undefined, ports: unknown): string[] {
  const away = slot === 'a' ? 0 : 100
  const others = listOf(ports).flatMap((each) => {
    const [target, published] = isFields(each)
      ? [Number(each.target), Number(each.published ?? each.target)]
      : String(each).replace(/\/.*$/, '').split(':').slice(-2).map(Number).toReversed()
    return target === undefined || target === service?.port
      ? []
      : [`127.0.0.1:${(published ?? target) + away}:${target}`]
  })
  return service ? [`127.0.0.1:${portIn(service, slot)}:${service.port}`, ...others] : others
}

function fill(value: unknown, variables: Readonly<Record<string, string>>, known: readonly string[]): unknown {
  if (typeof value === 'string') return expand(value, variables, known).text
  if (Array.isArray(value)) return value.map((each) => fill(each, variables, known))
  if (isFields(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, variables, known)]))
  return value
}

/** Compose reads `$` in values once more; doubled, it stays what it is. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$')
  if (Array.isArray(value)) return value.map(escaped)
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escaped(each)]))
  return value
}
