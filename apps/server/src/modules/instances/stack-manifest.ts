import { z } from 'zod'
import { NexusError, type Problem } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import { readYamlText } from '../../platform/yaml-text.ts'
import { didYouMean } from './nearest-name.ts'
import { stackProblems } from './stack-rules.ts'
import { type StackManifest, stackSchema } from './stack-schema.ts'

/** The JSON Schema that is published and that editors complete by. */
export const stackJsonSchema = () => z.toJSONSchema(stackSchema, { io: 'input' })

export type ReadStack =
  | { readonly ok: true; readonly stack: StackManifest }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const largestManifest = 256 * 1024

/** Reads a manifest; every problem at once, each with its path in the file. */
export function readStack(text: string): ReadStack {
  const yaml = readYaml(text, 'the manifest')
  if (!yaml.ok) return yaml
  const read = stackSchema.safeParse(yaml.value)
  if (!read.success) return { ok: false, problems: read.error.issues.flatMap((issue) => describeIssue(issue)) }
  const problems = stackProblems(read.data)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, stack: read.data }
}

/** A manifest kept in a release row, read again; it was accepted once. */
export function stackOf(kept: unknown): StackManifest {
  const read = stackSchema.safeParse(kept)
  if (read.success) return read.data
  const problems = read.error.issues.flatMap((issue) => describeIssue(issue))
  throw new NexusError(
    'stack.not_readable',
    'conflict',
    'The manifest of this release is not one this version reads.',
    { problems },
  )
}

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function readYaml(text: string, what: string): ReadYaml {
  const read = readYamlText(text, largestManifest)
  if (read.ok) return read
  return { ok: false, problems: [{ path: '', message: `This is not taken as ${what}: ${read.why}.` }] }
}

function describeIssue(issue: z.core.$ZodIssue): Problem[] {
  const at = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...at, key].join('.'),
      message: `There is no key ${plainLine(key, 80)} here. ${didYouMean(key, knownKeys(issue.path))}`,
    }))
  }
  if (issue.code === 'invalid_key') return [{ path: at.join('.'), message: issue.issues[0]?.message ?? issue.message }]
  return [{ path: at.join('.'), message: issue.message }]
}

/** The keys the schema has at a path, for the sentence about one it does not have. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let node: unknown = stackJsonSchema()
  for (const part of path) node = stepInto(node, part)
  const properties = (node as { properties?: object } | undefined)?.properties
  return properties ? Object.keys(properties) : []
}

// A JSON Schema is plain data whose shape depends on where one stands: read loosely, answers undefined when lost.
function stepInto(node: unknown, part: PropertyKey): unknown {
  const found = node as
    | { properties?: Record<string, unknown>; additionalProperties?: unknown; items?: unknown }
    | undefined
  if (typeof part === 'number') return found?.items
  return found?.properties?.[String(part)] ?? found?.additionalProperties
}
