import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, type OwnUrls, startEmbeddedPostgres } from './embedded-postgres.ts'
import { toFailure } from './errors.ts'
import { createLog } from './log.ts'
import { runningPid } from './postgres-server.ts'

const running: EmbeddedPostgres[] = []
const folders: string[] = []

function newHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-own-'))
  chmodSync(folder, 0o755)
  folders.push(folder)
  return join(folder, 'home')
}
async function start(home: string, ...options: [Parameters<typeof startEmbeddedPostgres>[1]?]) {
  mkdirSync(home, { recursive: true, mode: 0o750 })
  const postgres = await startEmbeddedPostgres(home, ...options)
  running.push(postgres)
  return postgres
}
async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
const versionOf = async ({ url }: OwnUrls) =>
  (await ask<{ server_version: string }>(url, 'show server_version'))[0]?.server_version.split('.')[0]

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true })
})

describe('the embedded Postgres', () => {
  test('listens on a socket of its own only, for passwords only, and nothing of it can be read by others', async () => {
    const home = newHome()
    const { url } = await start(home)
    const folder = join(home, 'postgres')
    const modeOf = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8)

    expect(await ask(url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
    expect([modeOf('socket'), modeOf('data'), modeOf('password'), modeOf('superuser-password')]).toEqual([
      '700',
      '700',
      '600',
      '600',
    ])
    expect(readFileSync(join(folder, 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#]*\b(trust|password|md5)$/m)
    const wrong = new URL(url)
    wrong.password = 'password'
    await expect(ask(wrong.toString(), 'select 1')).rejects.toThrow(/password authentication failed/)
  })

  test('that outlived a kill is adopted, and one that is killed is started again with what it knew', async () => {
    const home = newHome()
    const first = await start(home)
    await ask(first.ownerUrl, `create table nexus.kept as select 'here' as word`)

    const second = await start(home)
    second.supervise(createLog('silent'))
    const data = join(home, 'postgres', 'data')
    const pid = (await runningPid(data)) ?? 0
    process.kill(pid, 'SIGKILL')
    const limit = Date.now() + 60_000
    const again = async () => ask(second.ownerUrl, 'select word from nexus.kept').catch(() => [])
    while ((await again()).length === 0 && Date.now() < limit) await pause(100)

    expect(second.adopted).toBe(true)
    expect(await again()).toEqual([{ word: 'here' }])
    expect(await runningPid(data)).not.toBe(pid)
  })

  test('below a folder that its user may not pass says which one', async () => {
    const home = newHome()
    const closed = join(home, '..')
    chmodSync(closed, 0o700)
    const asRoot = process.getuid?.() === 0

    const outcome = await start(home).then(
      () => 'started',
      (thrown) => toFailure(thrown),
    )

    if (asRoot)
      expect(outcome).toMatchObject({ code: 'database.home_closed', hint: expect.stringContaining('chmod o+x') })
    else expect(outcome).toBe('started')
  })

  test('belongs to whoever made its data, whoever starts it', async () => {
    const home = newHome()
    mkdirSync(home, { mode: 0o750 })
    const id = (word: string) => Number(execFileSync('id', [word, 'nobody'], { encoding: 'utf8' }))
    const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : { uid: process.getuid?.(), gid: 0 }
    if (process.getuid?.() === 0)
      execFileSync('install', ['-d', '-o', 'nobody', '-m', '700', join(home, 'postgres', 'data')])

    const { url } = await start(home)

    expect(statSync(join(home, 'postgres', 'data', 'PG_VERSION')).uid).toBe(owner.uid)
    expect(await ask(url, 'select 1 as ok')).toEqual([{ ok: 1 }])
  })
})

describe('data of an earlier major version', () => {
  const carried: string[] = []
  /** Stands for the snapshot, which has its own tests: what counts here is which server is which. */
  const carry = async (from: OwnUrls, to: OwnUrls) => {
    carried.push(`${await versionOf(from)} -> ${await versionOf(to)}`)
    const [row] = await ask<{ word: string }>(from.ownerUrl, 'select word from nexus.kept')
    await ask(to.ownerUrl, `create table nexus.kept as select '${row?.word}' as word`)
  }

  test('are carried over by nexusd alone, also when that was cut off once, and the old ones stay', async () => {
    const home = newHome()
    const old = await start(home, { major: 17 })
    await ask(old.ownerUrl, `create table nexus.kept as select 'here' as word`)

    expect(await start(home).then(() => '', toFailure)).toMatchObject({ code: 'database.older_data' })
    const cut = async () => {
      throw new Error('cut off')
    }
    await expect(start(home, { carry: cut })).rejects.toThrow('cut off')
    const fresh = await start(home, { carry })

    expect(carried).toEqual(['17 -> 18'])
    expect(fresh.upgradedFrom).toBe(17)
    expect(await versionOf(fresh)).toBe('18')
    expect(await ask(fresh.ownerUrl, 'select word from nexus.kept')).toEqual([{ word: 'here' }])
    expect(existsSync(join(home, 'postgres', 'data-17-kept', 'PG_VERSION'))).toBe(true)
    await fresh.stop()
    expect((await start(home, { carry })).upgradedFrom).toBeUndefined()
  })
})
