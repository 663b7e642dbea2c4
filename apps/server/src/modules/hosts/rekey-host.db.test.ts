import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { noCeiling, onePerson } from '../../../test/harness/no-ceiling.ts'
import { systemActor } from '../../platform/actor.ts'
import { staticHosts } from '../../platform/adapters/static-hosts.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { HostAddress, Program, Remote } from '../../platform/remote.ts'
import { secretBox } from '../../platform/secret-box.ts'
import { defaultSettings } from './baseline-settings.ts'
import { resealControlKeys } from './control-key-store.ts'
import { controlKeys, keyLine, nextKeySession } from './control-keys.ts'
import { hostService } from './host-service.ts'

const db = await testDatabase()
const as = systemActor('rekey-host')
const at = new Date('2026-03-01T12:00:00Z')
const id = 'hst_1'

beforeEach(async () => {
  await db.rows('truncate host, host_control_key, host_rescue_login, audit_entry')
  await db.rows(
    `insert into host (id, name, state, state_since, address, host_key, login_user, provider, region, plan, created_at)
     values ($1, 'metal-1', 'live', $2, '192.0.2.1', 'ssh-ed25519 KEY', 'nexus', 'static', 'eu', 'own', $2)`,
    [id, at],
  )
})

class Killed extends Error {}

/** A host that keeps its file of keys and its timer, and lets in whoever has a key of the file. */
function world(killAt?: { readonly call: number; readonly after: boolean }) {
  let calls = 0
  let made = 0
  const ring = secretBox(randomBytes(32))
  const first = { publicKey: 'ssh-ed25519 FIRST nexus', privateKey: async () => 'private of FIRST' }
  const newKey = () => {
    made += 1
    return { privateKey: `private of OWN${made}`, publicKey: `ssh-ed25519 OWN${made}` }
  }
  const keys = controlKeys({ db, box: ring, first, newKey, now: () => at })
  const host = {
    file: [keyLine(first.publicKey, [])],
    old: undefined as string[] | undefined,
    logins: [] as object[] | undefined,
  }
  const opens = (file: readonly string[], tried: readonly string[]) =>
    tried.some((key) => file.some((line) => line.includes(` ${key.replace('private of ', '')} `)))

  const effects: Record<string, (program: Program) => object> = {
    'place the keys of the control plane': ({ script }) => {
      host.old ??= host.file
      host.file = /authorized_keys 600 nexus:nexus '([^']*)'/.exec(script)?.[1]?.trim().split('\n') ?? []
      return { type: 'placed' }
    },
    'confirm that the host still lets us in': () => {
      host.old = undefined
      return { type: 'confirmed' }
    },
  }
  const run = async (address: HostAddress, program: Program) => {
    calls += 1
    if (killAt?.call === calls && !killAt.after) throw new Killed()
    if (!opens(host.file, await keys.toTry(address)))
      throw new NexusError('host.login_refused', 'conflict', 'No key fits.')
    const events = [...(host.logins ?? []), effects[program.name]?.(program) ?? { type: host.logins ? 'read' : 'cut' }]
    if (killAt?.call === calls) throw new Killed()
    return { exit: 0, events, noise: '', stderr: '', seconds: 0 }
  }
  const remote: Remote = {
    run,
    upload: async () => {},
    scanHostKey: async () => '',
    forget: async () => {},
    close: async () => {},
  }
  const serviceWith = (more: object = {}) =>
    hostService({
      db,
      remote,
      outside: { knock: async () => [], loginMethods: async () => [] },
      providers: [staticHosts()],
      planOf: () => undefined,
      keys,
      settings: { ...defaultSettings, ...more },
      newHostKey: newKey,
      now: () => at,
      purchases: noCeiling,
      drift: onePerson,
      fence: () => undefined,
    })
  return {
    keys,
    host,
    ring,
    serviceWith,
    hosts: serviceWith(),
    /** Two minutes without a word: what the timer on the host does. */
    timerFires: () => {
      if (host.old) host.file = host.old
      host.old = undefined
    },
    letsIn: async () => opens(host.file, await keys.toTry({ hostId: id, user: 'nexus' })),
    calls: () => calls,
    survive: () => {
      killAt = undefined
    },
  }
}

const steps = ['placeNextKey', 'dropOldKey', 'takeNextKey'] as const
async function rekey({ hosts }: ReturnType<typeof world>): Promise<void> {
  for (const step of steps) await hosts[step](as, id)
}

