import type pg from 'pg'
import { looksAway } from './database-away.ts'
import { endsLeftOpen, openPool } from './db.ts'

/**
 * Connections for the engine. It waits out a lost connection only where it knows its name; under another one (EPIPE of a
 * socket that just died, ENOENT of one that is not there yet) the write of a step or of an outcome fails for good, and
 * the run stays open for ever in a node that lives. So what we know as a database that is away goes by a name it knows.
 *
 * What the engine asks about one run it asks at every step, and planning it took longer than doing it: each connection
 * plans it once.
 */
export function enginePool(url: string, size: number): pg.Pool {
  const pool = openPool({
    connectionString: url,
    max: size,
    application_name: 'nexus-engine',
    options: endsLeftOpen,
  })
  pool.on('connect', (client) => Object.assign(client, { query: namingLosses(preparing(client.query.bind(client))) }))
  return Object.assign(pool, {
    connect: namingLosses(pool.connect.bind(pool)),
    query: namingLosses(pool.query.bind(pool)),
  })
}

type Asks = (...given: unknown[]) => unknown

const namingLosses =
  (asks: Asks): Asks =>
  (...given) => {
    const answer = asks(...given)
    if (!(answer instanceof Promise)) return answer
    return answer.catch((thrown: unknown) => {
      throw thrown instanceof Error && looksAway(thrown) ? Object.assign(thrown, { code: 'ECONNRESET' }) : thrown
    })
  }

/**
 * A row found by its key is found the same way whatever the key, and a new one is written so. What filters by more is planned
 * for its values each time. `select *` is left: it would fail on a connection that is older than a new column.
 */
const aboutOneRun = /\bworkflow_uuid ?= ?\$1\b|^\s*INSERT INTO \S+\.operation_outputs\s/
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || !aboutOneRun.test(text) || text.includes('SELECT *')) return known
  const name = `engine-${names.size}`
  names.set(text, name)
  return name
}

const preparing =
  (asks: Asks): Asks =>
  (text, ...rest) => {
    const name = typeof text === 'string' ? nameOf(text) : undefined
    return asks(name === undefined ? text : { name, text }, ...rest)
  }
