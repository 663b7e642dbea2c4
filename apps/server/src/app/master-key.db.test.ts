import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/harness/database.ts'
import { masterKeyService, secretService } from '../modules/secrets/index.ts'
import { type Actor, grants, systemActor } from '../platform/actor.ts'
import { resealEmbedded } from '../platform/adapters/embedded-identity-reseal.ts'
import { now } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { keyIdOf, sealedWith, secretBox } from '../platform/secret-box.ts'

const db: Database = await testDatabase()
const admin: Actor = { id: 'per_a', name: 'Ann', permissions: grants.admin }
const flow = systemActor('deliver-order')
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)]
let next: Buffer | undefined
beforeEach(async () => {
  next = undefined
  for (const table of ['secret', 'master_key', 'embedded_key']) await db.rows(`delete from ${table}`)
})

/** One nexusd, started with a key. */
async function node(key: Buffer) {
  const ring = secretBox(key)
  const keys = masterKeyService({ db, ring, now, nextKey: () => next, resealers: [resealEmbedded(ring)] })
  await keys.settle()
  const secrets = secretService({ db, box: ring, now, uses: async () => [] })
  const put = (name: string, value: string) => secrets.put(admin, { tenant: 'acme', name, value })
  return { ring, keys, put, reveal: (ref: string) => secrets.reveal(flow, ref) }
}
const sealedBy = async (key: Buffer) =>
  (await db.rows('select 1 from secret where starts_with(sealed, $1)', [sealedWith(keyIdOf(key))])).length

describe('moving to another master key', () => {
  test('seals everything anew, while secrets are written, and the old key opens nothing of it', async () => {
    const here = await node(first)
    for (let n = 0; n < 230; n += 1) await here.put(`KEY_${n}`, `value ${n}`)
    await db.rows(`insert into embedded_key (name, sealed) values ('keys', $1)`, [
      here.ring.seal('{}', 'embedded-identity/keys'),
    ])
    next = second
    const writing = Promise.all(Array.from({ length: 20 }, (_, n) => here.put(`DURING_${n}`, `during ${n}`)))
    const answer = await here.keys.rotate(admin)
    const refs = await writing
    await here.keys.resealStragglers()

    expect(answer).toMatchObject({ keyId: keyIdOf(second) })
    expect(answer.resealed).toBeGreaterThanOrEqual(231)
    expect([await sealedBy(first), await sealedBy(second)]).toEqual([0, 250])
    expect(await here.reveal('secret:acme/KEY_229@1')).toBe('value 229')
    expect(await here.reveal(refs[3] ?? '')).toBe('during 3')
    const [row] = await db.rows<{ sealed: string }>(`select sealed from embedded_key`)
    expect(secretBox(second).open(row?.sealed ?? '', 'embedded-identity/keys')).toBe('{}')
    expect(() => secretBox(first).open(row?.sealed ?? '', 'embedded-identity/keys')).toThrow('does not open')
  })

  test('is followed by another node, whose last writes with the old key are sealed anew', async () => {
    const [here, there] = [await node(first), await node(first)]
    next = second
    await here.keys.rotate(admin)
    const late = await there.put('LATE', 'sealed with the old key')
    await there.keys.follow()
    const after = await there.put('AFTER', 'with the new one')
    await here.keys.resealStragglers()

    expect([await sealedBy(first), await sealedBy(second)]).toEqual([0, 2])
    expect([await here.reveal(late), await there.reveal(after)]).toEqual([
      'sealed with the old key',
      'with the new one',
    ])
  })

  test('twice is moving once, and a third key comes after', async () => {
    const here = await node(first)
    await here.put('A', 'a')
    next = second
    const [one, again] = [await here.keys.rotate(admin), await here.keys.rotate(admin)]
    next = third
    await here.keys.rotate(admin)

    expect([one.resealed, again.resealed]).toEqual([1, 0])
    expect(await sealedBy(third)).toBe(1)
  })

  test('survives a restart before the new key is in its place, and one after', async () => {
    const here = await node(first)
    const ref = await here.put('A', 'a')
    next = second
    await here.keys.rotate(admin)

    expect(await (await node(first)).reveal(ref)).toBe('a')
    next = undefined
    expect(await (await node(second)).reveal(ref)).toBe('a')
    await expect(node(first)).rejects.toMatchObject({ code: 'secrets.wrong_master_key' })
    await expect(node(third)).rejects.toMatchObject({ code: 'secrets.wrong_master_key' })
  })

  test('is for admins, wants a next key, and stands in the trail without any key', async () => {
    const here = await node(first)
    const platform: Actor = { id: 'per_p', name: 'Pat', permissions: grants.platform }

    await expect(here.keys.rotate(platform)).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(here.keys.rotate(admin)).rejects.toMatchObject({ code: 'secrets.no_next_master_key' })
    next = second
    await here.keys.rotate(admin)
    const dump = JSON.stringify(await db.rows(`select * from audit_entry where action like 'master_key.%'`))
    expect(dump).toContain(keyIdOf(second))
    for (const key of [first, second]) {
      expect(dump).not.toContain(key.toString('base64').slice(0, 20))
      expect(dump).not.toContain(key.toString('hex').slice(0, 20))
    }
  })
})

test('a value sealed before keys had fingerprints opens still, and is sealed anew', async () => {
  const here = await node(first)
  const ref = await here.put('OLD', 'from before')
  await db.rows(`update secret set sealed = 'v1.' || split_part(sealed, '.', 3) || '.' || split_part(sealed, '.', 4)
                 || '.' || split_part(sealed, '.', 5)`)

  expect(await here.reveal(ref)).toBe('from before')
  await here.keys.resealStragglers()
  expect(await sealedBy(first)).toBe(1)
})
