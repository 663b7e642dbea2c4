import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import { secretBox } from '../../platform/secret-box.ts'
import { type Secrets, type SecretUse, secretService } from './secret-service.ts'

let db: Database
let secrets: Secrets
let clock = new Date('2026-03-01T12:00:00Z')
const usedAt = new Map<string, readonly SecretUse[]>()
const platform: Actor = { id: 'per_p', name: 'Pat', permissions: grants.platform }
const auditor: Actor = { id: 'per_a', name: 'Ada', permissions: grants.auditor }
const flow = systemActor('deliver-order', 'per_p')
beforeAll(async () => {
  db = await testDatabase()
  const uses = async (ref: string) => usedAt.get(ref) ?? []
  secrets = secretService({ db, box: secretBox(randomBytes(32)), now: () => clock, uses })
})

describe('a secret', () => {
  test('is a reference outside, and opens for a flow only', async () => {
    const ref = await secrets.put(platform, {
      tenant: 'acme',
      name: 'OPENCLAW_API_URL',
      value: 'https://claw.acme.test',
    })

    expect(ref).toBe('secret:acme/OPENCLAW_API_URL@1')
    expect(await secrets.reveal(flow, ref)).toBe('https://claw.acme.test')
    await expect(secrets.reveal(auditor, ref)).rejects.toMatchObject({ code: 'secrets.not_for_people' })
    await expect(secrets.reveal(platform, ref)).rejects.toMatchObject({ code: 'secrets.not_for_people' })
  })

  test('that is read leaves an entry, once an hour for one reader; the next one says how many were left out', async () => {
    const ref = await secrets.put(platform, { tenant: 'acme', name: 'READ', value: 'seen' })
    const entries = async () =>
      db.rows(
        `select actor, subject, after from audit_entry where action = 'secret.read' and subject = 'secret:acme/READ' order by id`,
      )
    for (let time = 0; time < 5; time += 1) await secrets.reveal(flow, ref)
    await secrets.reveal(systemActor('renew-certificate'), ref)
    const first = await entries()
    clock = new Date('2026-03-01T13:00:01Z')
    await secrets.reveal(flow, ref)

    expect(first).toEqual([
      { actor: 'system:deliver-order', subject: 'secret:acme/READ', after: { ref } },
      { actor: 'system:renew-certificate', subject: 'secret:acme/READ', after: { ref } },
    ])
    expect((await entries()).at(-1)).toMatchObject({ after: { ref, leftOut: 4 } })
    expect(JSON.stringify(await entries())).not.toContain('seen')
  })

  test('put twice with one value is put once, with another it is the next version', async () => {
    const put = (value: string) => secrets.put(platform, { tenant: 'acme', name: 'KEY', value })

    expect([await put('a'), await put('a'), await put('b'), await put('a')]).toEqual([
      'secret:acme/KEY@1',
      'secret:acme/KEY@1',
      'secret:acme/KEY@2',
      'secret:acme/KEY@3',
    ])
  })

  test('written ten times at once has ten versions', async () => {
    const refs = await Promise.all(
      Array.from({ length: 10 }, (_, n) => secrets.put(platform, { tenant: 'acme', name: 'RACE', value: `v${n}` })),
    )

    expect(new Set(refs).size).toBe(10)
  })

  test('generated twice is generated once', async () => {
    const one = await secrets.generate(flow, { tenant: 'acme', name: 'DB_PASSWORD' })
    const two = await secrets.generate(flow, { tenant: 'acme', name: 'DB_PASSWORD' })

    expect(two).toBe(one)
    expect(await secrets.reveal(flow, one)).toMatch(/^[\w-]{43}$/)
  })

  test('rotated twice from one version is rotated once, and the old version still opens', async () => {
    const first = await secrets.generate(flow, { tenant: 'acme', name: 'TURN' })
    const rotate = () => secrets.rotate(platform, { tenant: 'acme', name: 'TURN', from: 1 })

    expect([await rotate(), await rotate()]).toEqual(['secret:acme/TURN@2', 'secret:acme/TURN@2'])
    expect(await secrets.reveal(flow, first)).not.toBe(await secrets.reveal(flow, 'secret:acme/TURN@2'))
  })

  test('says where each of its versions is used', async () => {
    usedAt.set('secret:acme/KEY@2', [{ subject: 'ins_1', place: 'environment KEY' }])
    const found = await secrets.where(auditor, { tenant: 'acme', name: 'KEY' })

    expect(found.map((each) => [each.version, each.uses.length])).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
    ])
  })

  test('is nowhere in plain text: not in its rows, not in the trail', async () => {
    await secrets.put(platform, { tenant: 'acme', name: 'PLAIN', value: 'find-me-if-you-can' })
    const dump = JSON.stringify([await db.rows('select * from secret'), await db.rows('select * from audit_entry')])

    expect(dump).toContain('acme/PLAIN')
    expect(dump).not.toContain('find-me-if-you-can')
  })

  test('whose row was moved to another tenant does not open', async () => {
    await secrets.put(platform, { tenant: 'acme', name: 'MOVED', value: 'x' })
    await db.rows(`update secret set tenant = 'globex' where name = 'MOVED'`)

    await expect(secrets.reveal(flow, 'secret:globex/MOVED@1')).rejects.toMatchObject({ code: 'secrets.cannot_open' })
  })

  test('is not written by who may only look, nor looked at by who may not', async () => {
    const viewer: Actor = { id: 'per_v', name: 'v', permissions: grants.viewer }

    await expect(secrets.put(auditor, { tenant: 'a', name: 'b', value: 'c' })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    await expect(secrets.list(viewer, { limit: 10 })).rejects.toMatchObject({ code: 'access.forbidden' })
  })

  test.each([
    [{ tenant: '../etc', name: 'x', value: 'v' }, 'secrets.bad_name'],
    [{ tenant: 'acme', name: 'a b', value: 'v' }, 'secrets.bad_name'],
    [{ tenant: 'acme', name: 'x', value: '' }, 'secrets.bad_value'],
    [{ tenant: 'acme', name: 'x', value: 'x'.repeat(65_537) }, 'secrets.bad_value'],
  ])('that is not well formed is refused (%#)', async (given, code) => {
    await expect(secrets.put(platform, given)).rejects.toMatchObject({ code })
  })
})

test('a list goes on where the page ended, with the latest version of each', async () => {
  for (const name of ['C', 'a', 'B']) await secrets.put(platform, { tenant: 'paged', name, value: '1' })
  await secrets.put(platform, { tenant: 'paged', name: 'B', value: '2' })
  const first = await secrets.list(auditor, { tenant: 'paged', limit: 2 })
  const rest = await secrets.list(auditor, { tenant: 'paged', limit: 2, after: { tenant: 'paged', name: 'C' } })

  expect(first.map(({ name, version }) => [name, version])).toEqual([
    ['B', 2],
    ['C', 1],
  ])
  expect(rest.map((each) => each.name)).toEqual(['a'])
})
