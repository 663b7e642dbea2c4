import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../apps/server/test/harness/pretend-caller.ts'

/** Never a secret of anything: put in a place on purpose, to show that a search of this place finds what is there. */
const decoy = 'decoy-4f1d9b27c6e84a05'
const planted = 'planted-9c0b7ae2d1f34865'

const logged: string[] = []
let app: PretendApp
let ask: Caller
let ticket: string
let child: ChildProcess
beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  app = await pretendApp({ log })
  ask = await firstAdmin(app)
  ticket = (await app.post('order_paid', app.order('Planted'))).ticket
  expect((await app.until(ticket, ['Live', 'Blocked'])).state).toBe('Live')
  await ask('PUT', '/secrets/planted/API_KEY', { value: planted })
  await ask('PUT', '/secrets/planted/bad name', { value: planted })
  await ask('PUT', '/secrets/planted/API_KEY', { value: { not: planted } })
  await ask('POST', '/secrets/planted/API_KEY/rotate', { value: `${planted}-2`, unknown: true })
  await ask('POST', '/secrets/planted/API_KEY/rotate', { value: `${planted}-2` })
  child = spawn('sleep', ['60'], { env: { DECOY: decoy }, argv0: decoy })
})
afterAll(async () => {
  child?.kill()
  await app?.stop()
})

/** Every value that Nexus keeps sealed, what was planted, and tokens; the address of an inner service is none. */
async function secretValues(): Promise<string[]> {
  const rows = await app.db.rows<{ tenant: string; name: string; version: number }>(
    `select tenant, name, version from secret where name not like '%openclaw-api-url'`,
  )
  const values = await Promise.all(
    rows.map(({ tenant, name, version }) => app.services.secrets.reveal(app.me, `secret:${tenant}/${name}@${version}`)),
  )
  return [...values, planted]
}

const childrenTexts = (): string[] =>
  readdirSync('/proc')
    .filter((each) => /^\d+$/.test(each) && isChild(each))
    .flatMap((pid) => ['cmdline', 'environ'].map((what) => readIf(`/proc/${pid}/${what}`)))
const isChild = (pid: string) => / \(.*\) \S (\d+) /s.exec(readIf(`/proc/${pid}/stat`))?.[1] === String(process.pid)
const readIf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function databaseTexts(): Promise<string[]> {
  const tables = await app.db.rows<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('nexus', 'dbos') and table_type = 'BASE TABLE'`,
  )
  expect(tables.length).toBeGreaterThan(40)
  const dumps = await Promise.all(
    tables.map(({ name }) => app.db.rows<{ text: string }>(`select t::text as text from ${name} t`)),
  )
  return dumps.flat().map((row) => row.text)
}

/** What the API answers to an admin, who may see everything: every list and page of this order, and refusals. */
async function apiTexts(): Promise<string[]> {
  const [instance] = (await app.services.instances.list(app.me, {})).items
  const paths = [
    '/orders',
    `/orders/${ticket}`,
    `/orders/${ticket}/timeline`,
    '/runs',
    `/runs/deliver-order:${ticket}:1`,
  ]
  const lists = [
    '/hosts',
    '/instances',
    '/secrets',
    '/trail/entries?limit=200',
    '/notices',
    '/tokens',
    '/people',
    '/releases',
  ]
  const mine = ['', '/env', '/services', '/checks', '/backups', '/certificates', '/dns'].map(
    (each) => `/instances/${instance?.id}${each}`,
  )
  const more = [
    '/identity/tenants',
    '/sessions',
    '/secrets/planted/API_KEY/where',
    '/approvals',
    `/instances/${instance?.id}/logs?service=backend`,
  ]
  const refused = [
    await ask('PUT', '/secrets/planted/API_KEY', { value: '' }),
    await ask('POST', '/secrets/planted/NONE/rotate', {}),
  ]
  const answers = await Promise.all([...paths, ...lists, ...mine, ...more].map((path) => ask('GET', path)))
  expect(answers.filter((each) => each.status !== 200).map((each) => each.body['code'])).toEqual([])
  return [...answers, ...refused].map((each) => JSON.stringify(each.body))
}

const mailTexts = async () => [
  JSON.stringify(app.world()),
  ...(await app.db.rows<{ text: string }>('select t::text as text from notice t')).map((row) => row.text),
]

const leaks = (texts: readonly string[], values: readonly string[]): string[] =>
  values.filter((value) =>
    texts.some((text) => text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1))),
  )

test.each([
  ['the log', () => logged, async () => void logged.push(`{"leak":"${decoy}"}`)],
  ['words and environment of child processes', childrenTexts, async () => {}],
  [
    'what the API answers',
    apiTexts,
    async () => void (await ask('POST', `/orders/${ticket}/note`, { text: `seen: ${decoy}` })),
  ],
  [
    'every row of every schema',
    databaseTexts,
    async () => void (await ask('POST', `/orders/${ticket}/note`, { text: `seen again: ${decoy}` })),
  ],
  [
    'mails and their copies',
    mailTexts,
    async () => void (await app.db.rows(`update notice set subject = subject || $1`, [decoy])),
  ],
])('%s holds no secret, and the search finds a planted one', async (_place, texts, plant) => {
  const values = await secretValues()
  await plant()
  const found = await texts()

  expect(leaks(found, [decoy])).toEqual([decoy])
  expect(values.length).toBeGreaterThan(8)
  expect(leaks(found, values).map((value) => `${value.slice(0, 12)}…`)).toEqual([])
})
