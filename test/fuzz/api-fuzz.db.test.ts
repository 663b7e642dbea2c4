import { existsSync, rmSync } from 'node:fs'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogOn } from '../../apps/server/src/platform/log.ts'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { firstAdminToken } from '../../apps/server/test/harness/pretend-caller.ts'
import document from '../../docs/reference/openapi.json' with { type: 'json' }
import { faultsOf, sender } from './api-answers.ts'
import { forbiddenMarks, shellCanary, textsIn } from './hostile-text.ts'
import { casesOf, type Operation, type Parameter, type RequestCase } from './request-cases.ts'
import type { Schema } from './schema-values.ts'

/**
 * Every route of the OpenAPI document over real HTTP against a whole server: half of the requests are valid by schema
 * and hostile in content, half are broken. NEXUS_FUZZ_SEED repeats a run, `./bin/test --all` sends twenty times as many.
 */
const seed = Number(process.env['NEXUS_FUZZ_SEED'] ?? 20_261_121)
const whole = 240
const perRoute = Number(process.env['NEXUS_FUZZ_CASES'] ?? (process.env['NEXUS_TEST_ALL'] === '1' ? whole : 12))

/** Routes that would end the run for all that come after; only their broken requests are sent. */
const brokenOnly: Readonly<Record<string, string>> = {}

type Described = {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
}

const operations: readonly Operation[] = Object.entries(
  document.paths as unknown as Record<string, Record<string, Described>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({
    operationId: each.operationId,
    method: method.toUpperCase(),
    path,
    parameters: each.parameters ?? [],
    body: each.requestBody?.content?.['application/json']?.schema,
  })),
)

const schemas = document.components.schemas as unknown as Record<string, Schema>
const resolve = (ref: string): Schema => schemas[ref.replace('#/components/schemas/', '')] ?? {}

const logged: string[] = []
const log = createLogOn(
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logged.push(chunk.toString('utf8'))
      done()
    },
  }),
  'info',
)

let app: PretendApp
let door: ReturnType<typeof sender>
let orderSchema: Schema
let me = ''
const lists = new Map<string, readonly string[]>()
const sent = { requests: 0, taken: 0, tooMany: 0 }

beforeAll(async () => {
  rmSync(shellCanary, { force: true })
  app = await pretendApp({ log })
  const token = await firstAdminToken(app)
  door = sender(app.address, token)
  const ask = async (path: string): Promise<Record<string, unknown>> => {
    const { text } = await door.send('GET', { says: '', url: path, headers: {}, body: undefined, refused: false })
    return JSON.parse(text) as Record<string, unknown>
  }
  const live = await app.post('order_paid', app.order('fuzzed'))
  await app.until(live.ticket, ['Live'])
  await app.post('order_paid', app.order('stuck', { plan: 'no such plan' }))
  const who = await ask('/api/v1/whoami')
  me = String(who['id'])
  orderSchema = (await ask('/api/v1/orders/schema')) as Schema
  const own = new Set(textsIn(who))
  for (const { method, path, parameters } of operations) {
    if (method !== 'GET' || path.includes('{') || path.endsWith('/events') || parameters.some((one) => one.required))
      continue
    const { items } = await ask(path)
    if (!Array.isArray(items)) continue
    const found = (items as Record<string, unknown>[]).flatMap((item) =>
      ['ticket', 'id', 'tenant', 'name', 'number'].map((key) => item[key]),
    )
    lists.set(
      path,
      found.filter((each): each is string => typeof each === 'string' && !own.has(each)),
    )
  }
}, 120_000)

afterAll(async () => {
  door?.close()
  await app?.stop()
})

/** Entries in the trail that this person's own requests wrote; refusals are written too and are not counted. */
const changes = async () =>
  (
    await app.db.row<{ count: number }>(
      `select count(*) as count from audit_entry where actor = $1 and action not like '%refused%'`,
      [me],
    )
  )?.count ?? 0

