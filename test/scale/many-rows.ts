import type { Database } from '../../apps/server/src/platform/db.ts'

/** What a copy holds in a column, as SQL of its number `n`. What must not be null and is not named holds anything. */
type Row = Readonly<Record<string, string>>

const id = (prefix: string) => `'${prefix}_' || lpad(n::text, 6, '0')`
/** One row in a hundred is the rare one. */
const mostly = (usual: string, rare: string) => `case when n % 100 = 7 then ${rare} else ${usual} end`
const minute = `timestamptz '2026-01-01' + make_interval(mins => n)`

/** What the lists are about, each in the order in which one refers to another. */
const tables: Readonly<Record<string, Row>> = {
  orders: {
    id: id('ord'),
    ticket: `'NX-B' || n`,
    order_number: `'B-' || n`,
    state: `case when n % 100 = 7 then 'Blocked' when n % 100 = 8 then 'Cancelled' else 'Live' end`,
    due_at: minute,
    risk_at: minute,
    owner_id: mostly(`'usual'`, `'rare'`),
  },
  order_task: { id: id('tsk'), order_id: id('ord'), kind: `'refund_after_live'`, done_at: mostly('now()', 'null') },
  host: {
    id: id('hst'),
    name: `'h' || n`,
    state: mostly(`'live'`, `'quarantined'`),
    region: mostly(`'usual'`, `'rare'`),
    plan: mostly(`'usual'`, `'rare'`),
  },
  host_effect: { id: id('eff'), kind: `'create'`, done_at: mostly('now()', 'null') },
  host_transcript: { id: id('htr'), kind: `'exec'`, host_id: mostly(`'usual'`, `'rare'`) },
  host_deviation: { id: id('dev'), item: `'i' || n`, host_id: mostly(`'usual'`, `'rare'`) },
  instance: {
    id: id('ins'),
    order_id: `'ord_' || n % 1000`,
    environment: `'e' || n`,
    host_id: `'hst_' || n % 100`,
    domain: `'d' || n`,
    state: mostly(`'running'`, `'opened'`),
  },
  certificate: {
    id: id('crt'),
    instance_id: `'one'`,
    names: `'[]'`,
    domain: `'c' || n || '.nexus.test'`,
    state: `'valid'`,
  },
  backup: { id: id('bak'), instance_id: `'one'`, state: `'proven'` },
  tenant: { tenant: id('tnt') },
  release: { id: id('rel'), stack: mostly(`'usual'`, `'rare'`), version: `'v' || n`, artifacts: `'[]'` },
  run: {
    id: `'run:' || n`,
    flow: `'f' || n`,
    subject: mostly(`'usual'`, `'rare'`),
    outcome: mostly(`'done'`, 'null'),
    started_at: minute,
  },
  check_result: { id: id('chk'), subject: `'one'`, name: mostly(`'usual'`, `'rare'`), status: `'pass'`, at: minute },
  notice: {
    id: id('ntc'),
    key: `'k' || n`,
    kind: `'launch'`,
    message_id: `'m' || n`,
    state: mostly(`'sent'`, `'failed'`),
    recipient: mostly(`'usual'`, `'Rare'`),
  },
  person: { id: id('per'), email: `'p' || n` },
  api_token: { id: id('tok'), person_id: id('per'), hash: `decode(lpad(to_hex(n), 8, '0'), 'hex')` },
  session: {
    id: id('ses'),
    person_id: id('per'),
    hash: `decode(lpad(to_hex(n), 8, '0'), 'hex')`,
    expires_at: `now() + interval '1 hour'`,
    ended_at: mostly('now()', 'null'),
  },
  approval: { id: id('apr'), act_hash: `'a' || n`, state: mostly(`'used'`, `'open'`) },
  secret: { tenant: `'t' || n % 5`, name: `'s' || n / 10`, version: '1 + n % 10' },
  audit_entry: {
    id: id('aud'),
    actor: mostly(`'usual'`, `'rare'`),
    on_behalf_of: `case when n % 100 = 8 then 'rare' end`,
    action: mostly(`'usual.done'`, `'rare.done'`),
    subject: mostly(`'usual'`, `'rare'`),
    entry: `'{}'`,
    // Placed in the log long ago.
    xid: `'1'::xid8`,
  },
  trail_sent: { sink: `'usual'`, size: 'n' },
}

const anything: Readonly<Record<string, string>> = {
  text: `'x'`,
  jsonb: `'{}'`,
  timestamptz: 'now()',
  bool: 'false',
  int4: '1',
  _text: `'{}'`,
}

/** So many rows in each table that a list is made of. */
export async function manyRows(db: Database, count: number): Promise<void> {
  const columns = await db.rows<{ table: string; name: string; type: string }>(
    `select table_name as table, column_name as name, udt_name as type from information_schema.columns
      where table_schema = 'nexus' and is_nullable = 'NO' and column_default is null and is_identity = 'NO'`,
  )
  for (const [table, named] of Object.entries(tables)) {
    const needed = columns.filter((each) => each.table === table).map(({ name, type }) => [name, anything[type]])
    const row = { ...Object.fromEntries(needed), ...named }
    await db.rows(
      `insert into ${table} (${Object.keys(row).join(', ')})
       select ${Object.values(row).join(', ')} from generate_series(1, $1::int) n`,
      [count],
    )
    await db.rows(`analyze ${table}`)
  }
}
