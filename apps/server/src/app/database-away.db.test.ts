import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl } from '../../test/harness/database.ts'
import { type PretendApp, pretendApp } from '../../test/harness/pretend-app.ts'
import { firstAdminToken } from '../../test/harness/pretend-caller.ts'

/** A cable to the socket of a Postgres that can be pulled and put back. */
async function cable(url: URL) {
  const name = `.s.PGSQL.${url.port}`
  const far = join(url.searchParams.get('host') ?? '', name)
  const folder = await mkdtemp(join(tmpdir(), 'nexus-cable-'))
  const open = new Set<Socket>()
  let cut = false
  const server = createServer((here) => {
    if (cut) {
      here.destroy()
      return
    }
    const there = connect(far)
    for (const each of [here, there]) {
      open.add(each)
      each.on('error', () => {})
      each.on('close', () => open.delete(each))
    }
    here.pipe(there).pipe(here)
  })
  await new Promise<void>((resolve) => server.listen(join(folder, name), resolve))
  const through = new URL(url)
  through.searchParams.set('host', folder)
  return {
    url: through.toString(),
    pull: () => {
      cut = true
      for (const each of open) each.destroy()
    },
    putBack: () => {
      cut = false
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

let line: Awaited<ReturnType<typeof cable>>
let app: PretendApp
let token = ''

beforeAll(async () => {
  line = await cable(new URL(await emptyDatabaseUrl()))
  app = await pretendApp({ url: line.url })
  token = await firstAdminToken(app)
}, 60_000)

afterAll(async () => {
  line?.putBack()
  await app?.stop()
  await line?.close()
}, 60_000)

type Ready = { readonly status: string; readonly checks: readonly { readonly name: string; readonly status: string }[] }

async function ready() {
  const response = await fetch(`${app.address}/ready`)
  const { status, checks } = (await response.json()) as Ready
  return {
    answered: response.status,
    retryAfter: response.headers.get('retry-after'),
    status,
    bad: checks.filter((each) => each.status !== 'pass').map((each) => each.name),
  }
}

describe('a node whose database is away', () => {
  test('is ready before', async () => {
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ answered: 200, status: 'pass', bad: [] })
  })

  test('says what is missing, refuses with Retry-After, and stays alive', async () => {
    line.pull()

    const judged = await ready()
    const listed = await fetch(`${app.address}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } })

    expect(judged).toMatchObject({ answered: 503, retryAfter: '5', status: 'fail' })
    expect(judged.bad).toContain('ready.database')
    expect([listed.status, listed.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await listed.json()).toMatchObject({ code: 'database.unavailable', hint: expect.any(String) })
    expect((await fetch(`${app.address}/health`)).status).toBe(200)
    const metrics = await fetch(`${app.address}/metrics`)
    expect([metrics.status, await metrics.text()]).toEqual([200, expect.stringContaining('nexus_nodes Nan')])
  }, 60_000)

  test('is ready again by itself once it is back', async () => {
    line.putBack()

    await expect
      .poll(ready, { timeout: 30_000, interval: 500 })
      .toMatchObject({ answered: 200, status: 'pass', bad: [] })
    const listed = await fetch(`${app.address}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } })
    expect(listed.status).toBe(200)
  }, 60_000)
})