/** A number of its own for each route, so that a new route leaves the cases of the others as they are. */
const seedOf = (name: string) => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, seed)

async function tryOne(operation: Operation, request: RequestCase): Promise<string[]> {
  const before = await changes()
  sent.requests += 1
  const answer = await door.send(operation.method, request).catch((thrown: Error) => thrown)
  if (answer instanceof Error) return [`it does not answer: ${answer.message}`]
  if (answer.status < 400) sent.taken += 1
  if (answer.status === 429) sent.tooMany += 1
  const faults = faultsOf(answer, request.refused)
  // What takes a second person is refused, and the question to that person is kept.
  const asksSecondPerson = answer.status === 409 && answer.text.includes('"code":"approvals.needed"')
  if (answer.status >= 400 && !asksSecondPerson && (await changes()) !== before)
    faults.push('it refuses and leaves a change in the trail')
  return faults.map((each) => `${each}\n    answer: ${answer.status} ${answer.text.slice(0, 600)}`)
}

describe('a hostile caller', () => {
  test.each(operations.map((each) => [`${each.method} ${each.path}`, each] as const))(
    '%s',
    async (route, given) => {
      const isOrder = ['placeOrder', 'draftOrder', 'amendOrder'].includes(given.operationId)
      const operation = isOrder ? { ...given, body: { anyOf: [orderSchema, given.body ?? {}] } } : given
      const [valid, broken] = casesOf(operation, { resolve, known: (list) => lists.get(list) ?? [] })
      const own = seedOf(given.operationId)
      const draw = (cases: fc.Arbitrary<RequestCase> | undefined, count: number) =>
        cases ? fc.sample(cases, { numRuns: count, seed: own }) : []
      const half = Math.ceil(perRoute / 2)
      const requests = [...(given.operationId in brokenOnly ? [] : draw(valid, half)), ...draw(broken, half)]

      const found: string[] = []
      for (const [place, request] of requests.entries()) {
        for (const fault of await tryOne(operation, request)) {
          const shown = `${given.method} ${request.url.slice(0, 300)} ${request.body?.subarray(0, 600).toString('utf8') ?? ''}`
          found.push(
            `${route}, case ${place + 1} of ${requests.length} (${request.says}), seed ${seed}: ${fault}\n    sent: ${shown}`,
          )
        }
      }

      expect(requests.length).toBeGreaterThan(0)
      expect(found.join('\n')).toBe('')
    },
    300_000,
  )
})

describe('after all of it', () => {
  test('requests of every kind got through to the verbs', () => {
    process.stdout.write(
      `fuzz: seed ${seed}, ${perRoute} of ${whole} cases a route, ${operations.length} routes, ${sent.requests} requests, ${sent.taken} taken\n`,
    )

    expect(sent.requests).toBeGreaterThanOrEqual(operations.length * 6)
    expect(sent.taken / sent.requests).toBeGreaterThan(0.1)
    expect(sent.tooMany / sent.requests).toBeLessThan(0.1)
  })

  test('nothing was run by a shell', () => {
    expect(existsSync(shellCanary)).toBe(false)
  })

  test('the trail still stands and the server answers', async () => {
    expect(await app.db.row('select 1 as ok from audit_entry limit 1')).toEqual({ ok: 1 })
    expect((await fetch(`${app.address}/ready`)).status).toBe(200)
  })

  test('no line of the log holds a control or bidirectional character', () => {
    const raw = logged.filter((line) => textsIn(JSON.parse(line)).some((each) => forbiddenMarks.test(each)))

    expect(logged.length).toBeGreaterThan(0)
    expect(raw.slice(0, 5)).toEqual([])
  })

  test('no request was answered as a bug of ours', () => {
    const bugs = logged.filter((line) => line.includes('a request failed'))

    expect(bugs.slice(0, 5)).toEqual([])
  })
})
