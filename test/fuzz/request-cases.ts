import fc from 'fast-check'
import { hostileTexts } from './hostile-text.ts'
import { hostileValues, type Resolve, type Schema } from './schema-values.ts'

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

export type Operation = {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
}

/** One request as it goes over the wire, and what is known of it beforehand. */
export type RequestCase = {
  readonly says: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  /** True where any answer but a refusal would be wrong. */
  readonly refused: boolean
}

export type Given = {
  readonly resolve: Resolve
  /** Ids that exist, by the path of the list they are in. */
  readonly known: (list: string) => readonly string[]
}

type Drawn = { readonly path: Record<string, string>; readonly query: Record<string, unknown>; readonly body: unknown }

/** By turns a request that is valid by the document and hostile in content, and one that is broken in one way. */
export function casesOf(operation: Operation, given: Given): readonly fc.Arbitrary<RequestCase>[] {
  const drawn = draw(operation, given)
  return [
    drawn.map((each) => written(operation, each, 'valid by schema, hostile in content')),
    broken(operation, drawn),
  ]
}

function draw(operation: Operation, { resolve, known }: Given): fc.Arbitrary<Drawn> {
  const inPath = operation.parameters.filter((each) => each.in === 'path')
  const inQuery = operation.parameters.filter((each) => each.in === 'query')
  const path = fc.record(
    Object.fromEntries(
      inPath.map((each) => {
        const there = known(operation.path.slice(0, operation.path.indexOf(`/{${each.name}}`)))
        const odd = hostileValues(each.schema, resolve).map(String)
        return [each.name, there.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...there), weight: 2 }, odd) : odd]
      }),
    ),
  )
  const query = fc.record(Object.fromEntries(inQuery.map((each) => [each.name, hostileValues(each.schema, resolve)])), {
    requiredKeys: inQuery.filter((each) => each.required).map((each) => each.name),
  })
  const body = operation.body ? hostileValues(operation.body, resolve) : fc.constant(undefined)
  return fc.record({ path, query, body })
}

function written(operation: Operation, { path, query, body }: Drawn, says: string): RequestCase {
  const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
  return {
    says,
    url: `${pathOf(operation, path)}${search.length > 0 ? `?${search.join('&')}` : ''}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    refused: false,
  }
}

const pathOf = (operation: Operation, path: Record<string, string>) =>
  operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => encoded(path[name] ?? 'x') || '%20')

const encoded = (text: string) => encodeURIComponent(text.toWellFormed())

const deepJson = (levels: number) => Buffer.from(`${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`)

/** Bodies that no route takes, whatever it is for. */
const unreadable: readonly (readonly [string, () => Buffer, string?])[] = [
  ['no JSON at all', () => Buffer.from('{"a":')],
  ['an empty body called JSON', () => Buffer.from('')],
  ['JSON in invalid UTF-8', () => Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
  ['a body of two megabytes', () => Buffer.from(JSON.stringify({ a: 'x'.repeat(2 << 20) }))],
  ['5,000 levels of nesting', () => deepJson(5000)],
  ['a poisoned prototype', () => Buffer.from('{"__proto__":{"admin":true},"constructor":{"prototype":{"a":1}}}')],
  ['a list instead of an object', () => Buffer.from('[[[]]]')],
  ['a text instead of an object', () => Buffer.from('"$(reboot)"')],
  ['XML', () => Buffer.from('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'), 'application/xml'],
  ['a form', () => Buffer.from('a=1&a=2'), 'application/x-www-form-urlencoded'],
  ['a content type of nonsense', () => Buffer.from('{}'), 'application/json/../x'],
]

function broken(operation: Operation, drawn: fc.Arbitrary<Drawn>): fc.Arbitrary<RequestCase> {
  const ways: fc.Arbitrary<RequestCase>[] = [
    fc.tuple(drawn, fc.constantFrom(...oddQueries)).map(([each, query]) => {
      const request = written(operation, each, `the query ${query.slice(0, 60)}`)
      return { ...request, url: `${request.url.split('?')[0]}?${query}` }
    }),
    fc.tuple(drawn, fc.constantFrom(...oddHeaders)).map(([each, [name, value]]) => {
      const request = written(operation, each, `the header ${name}: ${value.slice(0, 40)}`)
      return { ...request, headers: { ...request.headers, [name]: value } }
    }),
  ]
  if (operation.path.includes('{'))
    ways.push(
      fc.tuple(drawn, fc.constantFrom(...oddSegments)).map(([each, segment]) => {
        const request = written(operation, each, `the path segment ${segment.slice(0, 40)}`)
        return { ...request, url: operation.path.replace(/\{\w+\}/g, () => segment) }
      }),
    )
  if (operation.body)
    ways.push(
      fc.tuple(drawn, fc.constantFrom(...unreadable)).map(([each, [says, bytes, type]]) => ({
        ...written(operation, each, says),
        headers: { 'content-type': type ?? 'application/json' },
        body: bytes(),
        refused: true,
      })),
      fc.tuple(drawn, fc.nat(), fc.constantFrom(...wrongTypes)).map(([each, place, value]) => {
        const body = replaceOne(each.body, place, value)
        return written(operation, { ...each, body }, `${JSON.stringify(value).slice(0, 30)} in place of one field`)
      }),
    )
  return fc.oneof(...ways)
}

const wrongTypes: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  [],
  {},
  [[[[]]]],
  { $ne: null },
  'x'.repeat(200_000),
  Array.from({ length: 2000 }, () => 1),
]

const oddQueries: readonly string[] = [
  'limit=1&limit=2',
  'limit=-1',
  'limit=1e9',
  'limit=NaN',
  'after=%00',
  'after=%F0%28%8C%28',
  'after=%',
  `after=${'a'.repeat(5000)}`,
  'after=bm90IGEgY3Vyc29y',
  'after=eyJhIjpbXX0',
  'subject=%00&state=%00&name=%00',
  'subject[]=1&subject[a]=2&__proto__[x]=1',
  'state=%E2%80%AE&%0d%0aSet-Cookie:x=1',
  '&&&===&',
]

const oddSegments: readonly string[] = [
  '%00',
  '%2e%2e',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%F0%28%8C%28',
  '%E2%80%AEx',
  '%0d%0aSet-Cookie:%20a=b',
  '%1b%5b2J',
  'a'.repeat(4000),
  '%24%28reboot%29',
  '__proto__',
  encodeURIComponent(hostileTexts[11] ?? 'x'),
]

const oddHeaders: readonly (readonly [string, string])[] = [
  ['idempotency-key', ' '],
  ['idempotency-key', 'x'.repeat(5000)],
  ['idempotency-key', '\u00e9\u00ff'],
  ['x-request-id', '../../x\u00a0'],
  ['x-forwarded-for', '127.0.0.1, $(reboot)'],
  ['accept', 'text/html;q=nonsense, */*/*'],
  ['last-event-id', '-1'],
  ['if-none-match', '"'],
  ['cookie', '__proto__=1; =; a'],
  ['traceparent', '00-zz-zz-zz'],
]

/** The value with one field, found by `place`, replaced by something of another type. */
function replaceOne(value: unknown, place: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return by
  const keys = Object.keys(value)
  const key = keys[place % Math.max(keys.length, 1)]
  return key === undefined ? { anything: by } : { ...value, [key]: by }
}
