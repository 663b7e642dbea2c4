import { createHash } from 'node:crypto'
import { NexusError, type Problem } from '../../platform/errors.ts'

/** What may be kept of an order that is not complete yet: plain JSON of a known size without hidden characters. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

const limits = { depth: 6, entries: 64, text: 2000, key: 64, values: 500, problems: 50 } as const

const hidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

type Walk = { readonly problems: Problem[]; values: number }

/**
 * Lets through what can be stored and shown, and refuses the rest by name: control characters, line breaks and
 * bidirectional marks (they forge mail headers, logs and terminals), over-long and over-deep content.
 */
export function readContent(body: unknown): JsonObject {
  const walk: Walk = { problems: [], values: 0 }
  if (!isPlainObject(body)) throw refused([{ path: '', message: 'An order is a JSON object.' }])
  look(body, '', 1, walk)
  if (walk.problems.length > 0) throw refused(walk.problems)
  // look() has seen every value: only JSON is left.
  return body as JsonObject
}

function look(value: unknown, path: string, depth: number, walk: Walk): void {
  walk.values += 1
  if (walk.values > limits.values) {
    if (walk.values === limits.values + 1) say(walk, path, `An order holds at most ${limits.values} values.`)
    return
  }
  const refusal = typeof value === 'object' && value !== null ? refuseShape(value, depth) : refuseScalar(value)
  if (refusal !== undefined) {
    say(walk, path, refusal)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    const odd = key.length > limits.key || hidden.test(key) || forbiddenKeys.has(key)
    if (odd) say(walk, path, 'A field has a name that is refused.')
    else look(each, path === '' ? key : `${path}.${key}`, depth + 1, walk)
  }
}

function say(walk: Walk, path: string, message: string): void {
  if (walk.problems.length < limits.problems) walk.problems.push({ path, message })
}

function refuseShape(value: object, depth: number): string | undefined {
  if (depth > limits.depth) return `An order is nested at most ${limits.depth} deep.`
  if (!Array.isArray(value) && !isPlainObject(value)) return 'Only JSON can be kept.'
  return Object.keys(value).length > limits.entries
    ? `A list or object holds at most ${limits.entries} entries.`
    : undefined
}

function refuseScalar(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'This is not a number.'
  if (typeof value !== 'string') return 'Only JSON can be kept.'
  if (value.length > limits.text) return `A text is at most ${limits.text} characters long.`
  if (!hidden.test(value) && value.isWellFormed()) return undefined
  return 'A text holds control characters, line breaks or hidden marks; it must be one plain line.'
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const refused = (problems: readonly Problem[]) =>
  new NexusError('order.content_refused', 'invalid', 'The order holds content that is refused.', {
    hint: 'Send the fields of the order schema as plain text: GET /api/v1/orders/schema.',
    problems,
  })

/** The same content has the same hash, whatever the order of its keys. */
export const contentHash = (content: Json): string => createHash('sha256').update(canonical(content)).digest('hex')

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const object = value as JsonObject
  const keys = Object.keys(object).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(object[key] ?? null)}`).join(',')}}`
}

/** The text at `path` (`organization.legalName`), or undefined where there is none. */
export function textAt(content: JsonObject, path: string): string | undefined {
  let found: Json | undefined = content
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined
    found = (found as JsonObject)[key]
  }
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined
}
