import { readFile, statfs } from 'node:fs/promises'
import { arch, cpus, release, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import type { ArchiveEntry } from '../platform/archive.ts'
import type { Db } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import { runProgram } from '../platform/local-program.ts'
import type { Mask } from '../platform/masking.ts'
import { plainText } from '../platform/plain-text.ts'
import { type Settings, shownSettings } from './settings.ts'

const repository = join(import.meta.dirname, '../../../..')
const logBytes = 2_000_000
const runsAtMost = 100

export type BundleDeps = {
  readonly settings: Settings
  /** Undefined where the database does not answer: the bundle says so and has the rest. */
  readonly db: Db | undefined
  readonly mask: Mask
  /** What nexusd itself answers on this machine; throws where it does not run. */
  readonly ask: (path: string) => Promise<string>
  /** A file with the log of nexusd; the journal of its unit where none is named. */
  readonly logFile: string | undefined
  readonly now: () => Date
}

type Part = { readonly name: string; readonly read: () => Promise<unknown> }

/** Each part by itself: one that cannot be had is in the bundle as the reason why. */
export async function* bundleParts(deps: BundleDeps): AsyncGenerator<ArchiveEntry> {
  for (const { name, read } of parts(deps)) {
    const found = await read().catch((thrown) => `not to be had: ${toFailure(thrown).message}\n`)
    const text = typeof found === 'string' ? found : `${JSON.stringify(found, null, 2)}\n`
    yield { name: `nexus-bundle/${name}`, content: Buffer.from(deps.mask(plainText(text, 20_000_000))) }
  }
}

const parts = ({ settings, db, ask, logFile, now }: BundleDeps): readonly Part[] => {
  const rows = async (sql: string): Promise<unknown> => {
    if (!db) throw new Error('the database does not answer')
    return db.rows(sql)
  }
  return [
    { name: 'README.txt', read: async () => readme(now()) },
    { name: 'versions.json', read: () => versions(rows) },
    { name: 'settings.json', read: async () => shownSettings(settings) },
    { name: 'machine.json', read: () => machine(settings.home) },
    { name: 'ready.json', read: () => ask('/ready') },
    { name: 'metrics.txt', read: () => ask('/metrics') },
    { name: 'queues.json', read: () => rows(queues) },
    { name: 'nodes.json', read: () => rows('select id, beat, dead_at from executor order by beat desc limit 20') },
    { name: 'runs-that-fail.json', read: () => rows(failing) },
    { name: 'errors.json', read: () => rows(errors) },
    { name: 'refusals.json', read: () => rows(refusals) },
    { name: 'tables.json', read: () => rows(tables) },
    { name: 'nexusd.log', read: () => (logFile ? tail(logFile) : journal()) },
    { name: 'postgres.log', read: () => tail(join(settings.home, 'postgres', 'postgres.log')) },
  ]
}

const readme = (at: Date): string =>
  [
    `Support bundle of Nexus, made ${at.toISOString()}.`,
    'Values that Nexus keeps secret, and whatever looks like a secret or a mail address, are masked in every part.',
    'Names of customers, domains and addresses of hosts are in it: treat it as internal.',
    '',
  ].join('\n')

async function versions(rows: (sql: string) => Promise<unknown>) {
  const { version } = JSON.parse(await readFile(join(repository, 'apps/server/package.json'), 'utf8')) as {
    version?: string
  }
  const commit = await runProgram(['git', '-C', repository, 'rev-parse', 'HEAD']).then(
    ({ out }) => out.trim() || 'unknown',
    () => 'unknown',
  )
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return {
    nexus: version ?? 'unknown',
    commit,
    node: process.version,
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(system)?.[1] ?? 'unknown',
    kernel: release(),
    architecture: arch(),
    postgres: await rows('select version()').catch(() => 'unknown'),
    migrations: await rows('select name, applied_at from migration order by name').catch(() => 'unknown'),
  }
}

async function machine(home: string) {
  const { bavail, blocks, bsize } = await statfs(home)
  return {
    processors: cpus().length,
    memoryMegabytes: Math.round(totalmem() / 1e6),
    upSeconds: Math.round(uptime()),
    disk: { freeMegabytes: Math.round((bavail * bsize) / 1e6), ofMegabytes: Math.round((blocks * bsize) / 1e6) },
    load: (await readFile('/proc/loadavg', 'utf8')).trim(),
  }
}

const queues = `select status, queue_name, count(*)::int as runs,
    round(extract(epoch from now()) - min(created_at) / 1000.0)::int as oldest_seconds
  from dbos.workflow_status where status in ('ENQUEUED', 'PENDING') group by 1, 2
  union all select 'promises overdue', kind, count(*)::int, round(extract(epoch from now() - min(due_at)))::int
  from promise where started_at is null and due_at < now() group by 2`

const failing = `select r.id, r.flow, r.subject, r.started_at, r.ended_at, r.outcome, r.takeover, r.failure,
    (select jsonb_agg(jsonb_build_object('step', s.name, 'state', s.state, 'attempts', s.attempts, 'failure', s.failure)
       order by s.position) from (select * from run_step s where s.run_id = r.id order by s.position desc limit 3) s) as last_steps
  from run r where r.outcome in ('failed', 'blocked') or (r.ended_at is null and exists
    (select from run_step s where s.run_id = r.id and s.state = 'failed'))
  order by r.started_at desc limit ${runsAtMost}`

const errors = `select failure ->> 'code' as code, name as step, count(*)::int as times, max(started_at) as last_at
  from run_step where failure is not null group by 1, 2 order by 4 desc limit 200`

const refusals = `select after ->> 'code' as code, subject as route, count(*)::int as entries, max(at) as last_at
  from audit_entry where action collate "C" = 'access.refused' and at > now() - interval '7 days' group by 1, 2 order by 4 desc limit 200`

const tables = `select schemaname, relname, n_live_tup::bigint as rows, pg_total_relation_size(relid)::bigint as bytes, last_autovacuum
  from pg_stat_user_tables order by 4 desc limit 100`

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  return text.length > logBytes ? text.slice(text.indexOf('\n', text.length - logBytes) + 1) : text
}

const journal = async (): Promise<string> =>
  (await runProgram(['journalctl', '-u', 'nexusd', '-n', '5000', '-o', 'cat', '--no-pager'])).out
