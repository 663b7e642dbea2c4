import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NexusdHome, nexusdHome } from './harness/nexusd-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'nexus-drill-'))
const backups = join(folder, 'safe')
let first: NexusdHome
let second: NexusdHome
let token: string
const tickets = { between: '', after: '' }

const live = async (home: NexusdHome, ticket: string) => {
  const state = await home.until(
    `the end of ${ticket}`,
    async () => {
      const found = await home.stateOf(ticket)
      return ['Live', 'Blocked'].includes(found) ? found : undefined
    },
    200,
  )
  const order = await (await home.get(`/api/v1/orders/${ticket}`)).text()
  expect([state, order]).toEqual(['Live', order])
}
const world = (home: NexusdHome) =>
  JSON.parse(readFileSync(join(home.home, 'pretend', 'world.json'), 'utf8')) as {
    readonly effects: { readonly created: number }
  }

beforeAll(async () => {
  // The embedded Postgres runs as a user of its own, who must be able to pass.
  chmodSync(folder, 0o755)
  const settings = { NEXUS_BACKUP_TO: backups, NEXUS_DRAIN_SECONDS: '1' }
  first = await nexusdHome(join(folder, 'first'), settings)
  second = await nexusdHome(join(folder, 'second'), { ...settings, ...first.identity })
  await first.start()
  token = await first.prepare()
}, 120_000)

afterAll(async () => {
  await first.end()
  await second.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('a drill: the machine of Nexus is lost and another one carries on', () => {
  test('a backup is taken while orders run, and is whole', { timeout: 300_000 }, async () => {
    first.fault({ program: 'preflight', times: 1, how: 'hang', seconds: 300 })
    tickets.between = (await first.order('Between')).ticket ?? ''
    await first.until('Provisioning', async () =>
      (await first.stateOf(tickets.between)) === 'Provisioning' ? true : undefined,
    )

    await first.until('a signed checkpoint', async () => {
      const { items } = (await (await first.get('/api/v1/trail/checkpoints')).json()) as { items: readonly unknown[] }
      return items.length > 0 ? true : undefined
    })

    const made = await first.admin('backup', '--json')
    const [name = ''] = readdirSync(backups)

    expect(made).toMatchObject({ code: 0 })
    expect(JSON.parse(made.out)).toMatchObject({ name, point: expect.stringMatching(/^\d{4}-/) })
    expect((await first.admin('verify')).code).toBe(0)
  })

  test('one that was changed is refused', { timeout: 300_000 }, async () => {
    const [name = ''] = readdirSync(backups)
    const broken = readFileSync(join(backups, name))
    broken[broken.length >> 1] = (broken[broken.length >> 1] ?? 0) ^ 1
    cpSync(backups, join(folder, 'broken'), { recursive: true })
    writeFileSync(join(folder, 'broken', name), broken)

    expect(await first.admin('verify', name, '--from', join(folder, 'broken'))).toMatchObject({
      code: 65,
      err: expect.stringContaining('backup.damaged'),
    })
  })

  test('what runs is not restored over', { timeout: 300_000 }, async () => {
    expect(await first.admin('restore', '--yes')).toMatchObject({
      code: 73,
      err: expect.stringContaining('nexus.runs'),
    })
  })

  test('the backup key alone opens the rows, and none of the secrets', { timeout: 300_000 }, async () => {
    tickets.after = (await first.order('After')).ticket ?? ''
    await live(first, tickets.after)
    writeFileSync(join(folder, 'backup.key'), (await first.admin('backup-key')).out)
    expect(await first.end()).toBe(0)
    expect(first.log()).toContain('whoever takes over runs it again')

    const restored = await second.admin('restore', '--yes', '--backup-key', join(folder, 'backup.key'))

    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('CANNOT be read') })
  })

  test('the other machine starts held: it shows what it knows, takes nothing and runs nothing', {
    timeout: 60_000,
  }, async () => {
    cpSync(`${first.home}.key`, `${second.home}.key`)
    cpSync(join(first.home, 'stacks'), join(second.home, 'stacks'), { recursive: true })
    cpSync(join(first.home, 'pretend'), join(second.home, 'pretend'), { recursive: true })
    cpSync(join(first.home, 'trail'), join(second.home, 'trail'), { recursive: true })
    rmSync(join(second.home, 'pretend', 'faults.json'), { force: true })
    const again = await second.admin('restore', '--yes', '--json')
    second.useToken(token)
    await second.start()

    expect(again).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(again.out)).toMatchObject({ secrets: 'readable', before: { orders: 1 }, after: { orders: 1 } })
    expect((await second.get('/ready')).status).toBe(503)
    expect(await second.order('Refused')).toMatchObject({
      status: 503,
      code: 'nexus.held',
      retryAfter: expect.any(String),
    })
    expect((await second.get(`/api/v1/orders/${tickets.after}`)).status).toBe(404)
    expect(await second.stateOf(tickets.between)).toBe('Provisioning')
  })

  test('it lists what was done after the backup, and asks', { timeout: 300_000 }, async () => {
    const report = await second.admin('held')

    expect(report.code).toBe(1)
    expect(report.out).toMatch(new RegExp(`CHANGED +provider +pretend .*${tickets.after}`))
    expect(report.out).toMatch(/CHANGED +mail +relay +it took .* which we do not know/)
    expect(report.out).toMatch(new RegExp(`UNKNOWN +run +deliver-order:${tickets.between}:1`))
    expect(await second.admin('resume', '--reason', 'drill')).toMatchObject({
      code: 65,
      err: expect.stringContaining('admin.not_confirmed'),
    })
    expect((await second.get('/ready')).status).toBe(503)
  })

  test('resumed, it goes on where the backup was, and makes nothing twice', { timeout: 300_000 }, async () => {
    const created = world(second).effects.created

    expect(await second.admin('resume', '--reason', 'drill', '--yes')).toMatchObject({ code: 0 })

    await live(second, tickets.between)
    expect(await second.order('After')).toMatchObject({ status: 202, ticket: tickets.after })
    await second.until('its host', async () =>
      (await (await second.get(`/api/v1/hosts`)).text()).includes(tickets.after) ? true : undefined,
    )
    expect(world(second).effects.created).toBe(created)
    expect((await second.get('/ready')).status).toBe(200)
    const trail = (await (await second.get('/api/v1/trail/entries?action=nexus&limit=10')).json()) as {
      readonly items: readonly { readonly action: string; readonly onBehalfOf?: string }[]
    }
    expect(trail.items.map((each) => each.action)).toEqual(['nexus.resumed', 'nexus.restored'])
    expect(trail.items[0]?.onBehalfOf).toMatch(/^os:/)
  })

  test('its trail goes on from the backup with an entry of the old and the new size, and holds', {
    timeout: 120_000,
  }, async () => {
    const found = (await (await second.get('/api/v1/trail/entries?action=trail.restored')).json()) as {
      readonly items: readonly {
        readonly before: { readonly size: number }
        readonly after: { readonly size: number }
      }[]
    }
    const verified = (await (await second.get('/api/v1/trail/verify')).json()) as {
      readonly findings: readonly unknown[]
      readonly limits: readonly string[]
    }

    expect(found.items).toHaveLength(1)
    expect(found.items[0]?.before.size).toBeGreaterThan(found.items[0]?.after.size ?? 0)
    expect(verified.findings).toEqual([])
    expect(verified.limits.join()).toContain('a restore went back from')
  })
})
