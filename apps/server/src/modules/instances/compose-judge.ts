import {
  elsewhereKeys,
  keysOf,
  logDrivers,
  longMountKeys,
  longPortKeys,
  looksSecret,
  networkKeys,
  serviceKeys,
  topKeys,
  unsafeKeys,
  volumeKeys,
} from './compose-keys.ts'
import { socketDirectory } from './instance-layout.ts'
import { didYouMean } from './nearest-name.ts'
import type { StackManifest } from './stack-schema.ts'
import { expand, isSecretVariable, referencesIn } from './stack-variables.ts'

export type ComposePath = readonly (string | number)[]

/** One thing that is not taken as it stands, and how it could be: by taking it out or by another value. */
export type Finding = {
  readonly path: ComposePath
  readonly message: string
  /** `unsafe` may be excepted by name; `note` is only told. */
  readonly kind: 'wrong' | 'unsafe' | 'note'
  readonly fix?: { readonly value: unknown } | 'remove'
}

type Fields = Readonly<Record<string, unknown>>
type Context = { readonly stack: StackManifest; readonly volumes: readonly string[] }

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

const wrong = (path: ComposePath, message: string, fix?: Finding['fix']): Finding => ({
  path,
  message,
  kind: 'wrong',
  ...(fix ? { fix } : {}),
})
const unsafe = (path: ComposePath, message: string, fix: Finding['fix'] = 'remove'): Finding => ({
  path,
  message,
  kind: 'unsafe',
  fix,
})

/** Everything about a Compose file that is not on the list. Pure: it reads no disk and no environment. */
export function findingsOf(stack: StackManifest, file: unknown): Finding[] {
  if (!isFields(file)) return [wrong([], 'A Compose file is a list of keys with values.')]
  const context = { stack, volumes: Object.keys(fieldsOf(file.volumes)) }
  return [
    ...unknownKeys([], file, topKeys),
    ...(['version', 'name'] as const)
      .filter((key) => key in file)
      .map((key): Finding => ({ path: [key], message: `${key} is not used.`, kind: 'note', fix: 'remove' })),
    ...namedThings('volumes', file.volumes, volumeKeys),
    ...namedThings('networks', file.networks, networkKeys),
    ...servicesFindings(context, file.services),
    ...textFindings(stack, [], file),
  ]
}

function unknownKeys(path: ComposePath, value: Fields, known: readonly string[]): Finding[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key) && !(path.length === 0 && ['secrets', 'configs', 'include'].includes(key)))
    .map((key) => wrong([...path, key], `The key ${key} is not taken here. ${didYouMean(key, known)}`, 'remove'))
    .concat(
      path.length > 0
        ? []
        : ['secrets', 'configs', 'include']
            .filter((key) => key in value)
            .map((key) => wrong([key], `The key ${key} is not taken. ${elsewhereKeys[key]}`, 'remove')),
    )
}

/** Volumes and networks live and end with the project: no drivers, no outside ones, no names of their own. */
function namedThings(kind: 'volumes' | 'networks', value: unknown, known: readonly string[]): Finding[] {
  if (value === undefined || value === null) return []
  if (!isFields(value)) return [wrong([kind], `${kind} must be a list of names.`)]
  return Object.entries(value).flatMap(([name, each]) => unknownKeys([kind, name], fieldsOf(each), known))
}

function servicesFindings(context: Context, services: unknown): Finding[] {
  if (!isFields(services)) return [wrong(['services'], 'A Compose file names its services.')]
  const wanted = Object.keys(context.stack.services)
  const missing = wanted.filter((name) => !(name in services))
  return [
    ...missing.map((name) => wrong(['services', name], `The manifest has a service ${name}; this file has none.`)),
    ...Object.entries(services).flatMap(([name, each]) => serviceFindings(context, ['services', name], each)),
  ]
}

