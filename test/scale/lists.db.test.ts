import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../apps/server/test/harness/pretend-caller.ts'
import document from '../../docs/reference/openapi.json' with { type: 'json' }
import { manyRows } from './many-rows.ts'
import { questionsOf, rowsRead } from './rows-read.ts'

const rows = process.env['NEXUS_TEST_ALL'] === '1' ? 10_000 : 2000
const limit = 5
/** A page, those of a join beside it, and some to spare; a fiftieth of a table is never read for it. */
const readAtMost = rows / 50

/** Each list as it is asked for, alone and by each of its filters: what is common and what is rare. */
const lists: Readonly<Record<string, { readonly path: string; readonly filters?: readonly string[] }>> = {
  reviewAccess: { path: '/access/review' },
  listApprovals: { path: '/approvals', filters: ['state=used', 'state=open'] },
  listCheckHistory: { path: '/checks/history?subject=one', filters: ['name=usual', 'name=rare'] },
  listDeviations: { path: '/host-deviations', filters: ['host=usual', 'host=rare'] },
  listHosts: {
    path: '/hosts',
    filters: ['state=live', 'state=quarantined', 'region=usual', 'region=rare', 'plan=usual', 'plan=rare'],
  },
  listHostTranscripts: { path: '/hosts/transcripts', filters: ['hostId=usual', 'hostId=rare'] },
  listTenants: { path: '/identity/tenants' },
  listInstances: {
    path: '/instances',
    filters: ['orderId=ord_1', 'hostId=hst_1', 'state=running', 'state=opened'],
  },
  listCertificates: { path: '/instances/one/certificates' },
  listInstanceBackups: { path: '/instances/one/backups' },
  listNotices: { path: '/notices', filters: ['state=sent', 'state=failed', 'recipient=usual', 'recipient=rare'] },
  listOrders: {
    path: '/orders',
    filters: ['mine=true', 'blocked=true', 'atRisk=true', 'state=Live', 'state=Cancelled'],
  },
  listPeople: { path: '/people' },
  listHostEffects: { path: '/pool/ledger', filters: ['open=true'] },
  listReleases: { path: '/releases', filters: ['stack=usual', 'stack=rare'] },
  listRuns: {
    path: '/runs',
    filters: ['subject=usual', 'subject=rare', 'state=done', 'state=running', 'state=blocked'],
  },
  listSecrets: { path: '/secrets', filters: ['tenant=t1'] },
  listSessions: { path: '/sessions', filters: ['everyone=true', 'personId=per_000007'] },
  listTokens: { path: '/tokens', filters: ['everyone=true', 'personId=per_000007'] },
  listTrail: {
    path: '/trail/entries',
    filters: ['subject=usual', 'subject=rare', 'actor=usual', 'actor=rare', 'action=usual', 'action=rare.done'],
  },
}

let app: PretendApp
let ask: Caller

beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
  // What is there has its place in the trail; what is copied counts as placed long before.
  await app.services.trail.keep()
  await manyRows(app.db, rows)
})

afterAll(() => app?.stop())

/** What was read too much while this was done. */
async function readTooMuch(
  what: string,
  work: () => Promise<unknown>,
  atMost = readAtMost,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const each of await questionsOf(work)) {
    const read = await app.db.inTransaction((tx) => rowsRead(tx, each))
    for (const { from, count } of read)
      if (count > atMost) found.push(`${what}: ${count} rows by ${from} for: ${each.sql}`)
  }
  return found
}

/** The same for a page and for the one behind it. */
async function pagesReadTooMuch(path: string): Promise<readonly string[]> {
  const url = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`
  const found: string[] = []
  let next: unknown
  for (const page of ['first', 'next']) {
    const tooMuch = await readTooMuch(`${url} (${page} page)`, async () => {
      const answer = await ask('GET', next === undefined ? url : `${url}&after=${encodeURIComponent(String(next))}`)
      if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
      next = answer.body['next']
    })
    found.push(...tooMuch)
    if (next === undefined) break
  }
  return found
}

describe(`a page of ${limit} of ${rows}`, () => {
  const listed = Object.values(document.paths as Record<string, { readonly get?: Described }>).flatMap(({ get }) =>
    get?.parameters?.some((each) => each.name === 'after') ? [get.operationId] : [],
  )

  test.for(listed)('%s reads no more rows than it needs', async (operation) => {
    const list = lists[operation]
    if (!list) throw new Error(`Name the path and the filters of ${operation} in this test.`)
    const { path, filters = [] } = list
    const asked = [path, ...filters.map((each) => `${path}${path.includes('?') ? '&' : '?'}${each}`)]

    const found: string[] = []
    for (const each of asked) found.push(...(await pagesReadTooMuch(each)))

    expect(found).toEqual([])
  })
})

test('what the trail does every few seconds reads no more of it than is new', async () => {
  const leavesOfASubtree = 256

  expect(await readTooMuch('keeping the trail', () => app.services.trail.keep(), leavesOfASubtree)).toEqual([])
})

test('what concerns every host leaves none out, however many there are', async () => {
  const lines = await app.services.hosts.compareWithWorld(app.me, new Date())

  expect(lines.filter((each) => each.where === 'host').length).toBe(rows)
})

type Described = { readonly operationId: string; readonly parameters?: readonly { readonly name: string }[] }
