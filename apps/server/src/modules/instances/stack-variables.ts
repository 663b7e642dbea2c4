import type { Problem } from '../../platform/errors.ts'
import { didYouMean } from './nearest-name.ts'
import { portIn } from './stack-rules.ts'
import { knownSources, type Slot, type StackManifest, type StackVariable } from './stack-schema.ts'

/** `secret:<tenant>/<name>@<version>`: says where a value is kept, and may be shown, stored and logged. */
export type SecretRef = string

export const isSecretRef = (value: string): value is SecretRef => /^secret:[^/\s]+\/[^@\s]+@\d+$/.test(value)

/** Whether the manifest calls this variable a secret. */
export const isSecretVariable = (stack: StackManifest, name: string): boolean => stack.variables[name]?.secret === true

/** A value in the open, or where the secret is kept. */
export type Given = { readonly plain: string } | { readonly secret: SecretRef }

export type KnownSource = (typeof knownSources)[number]
export type StackFacts = { readonly [Source in KnownSource]?: Given }

export type VariableOrigin = 'given' | 'generated' | 'default' | 'known'
export type ResolvedVariable = {
  readonly name: string
  readonly group: string
  readonly secret: boolean
  readonly origin: VariableOrigin
  readonly value: Given
}

export type ResolvedVariables = {
  readonly values: Readonly<Record<string, ResolvedVariable>>
  /** Every missing or invalid variable at once. */
  readonly problems: readonly Problem[]
}

export type ResolveInput = {
  readonly facts: StackFacts
  /** Set by people or generated before, by name. */
  readonly kept: Readonly<Record<string, Given>>
  readonly slot: Slot
}

/** Where each variable's value comes from; a secret stays a reference. Pure: asks and stores nothing. */
export function resolveVariables(stack: StackManifest, input: ResolveInput): ResolvedVariables {
  const values: Record<string, ResolvedVariable> = {}
  const problems: Problem[] = []
  for (const [name, variable] of Object.entries(stack.variables)) {
    const found = findValue(stack, name, variable, input)
    if (!found) {
      if (variable.required) problems.push(missing(name, variable))
      continue
    }
    values[name] = { name, group: variable.group, secret: variable.secret, ...found }
    if (variable.secret && 'plain' in found.value) {
      problems.push({ path: name, message: `${variable.group}: ${name} is a secret and must be given as one.` })
    } else if ('plain' in found.value) problems.push(...valueProblems(name, variable, found.value.plain))
  }
  const unknown = Object.keys(input.kept).filter((name) => !stack.variables[name])
  const known = Object.keys(stack.variables)
  return {
    values,
    problems: [
      ...problems,
      ...unknown.map((name) => ({
        path: name,
        message: `This stack has no variable ${name}. ${didYouMean(name, known)}`,
      })),
    ],
  }
}

function findValue(stack: StackManifest, name: string, variable: StackVariable, { facts, kept, slot }: ResolveInput) {
  const given = kept[name]
  if (given)
    return { origin: variable.generate === undefined ? ('given' as const) : ('generated' as const), value: given }
  if (variable.from) {
    const known = knownSources.find((each) => each === variable.from)
    const value = known ? facts[known] : serviceUrl(stack, variable.from, slot)
    return value ? { origin: 'known' as const, value } : undefined
  }
  if (variable.default !== undefined) return { origin: 'default' as const, value: { plain: variable.default } }
  return undefined
}

/** How one service of a stack reaches another: over loopback under systemd, by its name inside a Compose project. */
function serviceUrl(stack: StackManifest, source: string, slot: Slot): Given | undefined {
  const name = /^service\.(.+)\.url$/.exec(source)?.[1] ?? ''
  const service = stack.services[name]
  if (!service) return undefined
  return {
    plain: stack.runtime === 'compose' ? `http://${name}:${service.port}` : `http://127.0.0.1:${portIn(service, slot)}`,
  }
}

function missing(name: string, variable: StackVariable): Problem {
  const why = variable.from ? ` (Nexus takes it from ${variable.from}, which is not known yet)` : ''
  return { path: name, message: `${variable.group}: ${name} is missing${why}.` }
}

/** What is wrong with a value, without repeating it: it may be a secret. */
export function valueProblems(name: string, variable: StackVariable, value: string): Problem[] {
  const say = (message: string): Problem[] => [{ path: name, message: `${variable.group}: ${name} ${message}` }]
  if (value.includes('\u0000')) return say('holds a character that no environment can hold.')
  if (value === '' && variable.required) return say('is empty.')
  if (value !== '' && variable.pattern && !new RegExp(variable.pattern).test(value))
    return say(`does not match ${variable.pattern}.`)
  return []
}

/** The variables to generate: declared so, and not kept yet. */
export const toGenerate = (stack: StackManifest, kept: Readonly<Record<string, Given>>) =>
  Object.entries(stack.variables).flatMap(([name, each]) =>
    each.generate !== undefined && !kept[name] ? [{ name, bytes: each.generate }] : [],
  )

/** The name a variable's secret is kept under; the tenant is the other half of the reference. */
export const secretNameOf = (instanceId: string, variable: string): string =>
  `${instanceId}.${variable.toLowerCase().replaceAll('_', '-')}`

export type Expanded = { readonly text: string; readonly problems: readonly string[] }

const reference = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/g

/** `${VAR}`, `$VAR`, `${VAR:-else}` and `$$`, over the manifest's variables and nothing else of the machine. */
export function expand(text: string, values: Readonly<Record<string, string>>, known: readonly string[]): Expanded {
  const problems: string[] = []
  const expanded = text.replace(
    reference,
    (all: string, braced?: string, mark?: string, rest?: string, bare?: string) => {
      if (all === '$$') return '$'
      const name = braced ?? bare ?? ''
      if (!known.includes(name)) {
        problems.push(`\${${name}} is not a variable of this stack. ${didYouMean(name, known)}`)
        return ''
      }
      const value = values[name]
      if (value !== undefined && (value !== '' || !mark?.startsWith(':'))) return value
      return mark?.endsWith('-') ? (rest ?? '') : ''
    },
  )
  return { text: expanded, problems }
}

/** The names a text refers to. */
export const referencesIn = (text: string): readonly string[] =>
  [...text.matchAll(reference)].flatMap((match) => match[1] ?? match[4] ?? [])

/** Takes known secrets out of text that comes back from a host, before it is kept or shown. */
export function hideValues(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((each) => each.length >= 6)
    .sort((a, b) => b.length - a.length)
    .reduce((clean, each) => clean.replaceAll(each, '(hidden)').replaceAll(encodeURIComponent(each), '(hidden)'), text)
}