function serviceFindings(context: Context, path: ComposePath, service: unknown): Finding[] {
  if (!isFields(service)) return [wrong(path, 'A service is a list of keys with values.')]
  return [
    ...Object.keys(service).flatMap((key) => keyFinding([...path, key], key)),
    ...imageFindings(context, [...path, 'image'], service.image),
    ...listOf(service.ports).flatMap((each, i) => portFindings([...path, 'ports', i], each)),
    ...listOf(service.volumes).flatMap((each, i) => mountFindings(context, [...path, 'volumes', i], each)),
    ...listOf(service.security_opt).flatMap((each, i) => securityFindings([...path, 'security_opt', i], each)),
    ...environmentFindings(context, [...path, 'environment'], service.environment),
    ...['healthcheck', 'logging', 'deploy'].flatMap((key) => levelFindings([...path, key], key, service[key])),
    ...driverFindings([...path, 'logging', 'driver'], fieldsOf(service.logging).driver),
  ]
}

function keyFinding(path: ComposePath, key: string): Finding[] {
  if (serviceKeys.some((each) => each === key)) return []
  const power = unsafeKeys[key]
  if (power) return [unsafe(path, `${key} ${power}.`)]
  const place = elsewhereKeys[key]
  if (place) return [wrong(path, `The key ${key} is not taken. ${place}`, 'remove')]
  return [wrong(path, `The key ${key} is not taken here. ${didYouMean(key, serviceKeys)}`, 'remove')]
}

function levelFindings(path: ComposePath, level: string, value: unknown): Finding[] {
  const known = keysOf(level)
  if (!known || value === undefined || value === null) return []
  if (!isFields(value)) return [wrong(path, `${level} must be a list of keys with values.`)]
  return [
    ...unknownKeys(path, value, known),
    ...known.flatMap((key) => levelFindings([...path, key], `${level}.${key}`, value[key])),
  ]
}

function imageFindings({ stack }: Context, path: ComposePath, image: unknown): Finding[] {
  const names = (stack.images ?? []).map((each) => each.name)
  if (typeof image === 'string' && names.includes(image)) return []
  const said =
    typeof image === 'string'
      ? `The image ${image} is not one of the manifest. ${didYouMean(image, names)}`
      : 'A service names its image.'
  const [only] = names
  return [wrong(path, said, names.length === 1 ? { value: only } : undefined)]
}

const shortPort = /^(?:(.+):)?(\d+|):(\d+)(\/(?:tcp|udp))?$/

function portFindings(path: ComposePath, port: unknown): Finding[] {
  if (isFields(port)) {
    const known = unknownKeys(path, port, longPortKeys)
    if (port.host_ip === '127.0.0.1') return known
    return [...known, wrong(path, onlyLoopback, { value: { ...port, host_ip: '127.0.0.1' } })]
  }
  const read = shortPort.exec(String(port))
  if (!read)
    return [
      wrong(
        path,
        `${onlyLoopback} Write "127.0.0.1:8080:8080".`,
        /^\d+$/.test(String(port)) ? { value: `127.0.0.1:${port}:${port}` } : undefined,
      ),
    ]
  if (read[1] === '127.0.0.1') return []
  return [
    wrong(path, onlyLoopback, { value: `127.0.0.1:${read[2] === '' ? read[3] : read[2]}:${read[3]}${read[4] ?? ''}` }),
  ]
}

const onlyLoopback = 'A port is published on 127.0.0.1 only: Docker opens others past the firewall.'

function mountFindings({ stack, volumes }: Context, path: ComposePath, mount: unknown): Finding[] {
  const long = isFields(mount)
  const [source = '', target = ''] = long
    ? [String(mount.source ?? ''), String(mount.target ?? '')]
    : String(mount).split(':')
  const keys = long ? unknownKeys(path, mount, longMountKeys) : []
  if (long && mount.type === 'tmpfs') return keys
  const isSocket = [socketDirectory, '/run/postgresql'].includes(source) && target === socketDirectory
  if (isSocket && stack.resources.database) return keys
  if (target === '' && !long) return keys
  if (volumes.includes(source)) return keys
  if (source.includes('$'))
    return [...keys, wrong(path, 'Where a mount comes from is written out, not made of variables.', 'remove')]
  if (/^[./~]/.test(source)) return [...keys, unsafe(path, pathMessage(source))]
  return [...keys, wrong(path, `There is no volume ${source} at the top of the file. ${didYouMean(source, volumes)}`)]
}

