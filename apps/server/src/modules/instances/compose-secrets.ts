import { environmentEntries, isFields } from './compose-judge.ts'
import { layout } from './instance-layout.ts'
import type { Placement } from './runtime.ts'
import { readYaml } from './stack-manifest.ts'
import type { StackManifest } from './stack-schema.ts'

/**
 * A secret comes to a container as a file, and `NAME_FILE` says where: what is in an environment, `docker inspect` shows.
 * The place and the name are those of Compose secrets and of Docker's official images.
 */
const folder = '/run/secrets'
const named = /\/run\/secrets\/([A-Z][A-Z0-9_]*)/g

export type Secrets = Readonly<Record<string, string>>

type Service = Readonly<Record<string, unknown>>

const ownNames = (service: Service): readonly string[] =>
  environmentEntries(service.environment).map(([, name]) => name)

/** The secrets a service gets as files: those the manifest gives it, and those its own texts look for in the folder. */
export function secretsOf(stack: StackManifest, name: string, service: Service): readonly string[] {
  const isSecret = (each: string) => stack.variables[each]?.secret === true
  const own = ownNames(service)
  const given = (stack.services[name]?.environment ?? []).filter((each) => !own.includes(each))
  const sought = [...JSON.stringify(service).matchAll(named)].flatMap((match) => match[1] ?? [])
  return [...new Set([...given, ...sought])].filter(isSecret)
}

export const fileVariables = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`${name}_FILE`, `${folder}/${name}`]))

/** What the project's file says of them, for a service and at its top. */
export const mountsOf = (names: readonly string[]) => names.map((name) => ({ source: name, target: name }))
export const filesOf = ({ instance, slot }: Placement, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { file: `${layout(instance).projectSecrets(slot)}/${name}` }]))

/** Of values that stand in for others: which the service reads from its environment, and which from a file. */
export function splitStandIns(placement: Placement, service: string, instead: Secrets) {
  const yaml = readYaml(placement.compose ?? '', 'the Compose file')
  const file = yaml.ok && isFields(yaml.value) ? yaml.value : {}
  const found = isFields(file.services) ? file.services[service] : undefined
  const own = isFields(found) ? ownNames(found) : []
  const isFile = ([name]: readonly [string, string]) =>
    placement.stack.variables[name]?.secret === true && !own.includes(name)
  const all = Object.entries(instead)
  return { files: all.filter(isFile), environment: all.filter((each) => !isFile(each)) }
}
