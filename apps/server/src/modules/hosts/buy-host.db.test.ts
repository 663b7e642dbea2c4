import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { noCeiling, onePerson } from '../../../test/harness/no-ceiling.ts'
import { pretendKeys } from '../../../test/harness/pretend-keys.ts'
import { systemActor } from '../../platform/actor.ts'
import { farWorld } from '../../platform/adapters/pretend-world-client.ts'
import { addSeconds } from '../../platform/clock.ts'
import { toFailure } from '../../platform/errors.ts'
import { defaultSettings } from './baseline-settings.ts'
import { hostService } from './host-service.ts'

const as = systemActor('deliver-order')
const db = await testDatabase()
const home = mkdtempSync(join(tmpdir(), 'nexus-provider-'))
const socket = join(home, 'world.sock')
const { hosts: provider, remote } = farWorld(socket, () => undefined)
const plan = { name: 'lab', vcpu: 1, ramGb: 0.5, diskGb: 2, memoryPassShare: 0.9, diskFreeShare: 0.6 }
const wanted = { orderId: 'ord_1', ticket: 'T-1', plan: 'lab', region: 'eu', name: 'nexus-acme-prod' }
let at = new Date('2026-03-01T12:00:00Z')
let process_: ChildProcess | undefined
let keys = 0

const hostsWith = (more: Partial<typeof provider> = {}, ceilings = noCeiling.ceilings) =>
  hostService({
    db,
    remote: { ...remote, upload: async () => {}, forget: async () => {}, close: async () => {} },
    providers: [{ ...provider, ...more }],
    planOf: (name) => (name === plan.name ? { ...plan, providers: ['pretend'] } : undefined),
    keys: pretendKeys(db, () => at),
    outside: { knock: async () => [], loginMethods: async () => [] },
    settings: defaultSettings,
    newHostKey: () => {
      keys += 1
      return { privateKey: 'private', publicKey: `ssh-ed25519 KEY${keys}` }
    },
    now: () => at,
    purchases: { ...noCeiling, ceilings },
    drift: onePerson,
    fence: () => undefined,
  })

/** The provider: a pretend world of its own process, whose machines survive its end. */
async function startProvider(): Promise<void> {
  const entry = join(import.meta.dirname, '../../pretend-process.ts')
  const child = spawn(process.execPath, [entry, '--home', home, '--socket', socket, '--kept'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process_ = child
  if (child.stdout) await once(child.stdout, 'data')
}

async function stopProvider(): Promise<void> {
  if (!process_ || process_.exitCode !== null || process_.signalCode !== null) return
  const ended = once(process_, 'exit')
  process_.kill('SIGKILL')
  await ended
}

const dieAfterBuying = () =>
  writeFileSync(
    join(home, 'pretend/faults.json'),
    JSON.stringify([{ program: 'create a server', times: 1, how: 'die' }]),
  )

beforeEach(async () => {
  await stopProvider()
  rmSync(join(home, 'pretend'), { recursive: true, force: true })
  at = new Date('2026-03-01T12:00:00Z')
  await db.rows('truncate host, host_effect, host_pool, host_wish, audit_entry')
  await startProvider()
})
afterAll(async () => {
  await stopProvider()
  rmSync(home, { recursive: true, force: true })
})

describe('a purchase', () => {
  test('whose provider is killed between request and answer is found again and not made twice', async () => {
    const hosts = hostsWith()
    dieAfterBuying()
    const cut = await hosts.provide(as, wanted).then(() => undefined, toFailure)
    const [open] = await hosts.effects(as, { limit: 5, open: true })
    await startProvider()

    const host = await hosts.provide(as, wanted)

    expect(cut?.kind).toBeDefined()
    expect(open).toMatchObject({ label: 'ticket=T-1', hostId: host.id, doneAt: undefined })
    expect((await provider.list()).map((each) => each.id)).toEqual([host.providerId])
    expect(await hosts.effects(as, { limit: 5 })).toMatchObject([{ id: open?.id, server: host.providerId, doneAt: at }])
  })

  test('asked for by two runs at once is made once', async () => {
    const hosts = hostsWith()
    const entered = await hostsWith({ create: async () => Promise.reject(new Error('nothing was sent')) })
      .provide(as, wanted)
      .catch(() => undefined)

    const both = await Promise.allSettled([hosts.provide(as, wanted), hosts.provide(as, wanted)])

    expect(entered).toBeUndefined()
    expect(await provider.list()).toHaveLength(1)
    expect(both.some((each) => each.status === 'fulfilled')).toBe(true)
    for (const each of both)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'host.being_made' })
  })

  test('that another run makes between two looks is taken, and is no stranger under its name', async () => {
    const other = hostsWith()
    let looks = 0
    const between = async () => {
      looks += 1
      if (looks === 1) await other.provide(as, wanted)
    }
    const hosts = hostsWith({
      list: () => provider.list().finally(between),
      findByLabel: (...asked) => provider.findByLabel(...asked).finally(between),
    })

    expect(await hosts.provide(as, wanted)).toMatchObject({ name: wanted.name })
    expect(await provider.list()).toHaveLength(1)
  })

  test('of somebody who was killed in the middle of asking is left alone until no answer can come any more', async () => {
    const hosts = hostsWith()
    await hostsWith({ create: async () => Promise.reject(new Error('nothing was sent')) })
      .provide(as, wanted)
      .catch(() => undefined)
    await db.rows('update host_effect set asking_until = $1', [addSeconds(at, 60)])

    const early = await hosts.provide(as, wanted).then(() => undefined, toFailure)
    at = addSeconds(at, 61)
    const host = await hosts.provide(as, wanted)

    expect(early).toMatchObject({ code: 'host.being_made', kind: 'unavailable' })
    expect(await provider.list()).toHaveLength(1)
    expect(await hosts.effects(as, { limit: 5 })).toMatchObject([{ server: host.providerId }])
    const [effect] = await db.rows<{ earlier_keys: string[] }>('select earlier_keys from host_effect')
    expect(effect?.earlier_keys).toHaveLength(1)
  })

  test('that arrives twice, once after nobody listened any more, is given back', async () => {
    const hosts = hostsWith()
    const host = await hosts.provide(as, wanted)
    const late = await provider.create({
      name: wanted.name,
      labels: { ticket: wanted.ticket, host: host.id },
      region: 'eu',
      plan: 'lab',
      authorizedKeys: [],
      hostKey: { privateKey: '', publicKey: '' },
    })

    expect(await hosts.reconcilePurchases(as)).toEqual([late.id])
    expect(await hosts.reconcilePurchases(as)).toEqual([])
    expect((await provider.list()).map((each) => each.id)).toEqual([host.providerId])
  })
})

