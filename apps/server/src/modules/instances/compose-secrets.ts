import { NexusError } from '../../platform/errors.ts'
import { environmentEntries, fieldsOf } from './compose-judge.ts'
import { layout } from './instance-layout.ts'
import type { Placement } from './runtime.ts'
import { readYaml } from './stack-manifest.ts'
import type { StackManifest } from './stack-schema.ts'
import { expand, isSecretVariable, referencesIn } from './stack-variables.ts'

/**
 * A secret comes to a container as a file, and `NAME_FILE` says where: what is in an environment, `docker inspect` shows.
 * The place and the name are those of Compose secrets and of Docker's official images.
 */
export const secretPath = (name: string): string => `/run/secrets/${name}`
const named = /\/run\/secrets\/([A-Z][A-Z0-9_]*)/g

export type Secrets = Readonly<Record<string, string>>

/** The secrets a service gets as files: those the manifest gives it, and those its own texts look for in the folder. */
export function secretsOf(stack: StackManifest, name: string, service: Readonly<Record<string, unknown>>) {
  const own = environmentEntries(service.environment).map(([, each]) => each)
  const given = (stack.services[name]?.environment ?? []).filter((each) => !own.includes(each))
  const sought = [...JSON.stringify(service).matchAll(named)].flatMap((match) => match[1] ?? [])
  return [...new Set([...given, ...sought])].filter((each) => isSecretVariable(stack, each))
}

export const fileVariables = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`${name}_FILE`, secretPath(name)]))

/** What the project's file says of them, for a service and at its top. */
export const mountsOf = (names: readonly string[]) => names.map((name) => ({ source: name, target: name }))
export const filesOf = ({ instance, slot }: Placement, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { file: `${layout(instance).projectSecrets(slot)}/${name}` }]))

/**
 * Values that stand in for others while one command runs: over the files of secrets, and in every entry of the
 * environment that is made of them, whatever the entry is called. Otherwise the command would answer for the value it has.
 */
export function standIns({ stack, compose }: Placement, service: string, instead: Secrets) {
  const yaml = readYaml(compose ?? '', 'the Compose file')
  const { environment } = fieldsOf(fieldsOf(fieldsOf(yaml.ok && yaml.value).services)[service])
  const own = environmentEntries(environment).flatMap(([, name, value]) => {
    if (instead[name] !== undefined) return [[name, instead[name]] as const]
    const made = typeof value === 'string' && referencesIn(value).some((each) => instead[each] !== undefined)
    return made ? [[name, madeOf(name, value, instead)] as const] : []
  })
  const all = Object.entries(instead)
  const isFile = ([name]: readonly [string, string]) => isSecretVariable(stack, name)
  const plain = all.filter((each) => !isFile(each))
  return { files: all.filter(isFile), environment: [...new Map([...plain, ...own])] }
}

function madeOf(name: string, value: string, instead: Secrets): string {
  const { text, problems } = expand(value, instead, Object.keys(instead))
  if (problems.length === 0) return text
  throw new NexusError(
    'stack.value_mixed',
    'conflict',
    `${name} is made of several variables, so that no command can be run with another value in it.`,
    { hint: `Give the service the variable by itself, or let it read the file that its NAME_FILE names.` },
  )
}
