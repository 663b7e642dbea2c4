import type pg from 'pg'
import { looksAway } from './database-away.ts'
import { openPool } from './db.ts'

/**
 * Connections for the engine. It waits out a lost connection only where it knows its name; under another one (EPIPE of a
 * socket that just died, ENOENT of one that is not there yet) the write of a step or of an outcome fails for good, and
 * the run stays open for ever in a node that lives. So what we know as a database that is away goes by a name it knows.
 */
export function enginePool(url: string, size: number): pg.Pool {
  const pool = openPool({
    connectionString: url,
    max: size,
    application_name: 'nexus-engine',
    options: '-c idle_in_transaction_session_timeout=60000',
  })
  return namingLosses(pool)
}

type Asks = pg.Pool | pg.PoolClient

function namingLosses<T extends Asks>(asked: T): T {
  return new Proxy(asked, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name)
      if (typeof found !== 'function') return found
      if (name !== 'query' && name !== 'connect') return found.bind(target)
      return (...given: unknown[]) =>
        Promise.resolve(found.apply(target, given)).then(
          (answer: unknown) => (name === 'connect' ? namingLosses(answer as pg.PoolClient) : answer),
          (thrown: unknown) => {
            throw named(thrown)
          },
        )
    },
  })
}

const named = (thrown: unknown): unknown =>
  thrown instanceof Error && looksAway(thrown) ? Object.assign(thrown, { code: 'ECONNRESET' }) : thrown