const pathMessage = (source: string) =>
  source.startsWith('./') && !source.includes('..')
    ? `${source} lies beside the file and is not sent to hosts: put it into the image.`
    : `${source} lies outside the stack: a mount is a volume of this file.`

function securityFindings(path: ComposePath, option: unknown): Finding[] {
  if (['no-new-privileges:true', 'no-new-privileges=true', 'no-new-privileges'].includes(String(option))) return []
  return [unsafe(path, `security_opt ${String(option)} ${unsafeKeys.security_opt}.`)]
}

function driverFindings(path: ComposePath, driver: unknown): Finding[] {
  if (driver === undefined || logDrivers.some((each) => each === driver)) return []
  return [
    wrong(path, `The log driver ${String(driver)} is not taken. Known: ${logDrivers.join(', ')}.`, {
      value: 'json-file',
    }),
  ]
}

function environmentFindings({ stack }: Context, path: ComposePath, environment: unknown): Finding[] {
  return environmentEntries(environment).flatMap(([key, name, value]) => {
    const at = [...path, key]
    const known = stack.variables[name] !== undefined
    const instead = known ? { value: typeof key === 'number' ? `${name}=\${${name}}` : `\${${name}}` } : 'remove'
    const isSecret = isSecretVariable(stack, name)
    if (value === null || value === undefined)
      return isSecret
        ? [wrong(at, `${name} would be taken from the machine: ${asFile(name)}`, 'remove')]
        : [wrong(at, `${name} would be taken from the machine: write ${name}: \${${name}}.`, instead)]
    const literal = typeof value === 'string' && value !== '' && !value.includes('$')
    return literal && (isSecret || looksSecret(name))
      ? [wrong(at, `${name} has a default secret: make it a secret variable of the manifest; ${asFile(name)}`, instead)]
      : []
  })
}

/** Both ways to write an environment: key in the file, name, value. */
export function environmentEntries(environment: unknown): [key: string | number, name: string, value: unknown][] {
  if (isFields(environment)) return Object.entries(environment).map(([name, value]) => [name, name, value])
  return listOf(environment).map((each, i) => {
    const [name = '', ...rest] = String(each).split('=')
    return [i, name, String(each).includes('=') ? rest.join('=') : undefined]
  })
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const asFile = (name: string) =>
  `name ${name} in the manifest for this service, which then finds it in the file that ${name}_FILE names.`

const secretDefault = /\$\{([A-Za-z_][A-Za-z0-9_]*):?-([^}]+)\}/g

/** Environment, command and labels of a container are there for whoever may ask Docker. */
function shownSecret(stack: StackManifest, path: ComposePath, name: string, value: string): Finding {
  const [, service, key, entry] = path
  const given = stack.services[String(service)]?.environment.includes(name)
  const itself = key === 'environment' && (entry === name || value.startsWith(`${name}=`))
  const message = `${name} is a secret, and docker inspect would show it here: ${asFile(name)}`
  return { path, message, kind: 'unsafe', ...(given && itself ? { fix: 'remove' } : {}) }
}

/** Every text of the file: it may refer to the manifest's variables only, and to secrets without a default. */
function textFindings(stack: StackManifest, path: ComposePath, value: unknown): Finding[] {
  if (Array.isArray(value)) return value.flatMap((each, i) => textFindings(stack, [...path, i], each))
  if (isFields(value)) return Object.entries(value).flatMap(([key, each]) => textFindings(stack, [...path, key], each))
  if (typeof value !== 'string' || !value.includes('$')) return []
  const known = Object.keys(stack.variables)
  const { problems } = expand(value, {}, known)
  const defaults = [...value.matchAll(secretDefault)].filter(
    ([, name = '']) => looksSecret(name) || isSecretVariable(stack, name),
  )
  const shown = referencesIn(value).filter((name) => isSecretVariable(stack, name))
  return [
    ...problems.map((message) => wrong(path, message)),
    ...shown.map((name) => shownSecret(stack, path, name, value)),
    ...defaults.map(([all, name]) =>
      wrong(path, `${name} is a secret and has a default here.`, { value: value.replace(all, `\${${name}}`) }),
    ),
  ]
}