describe('a rekey', () => {
  test('brings a host from the key of the first contact to its own, and from there to a newer one', async () => {
    const made = world()
    await rekey(made)
    expect(made.host.file).toEqual(['ssh-ed25519 OWN1 nexus'])
    await rekey(made)

    expect(made.host.file).toEqual(['ssh-ed25519 OWN2 nexus'])
    expect(await made.keys.toTry({ hostId: id, user: 'nexus' })).toEqual(['private of OWN2'])
    expect(await made.hosts.keysOf(as, id)).toMatchObject({ own: true, underWay: false, placedAt: at })
    const trail = await db.rows<{ action: string }>('select action from audit_entry order by id')
    expect(trail.map((each) => each.action)).toEqual(['host.key_made', 'host.rekeyed', 'host.key_made', 'host.rekeyed'])
  })

  const whole = 4
  const kills = Array.from({ length: whole }, (_, call) =>
    [false, true].flatMap((after) => [false, true].map((reverts) => [call + 1, after, reverts] as const)),
  ).flat()

  test.each(kills)(
    'killed at call %i (after it: %s, the timer fires: %s) locks nobody out and is finished by the next',
    async (call, after, reverts) => {
      const made = world({ call, after })
      await expect(rekey(made)).rejects.toThrow()
      expect(await made.letsIn()).toBe(true)
      if (reverts) made.timerFires()
      expect(await made.letsIn()).toBe(true)
      made.survive()
      await rekey(made)

      expect(made.host.file).toEqual(['ssh-ed25519 OWN1 nexus'])
      expect(made.host.old).toBeUndefined()
      expect(await made.letsIn()).toBe(true)
    },
  )

  test('takes four programs on the host', async () => {
    const made = world()
    await rekey(made)

    expect(made.calls()).toBe(whole)
  })

  test('whose new key does not get in leaves the old one in use', async () => {
    const made = world()
    const { toTry } = made.keys
    made.keys.toTry = async (address) => (address.hostId === nextKeySession(id) ? [] : toTry(address))

    expect(await rekey(made).then(() => undefined, toFailure)).toMatchObject({ code: 'host.access_not_confirmed' })
    made.timerFires()
    expect(made.host.file).toEqual(['ssh-ed25519 FIRST nexus'])
    expect((await made.keys.find(id)).current).toBeUndefined()
  })

  test('binds the key to where Nexus comes from, the address the host sees among them', async () => {
    await db.rows(`update host set facts = $2 where id = $1`, [id, JSON.stringify(facts)])
    const made = world()
    const hosts = made.serviceWith({ controlAddresses: ['192.0.2.9', '2001:db8::1'] })
    for (const step of steps) await hosts[step](as, id)

    expect(made.host.file).toEqual(['from="192.0.2.7,192.0.2.9,2001:db8::1" ssh-ed25519 OWN1 nexus'])
    expect(() => keyLine('ssh-ed25519 A', ['192.0.2.9",command="x'])).toThrow('no address')
  })

  test('of a host that was never prepared is refused', async () => {
    await db.rows(`update host set login_user = 'root'`)

    expect(await rekey(world()).then(() => undefined, toFailure)).toMatchObject({ code: 'host.not_prepared' })
  })
})

describe('a login with the break-glass key', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVv offline'
  const login = {
    type: 'login',
    at: '2026-03-01T11:59:00+0000',
    user: 'breakglass',
    from: '198.51.100.9',
    port: 40_022,
  }

  test('is one alert, however often the journal is read', async () => {
    const made = world()
    made.host.logins = [login, { ...login, at: 'never' }, { ...login, from: 'x'.repeat(100) }]
    const hosts = made.serviceWith({ breakGlassKey: key })
    const [alert] = await hosts.findRescueLogins(as, id)

    expect(alert).toMatchObject({ what: 'the break-glass key was used', why: expect.stringContaining('198.51.100.9') })
    expect(await hosts.findRescueLogins(as, id)).toEqual([])
    expect(await db.rows(`select action, after ->> 'from' as source from audit_entry`)).toEqual([
      { action: 'host.alert', source: '198.51.100.9' },
    ])
  })

  test('of a journal that was not read to its end is unknown, not none', async () => {
    const made = world()
    made.host.logins = undefined

    await expect(made.serviceWith({ breakGlassKey: key }).findRescueLogins(as, id)).rejects.toMatchObject({
      code: 'host.logins_unread',
    })
    expect(await made.hosts.findRescueLogins(as, id)).toEqual([])
  })
})

describe('the key of a host', () => {
  test('is in no row in plain text, opens with the next master key, and for no other host', async () => {
    const made = world()
    await rekey(made)
    await made.keys.makeNext(as, id, [])
    expect(JSON.stringify(await db.rows('select * from host_control_key'))).not.toContain('private of')
    made.ring.use(made.ring.add(randomBytes(32)))

    expect(await db.inTransaction((tx) => resealControlKeys(made.ring)(tx, 10))).toBe(2)
    expect(await made.keys.toTry({ hostId: id, user: 'nexus' })).toEqual(['private of OWN1', 'private of OWN2'])
    await db.rows(`update host_control_key set host_id = 'hst_2'`)
    await expect(made.keys.toTry({ hostId: 'hst_2', user: 'nexus' })).rejects.toMatchObject({
      code: 'secrets.cannot_open',
    })
  })

  test('opens nothing else: whoever is not nexus is tried with the first key, a proof with the next alone', async () => {
    const made = world()
    await rekey(made)

    expect((await made.keys.toTry({ hostId: id, user: 'root' }))[0]).toBe('private of FIRST')
    expect(await made.keys.toTry({ hostId: nextKeySession(id), user: 'nexus' })).toEqual([])
    expect(await made.keys.toTry({ hostId: 'hst_2', user: 'nexus' })).toEqual(['private of FIRST'])
  })

  test('that two want to make at once is one', async () => {
    const made = world()
    const both = await Promise.all([made.keys.makeNext(as, id, []), made.keys.makeNext(as, id, [])])

    expect(both[0].line).toBe(both[1].line)
  })
})

const facts = {
  type: 'facts',
  os: 'debian',
  osVersion: '12',
  kernel: '6',
  architecture: 'x86_64',
  cpus: 1,
  memoryMb: 1,
  diskGb: 1,
  diskFreeGb: 1,
  virtualization: 'none',
  isContainer: false,
  maySetClock: true,
  hasIpv6: true,
  hasAppArmor: true,
  openssh: '9.2',
  controlAddress: '192.0.2.7',
  addresses: [],
  routes: [],
  hostname: 'x',
  ticket: '',
  wasLive: false,
}
