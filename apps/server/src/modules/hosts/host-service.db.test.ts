import { beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { noCeiling, onePerson } from '../../../test/harness/no-ceiling.ts'
import { pretendKeys } from '../../../test/harness/pretend-keys.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import { staticHosts } from '../../platform/adapters/static-hosts.ts'
import { addSeconds } from '../../platform/clock.ts'
import { toFailure } from '../../platform/errors.ts'
import type { Program, Remote } from '../../platform/remote.ts'
import { defaultSettings } from './baseline-settings.ts'
import type { ProvidedServer, ServerKeys, WantedServer } from './host-provider.ts'
import { hostService } from './host-service.ts'
import { fingerprintOf } from './own-host.ts'

const as = systemActor('deliver-order')
const viewer: Actor = { id: 'per_v', name: 'Vic', permissions: grants.viewer }
const start = new Date('2026-01-15T09:00:00Z')
const plan = {
  name: 'lab',
  vcpu: 1,
  ramGb: 0.5,
  diskGb: 2,
  memoryPassShare: 0.93,
  diskFreeShare: 0.6,
  providers: ['pretend', 'static'],
}
const db = await testDatabase()
const staticKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVv'

function world() {
  const servers = new Map<string, ProvidedServer>()
  const sent: Program[] = []
  const rebuilt: { readonly id: string; readonly key: string }[] = []
  const clock = { now: start }
  let number = 0
  const provider = {
    name: 'pretend',
    can: { create: true, rebuild: true, destroy: true },
    create: async (wanted: WantedServer) => {
      number += 1
      const server = {
        id: `srv${number}`,
        name: wanted.name,
        labels: wanted.labels,
        address: `192.0.2.${number}`,
        createdAt: start.toISOString(),
      }
      servers.set(server.id, server)
      return server
    },
    rebuild: async (id: string, { hostKey }: ServerKeys) => {
      rebuilt.push({ id, key: hostKey.publicKey })
      return servers.get(id) ?? Promise.reject(new Error('gone'))
    },
    destroy: async (id: string) => {
      servers.delete(id)
    },
    list: async () => [...servers.values()],
    find: async (id: string) => servers.get(id),
    findByLabel: async (key: string, value: string) =>
      [...servers.values()].filter((each) => each.labels[key] === value),
  }
  const answers: Record<string, object> = {
    'claim the host': { type: 'claimed' },
    'mark the host as live': { type: 'marked' },
    'take the claim away': { type: 'unclaimed' },
  }
  const remote: Remote = {
    run: async (_host, program) => {
      sent.push(program)
      const event = answers[program.name]
      return { exit: 0, events: event ? [event] : [], noise: '', stderr: '', seconds: 0 }
    },
    upload: async () => {},
    scanHostKey: async (address) => {
      clock.now = addSeconds(clock.now, 10)
      const server = [...servers.values()].find((each) => each.address === address)
      return rebuilt.findLast((each) => each.id === server?.id)?.key ?? staticKey
    },
    forget: async () => {},
    close: async () => {},
  }
  const hosts = hostService({
    db,
    remote,
    providers: [provider, staticHosts()],
    planOf: (name) => (name === 'lab' ? plan : undefined),
    keys: pretendKeys(db, () => start),
    outside: { knock: async () => [], loginMethods: async () => [] },
    settings: defaultSettings,
    newHostKey: () => ({ privateKey: 'private', publicKey: `ssh-ed25519 KEY${number}-${rebuilt.length}` }),
    now: () => clock.now,
    purchases: noCeiling,
    drift: onePerson,
    fence: () => ({ run: 'run_1', takeover: 3 }),
  })
  return { hosts, servers, sent, provider, rebuilt }
}

const due = (hours: number) => addSeconds(start, hours * 3600)
const wish = (orderId: string, hours = 2) => ({ orderId, plan: 'lab', region: 'eu', dueAt: due(hours) })
const failure = (work: Promise<unknown>) => work.then(() => undefined, toFailure)

async function withSpares(count: number) {
  const made = world()
  await made.hosts.setPoolTarget(as, { region: 'eu', plan: 'lab', target: count })
  for (let i = 0; i < count; i += 1) {
    const host = await made.hosts.refillOne(as, { region: 'eu', plan: 'lab' })
    await db.rows(`update host set state = 'ready', host_key = 'ssh-ed25519 KEY', login_user = 'nexus' where id = $1`, [
      host?.id,
    ])
  }
  return made
}

beforeEach(async () => {
  await db.rows('truncate host, host_effect, host_pool, host_wish, audit_entry')
})

describe('reserving a spare', () => {
  test('gives 10 of 50 orders at once a host each, and no host twice', async () => {
    const { hosts } = await withSpares(10)

    const got = await Promise.all(Array.from({ length: 50 }, (_, index) => hosts.reserve(as, wish(`ord_${index}`))))
    const ids = got.flatMap((each) => each?.id ?? [])

    expect(ids.length).toBe(10)
    expect(new Set(ids).size).toBe(10)
  })

  test('gives the last one to the order that is due first, whoever asked first', async () => {
    const { hosts } = await withSpares(1)
    await db.rows(
      `insert into host_wish (order_id, region, plan, due_at, asked_at) values ('ord_urgent', 'eu', 'lab', $1, $2)`,
      [due(1), start],
    )

    expect(await hosts.reserve(as, wish('ord_patient', 6))).toBeUndefined()
    expect((await hosts.reserve(as, wish('ord_urgent', 1)))?.orderId).toBe('ord_urgent')
  })

  test('asked for twice answers the same host', async () => {
    const { hosts } = await withSpares(2)
    const first = await hosts.reserve(as, wish('ord_1'))

    expect((await hosts.reserve(as, wish('ord_1')))?.id).toBe(first?.id)
    expect((await hosts.spares(as, { region: 'eu', plan: 'lab' })).length).toBe(1)
  })

  test('lapses: an untouched host is a spare again, a claimed one has to be released', async () => {
    const { hosts } = await withSpares(2)
    const free = await hosts.reserve(as, wish('ord_1'))
    const claimed = await hosts.reserve(as, wish('ord_2'))
    await hosts.claim(as, claimed?.id ?? '', { orderId: 'ord_2', ticket: 'T-2', name: 'nexus-acme-prod' })

    expect(await hosts.lapseReservations(as, ['ord_1', 'ord_2', 'ord_none'])).toEqual([claimed?.id])
    expect((await hosts.find(as, free?.id ?? '')).state).toBe('ready')
  })

  test('is refused to someone who may only look, and leaves a trail', async () => {
    const { hosts } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const trail = await db.rows<{ action: string }>('select action from audit_entry where subject = $1', [host?.id])

    expect(await failure(hosts.reserve(viewer, wish('ord_2')))).toMatchObject({ code: 'access.forbidden' })
    expect(trail.map((each) => each.action)).toContain('host.reserved')
  })
})

describe('a spare that an order let go', () => {
  test('is rebuilt, loses the name and the order, and is taken up again by the refill', async () => {
    const { hosts } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const id = host?.id ?? ''
    await hosts.claim(as, id, { orderId: 'ord_1', ticket: 'T-1', name: 'nexus-acme-prod' })
    const released = await hosts.release(as, id)
    await db.rows(`update host set state_since = $2 where id = $1`, [id, due(-1)])

    expect(released).toMatchObject({ state: 'preparing', user: 'root' })
    expect(released.name).toMatch(/^nexus-spare-/)
    expect(released.orderId).toBeUndefined()
    expect((await hosts.refillOne(as, { region: 'eu', plan: 'lab' }))?.id).toBe(id)
  })
})

describe('a host made for an order', () => {
  const wanted = { orderId: 'ord_1', ticket: 'T-1', plan: 'lab', region: 'eu', name: 'nexus-acme-prod' }

  test('is found again by its label when its creation was cut off', async () => {
    const { hosts, servers, provider } = world()
    const create = provider.create
    provider.create = async (asked) => {
      await create(asked)
      throw new Error('the line broke')
    }
    await failure(hosts.provide(as, wanted))
    provider.create = create

    expect((await hosts.provide(as, wanted)).providerId).toBe('srv1')
    expect(servers.size).toBe(1)
  })

  test('is no spare: reserving again does not answer it, providing does', async () => {
    const { hosts } = world()
    const host = await hosts.provide(as, wanted)

    expect(await hosts.reserve(as, wish('ord_1'))).toBeUndefined()
    expect((await hosts.provide(as, wanted)).id).toBe(host.id)
  })

  test('writes down what it is about to ask before it asks', async () => {
    const { hosts, provider } = world()
    provider.create = async () => Promise.reject(new Error('never arrived'))
    await failure(hosts.provide(as, wanted))

    expect(await db.rows('select kind, label, done_at from host_effect')).toEqual([
      { kind: 'create', label: 'ticket=T-1', done_at: null },
    ])
  })

  test('is refused when its name belongs to another ticket, at the provider too', async () => {
    const { hosts, provider } = world()
    await hosts.provide(as, wanted)
    await provider.create({
      name: 'nexus-other-prod',
      labels: { ticket: 'T-9' },
      region: '',
      plan: '',
      authorizedKeys: [],
      hostKey: { privateKey: '', publicKey: '' },
    })

    expect(await failure(hosts.provide(as, { ...wanted, orderId: 'ord_2', ticket: 'T-2' }))).toMatchObject({
      code: 'host.name_taken',
    })
    expect(
      await failure(hosts.provide(as, { ...wanted, orderId: 'ord_3', ticket: 'T-3', name: 'nexus-other-prod' })),
    ).toMatchObject({ code: 'host.name_taken', message: expect.stringContaining('T-9') })
  })

  test('ends when its order lets it go', async () => {
    const { hosts, servers } = world()
    const host = await hosts.provide(as, wanted)

    expect((await hosts.release(as, host.id)).state).toBe('retired')
    expect(servers.size).toBe(0)
  })

  test('sends every program under the fence of its run', async () => {
    const { hosts, sent } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    await hosts.claim(as, host?.id ?? '', { orderId: 'ord_1', ticket: 'T-1', name: 'nexus-acme-prod' })

    expect(sent.map((each) => each.fence)).toEqual([{ run: 'run_1', takeover: 3 }])
  })

  test('that was live refuses rebuild, destroy and release', async () => {
    const { hosts } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    await hosts.markLive(as, host?.id ?? '')

    const rebuild = (actor: Actor, id: string) => hosts.rebuild(actor, id, 'rbd_1')
    for (const act of [rebuild, hosts.destroy, hosts.release]) {
      expect(await failure(act(as, host?.id ?? ''))).toMatchObject({ code: 'host.was_live' })
    }
  })
})

describe('a rebuild', () => {
  const cut = () => Promise.reject(new Error('cut off'))

  test('asked for again on the same occasion is one rebuild; on another it is another', async () => {
    const { hosts, rebuilt } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const id = host?.id ?? ''
    const first = await hosts.rebuild(as, id, 'rbd_1')

    expect((await hosts.rebuild(as, id, 'rbd_1')).hostKey).toBe(first.hostKey)
    expect(rebuilt.length).toBe(1)
    expect((await hosts.rebuild(as, id, 'rbd_2')).hostKey).not.toBe(first.hostKey)
    expect(rebuilt.length).toBe(2)
  })

  test('is one again where something was done on the host since', async () => {
    const { hosts, rebuilt } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const id = host?.id ?? ''
    await hosts.rebuild(as, id, 'rbd_1')
    await hosts.claim(as, id, { orderId: 'ord_1', ticket: 'T-1', name: 'nexus-acme-prod' })
    await hosts.rebuild(as, id, 'rbd_1')

    expect(rebuilt.length).toBe(2)
  })

  test('that was cut off after the provider did it is recognised by the host key that came with it', async () => {
    const { hosts, provider, rebuilt } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const id = host?.id ?? ''
    const { rebuild } = provider
    provider.rebuild = (server, keys) => rebuild(server, keys).then(cut)
    await failure(hosts.rebuild(as, id, 'rbd_1'))
    provider.rebuild = rebuild

    expect(await hosts.rebuild(as, id, 'rbd_1')).toMatchObject({ state: 'preparing', hostKey: rebuilt[0]?.key })
    expect(rebuilt.length).toBe(1)
  })

  test('that never reached the provider is asked for again when the old system still answers', async () => {
    const { hosts, provider, rebuilt } = await withSpares(1)
    const host = await hosts.reserve(as, wish('ord_1'))
    const id = host?.id ?? ''
    const { rebuild } = provider
    provider.rebuild = cut
    await failure(hosts.rebuild(as, id, 'rbd_1'))
    provider.rebuild = rebuild

    expect((await hosts.rebuild(as, id, 'rbd_1')).hostKey).toBe(rebuilt[0]?.key)
    expect(rebuilt.length).toBe(1)
  })
})

describe('a machine of your own', () => {
  const machine = { name: 'own-1', address: '192.0.2.200', port: 22, user: 'root', region: 'eu', plan: 'lab' }

  test('is added only with the fingerprint a person compared', async () => {
    const { hosts } = world()

    expect(await failure(hosts.addStatic(as, machine))).toMatchObject({
      code: 'host.key_not_confirmed',
      message: expect.stringContaining(fingerprintOf(staticKey)),
    })
    expect((await hosts.addStatic(as, { ...machine, fingerprint: fingerprintOf(staticKey) })).hostKey).toBe(staticKey)
  })

  test('is never rebuilt or destroyed', async () => {
    const { hosts } = world()
    const host = await hosts.addStatic(as, { ...machine, fingerprint: fingerprintOf(staticKey) })

    expect(await failure(hosts.rebuild(as, host.id, 'rbd_1'))).toMatchObject({ code: 'host.is_static' })
    expect(await failure(hosts.destroy(as, host.id))).toMatchObject({ code: 'host.is_static' })
  })
})