describe('a spare above the ceiling of the day', () => {
  const of = { region: 'eu', plan: 'lab' }

  test('is not bought, the pool says why, and it is bought the day after', async () => {
    const hosts = hostsWith({}, { hostsPerDay: 2, moneyPerDay: 0 })
    await hosts.setPoolTarget(as, { ...of, target: 3 })
    for (let made = 0; made < 3; made += 1) {
      const host = await hosts.refillOne(as, of)
      await db.rows(`update host set state = 'ready' where id = $1`, [host?.id])
    }

    expect(await provider.list()).toHaveLength(2)
    expect(await hosts.poolTargets(as)).toMatchObject([{ ready: 2, held: expect.stringContaining('hostsPerDay') }])

    at = addSeconds(at, 86_400)
    expect(await hosts.refillOne(as, of)).toMatchObject({ state: 'creating' })
    expect(await provider.list()).toHaveLength(3)
  })

  test('on money counts what was paid; a price nobody knows holds it', async () => {
    const priced = { findByLabel: withPrice(provider.findByLabel, 5) }
    await hostsWith().provide(as, wanted)
    const hosts = hostsWith(priced, { hostsPerDay: 0, moneyPerDay: 12 })
    await hosts.setPoolTarget(as, { ...of, target: 9 })

    expect(await hosts.refillOne(as, of)).toBeUndefined()
    expect((await hosts.poolTargets(as))[0]?.held).toContain('Nobody knows')

    await db.rows(`update host_effect set price_per_month = 5, currency = 'EUR'`)
    const host = await hosts.refillOne(as, of)
    await db.rows(`update host set state = 'ready' where id = $1`, [host?.id])
    expect(await hosts.refillOne(as, of)).toBeUndefined()
    expect(await hosts.effects(as, { limit: 1 })).toMatchObject([{ pricePerMonth: '5', currency: 'EUR' }])
  })
})

const withPrice =
  (find: typeof provider.findByLabel, pricePerMonth: number): typeof provider.findByLabel =>
  async (key, value) =>
    (await find(key, value)).map((each) => ({ ...each, pricePerMonth, currency: 'EUR' }))
