import fc from 'fast-check'
import { hostileTexts } from './hostile-text.ts'

/** As much of JSON Schema as the OpenAPI document of the routes speaks. */
export type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
}

export type Resolve = (ref: string) => Schema

/** Values that are valid by the schema and as hostile as it lets them be. */
export function hostileValues(schema: Schema, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return hostileValues(resolve(schema.$ref), resolve, depth)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices && choices.length > 0) return fc.oneof(...choices.map((each) => hostileValues(each, resolve, depth)))
  if (schema.allOf) {
    const parts = schema.allOf.map((each) => hostileValues(each, resolve, depth))
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown)
  }
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type: string) => hostileValues({ ...schema, type }, resolve, depth)))
  switch (schema.type) {
    case 'string':
      return hostileStrings(schema)
    case 'integer':
      return integers(schema)
    case 'number':
      return fc.oneof(
        integers(schema),
        fc.double({ min: schema.minimum ?? -1e308, max: schema.maximum ?? 1e308, noNaN: true }),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const size = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 20) }
      return fc.array(hostileValues(schema.items ?? {}, resolve, depth + 1), size)
    }
    case 'object':
      return objects(schema, resolve, depth)
    default:
      return anyJson
  }
}

const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53),
)

/** The ends of what is allowed, and what lies between. */
function integers({ minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const min = Math.ceil(Math.max(minimum ?? exclusiveMinimum ?? -(2 ** 31), Number.MIN_SAFE_INTEGER))
  const max = Math.floor(Math.min(maximum ?? 2 ** 53 - 1, Number.MAX_SAFE_INTEGER))
  const low = exclusiveMinimum === undefined ? min : min + 1
  return fc.oneof(fc.constantFrom(low, max), fc.integer({ min: low, max }))
}

function objects(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required ?? [])
  const shape = Object.fromEntries(fields.map(([name, each]) => [name, hostileValues(each, resolve, depth + 1)]))
  const known = fc.record(shape, { requiredKeys: fields.map(([name]) => name).filter((name) => required.has(name)) })
  if (schema.additionalProperties === false || schema.additionalProperties === undefined) return known
  const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
  const keys = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ maxLength: 12 }))
  const more = fc.dictionary(keys, depth > 3 ? fc.constant(null) : hostileValues(value, resolve, depth + 1), {
    maxKeys: 4,
  })
  return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...(one as object) }))
}

const plain = [
  'a',
  'abc',
  'x1',
  'lab-1',
  'acme',
  'A_B',
  'SHA256:abc',
  'ann@example.test',
  '1.0.0',
  '2026-11-21T10:00:00Z',
]

function hostileStrings({ minLength = 0, maxLength = 100_000, pattern, format }: Schema): fc.Arbitrary<string> {
  const expression = pattern === undefined ? undefined : safeExpression(pattern)
  const fits = (text: string) =>
    [...text].length >= minLength && text.length <= maxLength && (expression === undefined || expression.test(text))
  const longest = 'x'.repeat(Math.min(maxLength, 70_000))
  const fitting = [
    ...hostileTexts.flatMap((text) => [text, text.slice(0, maxLength), text.padEnd(minLength, 'x')]),
    ...plain,
    longest,
  ].filter(fits)
  const choices: fc.Arbitrary<string>[] = []
  if (fitting.length > 0) choices.push(fc.constantFrom(...new Set(fitting)))
  if (format === 'email') choices.push(fc.constantFrom('a@b.test', `${'a'.repeat(60)}@${'b'.repeat(60)}.test`))
  else if (expression !== undefined) choices.push(matching(expression, fits))
  else choices.push(fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, minLength + 40) }))
  return fc.oneof(...choices)
}

function safeExpression(pattern: string): RegExp {
  return new RegExp(pattern, 'u')
}

/** Some patterns cannot be run backwards: then what else fits has to do. */
function matching(expression: RegExp, fits: (text: string) => boolean): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(expression.source)).filter(fits)
  } catch {
    return fc.constantFrom(...plain.filter(fits), ...plain.slice(0, 1))
  }
}
