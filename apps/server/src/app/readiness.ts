import { statfs } from 'node:fs/promises'
import type { CheckResult, CheckStatus } from '../platform/check.ts'
import type { Database } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import type { OutsideCalls } from '../platform/outside-calls.ts'

export type ReadinessDeps = {
  readonly db: Pick<Database, 'row'>
  readonly home: string
  /** The engine of this node takes runs and holds its lease. */
  readonly engineRuns: () => boolean
  readonly eventsHeard: () => boolean
  readonly lastCalls: OutsideCalls['lastCalls']
  readonly now: () => Date
}

type Finding = { readonly status: CheckStatus; readonly summary: string }
type Look = {
  readonly name: string
  readonly title: string
  readonly asked: string
  readonly look: () => Promise<Finding> | Finding
}

const staleCallSeconds = 900

/**
 * What this node needs to do its work, each asked for now. Without the database, the engine or room on the disk it is no
 * use and says `fail`; what only some runs need says `warn`. A look that breaks is `unknown`, which refuses.
 */
export async function readiness(deps: ReadinessDeps): Promise<readonly CheckResult[]> {
  const at = deps.now()
  return Promise.all(
    [...looks(deps), ...providerLooks(deps, at)].map(async ({ look, ...named }) => {
      const found = await Promise.resolve()
        .then(look)
        .catch((thrown): Finding => ({ status: 'unknown', summary: toFailure(thrown).message }))
      return { ...named, ...found, vantage: 'nexusd', at: at.toISOString() }
    }),
  )
}

const looks = ({ db, home, engineRuns, eventsHeard }: ReadinessDeps): readonly Look[] => [
  {
    name: 'ready.database',
    title: 'The database answers',
    asked: 'select 1',
    look: () =>
      db.row('select 1 as ok').then(
        () => ({ status: 'pass', summary: 'it answers' }),
        (thrown: Error) => ({ status: 'fail', summary: thrown.message }),
      ),
  },
  {
    name: 'ready.engine',
    title: 'The engine takes runs',
    asked: 'the engine of this node and its lease',
    look: () =>
      engineRuns()
        ? { status: 'pass', summary: 'it runs' }
        : { status: 'fail', summary: 'it does not run, or not yet' },
  },
  {
    name: 'ready.events',
    title: 'Changes are heard as they happen',
    asked: 'the listening connection',
    look: () =>
      eventsHeard()
        ? { status: 'pass', summary: 'it listens' }
        : { status: 'warn', summary: 'it is being opened again; event streams are silent until then' },
  },
  {
    name: 'ready.disk',
    title: 'There is room on the disk',
    asked: `the file system of ${home}`,
    look: async () => diskFinding(await statfs(home)),
  },
]

export function diskFinding({ bavail, blocks }: { readonly bavail: number; readonly blocks: number }): Finding {
  const share = blocks === 0 ? 0 : bavail / blocks
  const summary = `${(share * 100).toFixed(1)} % is free`
  return { status: share < 0.01 ? 'fail' : share < 0.05 ? 'warn' : 'pass', summary }
}

/** Nobody is asked on purpose: what the last real call said counts, for a quarter of an hour. */
const providerLooks = ({ lastCalls }: ReadinessDeps, at: Date): readonly Look[] =>
  lastCalls()
    .filter((each) => at.getTime() - each.at.getTime() < staleCallSeconds * 1000)
    .map((each) => ({
      name: `ready.${each.provider}`,
      title: `Calls to ${each.provider} are answered`,
      asked: `the last call: ${each.call}`,
      look: () =>
        each.kind === 'unavailable'
          ? { status: 'warn', summary: `it was not answered at ${each.at.toISOString()}: ${each.why}` }
          : { status: 'pass', summary: `it was answered at ${each.at.toISOString()}` },
    }))
