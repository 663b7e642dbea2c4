import { parseDocument } from 'yaml'
import { plainLine } from './plain-text.ts'

export type ReadYaml = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

const deepest = 64
const mostValues = 100_000

/**
 * YAML 1.2 of strangers as plain values: of a known size, one document, without merge keys; anchors are bounded, and
 * what refers to itself or is nested deeper than 64 is refused, so that whoever walks it comes to an end.
 */
export function readYamlText(text: string, largestBytes: number): ReadYaml {
  if (Buffer.byteLength(text) > largestBytes) return { ok: false, why: `it is larger than ${largestBytes / 1024} kB` }
  try {
    const document = parseDocument(text, { merge: false, uniqueKeys: true, logLevel: 'error' })
    const [error] = document.errors
    if (error) return { ok: false, why: `it is not YAML: ${plainLine(error.message)}` }
    const value: unknown = document.toJS({ maxAliasCount: 50 })
    const why = refusal(value)
    return why === undefined ? { ok: true, value } : { ok: false, why }
  } catch (thrown) {
    return { ok: false, why: `it is not YAML: ${plainLine(thrown instanceof Error ? thrown.message : String(thrown))}` }
  }
}

function refusal(whole: unknown): string | undefined {
  const todo = [{ value: whole, depth: 0 }]
  let seen = 0
  for (let place = todo.pop(); place; place = todo.pop()) {
    const { value, depth } = place
    seen += 1
    if (seen > mostValues) return `it holds more than ${mostValues} values`
    if (typeof value !== 'object' || value === null) continue
    if (depth === deepest) return `it refers to itself or is nested more than ${deepest} deep`
    for (const each of Object.values(value)) todo.push({ value: each, depth: depth + 1 })
  }
  return undefined
}
