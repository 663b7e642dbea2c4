import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import { type Access, accessService } from './access-service.ts'

let db: Database
let at = new Date('2026-03-01T12:00:00Z')
let access: Access
let admin: Actor
let adminToken: string
beforeAll(async () => {
  db = await testDatabase()
  access = accessService({ db, now: () => at })
})

const pass = (seconds: number) => {
  at = new Date(at.getTime() + seconds * 1000)
}
const trail = async (action: string) =>
  db.rows<{ subject: string }>('select subject from audit_entry where action = $1', [action])

describe('the first start', () => {
  test('gives a bootstrap token that can only create the first admin', async () => {
    const text = (await access.bootstrap()) ?? ''

    expect((await access.authenticate(text)).permissions).toEqual(['access.bootstrap'])
  })

  test('its token ends after an hour, and the next start gives another', async () => {
    const text = (await access.bootstrap()) ?? ''
    pass(3601)

    await expect(access.authenticate(text)).rejects.toMatchObject({ code: 'access.unauthenticated' })
    expect(await access.bootstrap()).toMatch(/^nxb_/)
  })

  test('two first admins at once are one', async () => {
    const bootstrap = await access.authenticate((await access.bootstrap()) ?? '')
    const make = (n: number) =>
      access.createFirstAdmin(bootstrap, { name: `Admin ${n}`, email: `admin${n}@example.test` })
    const [one, two] = await Promise.allSettled([make(1), make(2)])
    const won = [one, two].find((each) => each.status === 'fulfilled')
    const lost = [one, two].find((each) => each.status === 'rejected')

    expect(lost?.reason).toMatchObject({ code: 'access.bootstrap_over' })
    adminToken = won?.value.text ?? ''
    admin = await access.authenticate(adminToken)
    expect(admin.permissions).toEqual(grants.admin)
    expect(await access.bootstrap()).toBeUndefined()
  })

  test('keeps the text of no token', async () => {
    const dump = JSON.stringify([await db.rows('select * from api_token'), await db.rows('select * from audit_entry')])

    expect(adminToken).toMatch(/^nxt_[\w-]{43}$/)
    expect(dump).not.toContain(adminToken.slice(4))
  })

  test('a rescue from the machine itself makes a lost admin admin again', async () => {
    const rescue = await access.authenticate((await access.bootstrap({ rescue: true })) ?? '')
    const { person } = await access.createFirstAdmin(rescue, { name: 'x', email: 'ADMIN1@example.test' })

    expect(person.roles).toContain('admin')
    expect(await trail('access.rescued')).toHaveLength(1)
  })
})

describe('a person', () => {
  test('has what the roles grant, and a token that works until it is revoked', async () => {
    const person = await access.createPerson(admin, {
      name: 'Vera',
      email: 'vera@example.test',
      roles: ['viewer', 'sales'],
    })
    const { text, token } = await access.createToken(admin, { name: 'laptop', personId: person.id })
    const vera = await access.authenticate(text)
    await access.revokeToken(vera, token.id)

    expect(vera).toMatchObject({ id: person.id, name: 'Vera' })
    expect([...vera.permissions].sort()).toEqual([...grants.sales].sort())
    await expect(access.authenticate(text)).rejects.toMatchObject({ code: 'access.unauthenticated' })
    expect(await trail('token.revoked')).toEqual([{ subject: token.id }])
  })

  test('is refused by address when there is one already, whatever the case', async () => {
    const twice = access.createPerson(admin, { name: 'V', email: 'VERA@example.test', roles: ['viewer'] })

    await expect(twice).rejects.toMatchObject({ code: 'access.email_taken' })
  })

  test('who is disabled is signed out at once, and for good with these tokens', async () => {
    const person = await access.createPerson(admin, { name: 'Otto', email: 'otto@example.test', roles: ['support'] })
    const { text } = await access.createToken(admin, { name: 'x', personId: person.id })
    await access.disablePerson(admin, person.id)

    await expect(access.authenticate(text)).rejects.toMatchObject({ kind: 'unauthenticated' })
    await access.enablePerson(admin, person.id)
    await expect(access.authenticate(text)).rejects.toMatchObject({ kind: 'unauthenticated' })
  })

  test('without access.write changes nobody', async () => {
    const viewer: Actor = { id: 'per_x', name: 'x', permissions: grants.viewer }

    await expect(access.setRoles(viewer, admin.id, { roles: ['viewer'] })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    expect(() => access.listPeople(viewer, { limit: 1 })).toThrow('access.read')
    expect(() => access.listTokens(viewer, { limit: 1 })).toThrow('access.read')
  })

  test('who is the last admin stays admin, also when two leave at once', async () => {
    const second = await access.createPerson(admin, { name: 'B', email: 'b@example.test', roles: ['admin'] })
    for (const each of await access.listPeople(admin, { limit: 100 })) {
      if (each.roles.includes('admin') && ![admin.id, second.id].includes(each.id))
        await access.setRoles(admin, each.id, { roles: ['viewer'] })
    }
    const both = await Promise.allSettled([
      access.disablePerson(admin, second.id),
      access.setRoles(admin, admin.id, { roles: ['viewer'] }),
    ])

    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    await access.enablePerson(admin, second.id)
    await access.setRoles(admin, admin.id, { roles: ['admin'] })
  })

  test('can own tickets with the role provisioning, or as admin', async () => {
    const person = await access.createPerson(admin, { name: 'Pia', email: 'pia@example.test', roles: ['provisioning'] })
    const found = (await access.provisioners()).map((each) => each.id)

    expect(found).toContain(person.id)
    expect(found).toContain(admin.id)
  })
})

describe('a token', () => {
  test('ends at its time', async () => {
    const { text } = await access.createToken(admin, { name: 'short', days: 1 })
    pass(86_400)

    await expect(access.authenticate(text)).rejects.toMatchObject({ code: 'access.unauthenticated' })
  })

  test('that is narrowed gives only that, and makes only tokens as narrow', async () => {
    const { text } = await access.createToken(admin, { name: 'ci', permissions: ['orders.read', 'runs.read'] })
    const narrow = await access.authenticate(text)
    const child = await access.authenticate((await access.createToken(narrow, { name: 'child' })).text)
    const wider = access.createToken(narrow, { name: 'wide', permissions: ['hosts.write'] })

    expect(narrow.permissions).toEqual(['orders.read', 'runs.read'])
    expect(child.permissions).toEqual(['orders.read', 'runs.read'])
    await expect(wider).rejects.toMatchObject({ code: 'access.token_too_wide' })
  })

  test('notes its use at most once a minute', async () => {
    const { text, token } = await access.createToken(admin, { name: 'used' })
    const lastUsed = async () =>
      (await access.listTokens(admin, { limit: 200 })).find((each) => each.id === token.id)?.lastUsedAt
    await access.authenticate(text)
    const first = await lastUsed()
    pass(30)
    await access.authenticate(text)
    const second = await lastUsed()
    pass(30)
    await access.authenticate(text)

    expect(second).toEqual(first)
    expect(await lastUsed()).toEqual(at)
  })

  test('of someone else is not there for who may not touch it', async () => {
    const { token } = await access.createToken(admin, { name: 'mine' })
    const viewer: Actor = { id: 'per_x', name: 'x', permissions: grants.viewer }

    await expect(access.revokeToken(viewer, token.id)).rejects.toMatchObject({ code: 'access.token_not_found' })
  })

  test.each(['', 'nxt_short', `nxt_${'a'.repeat(43)}`, `nxb_${'a'.repeat(43)}`])('%j opens nothing', async (text) => {
    await expect(access.authenticate(text)).rejects.toMatchObject({ code: 'access.unauthenticated' })
  })
})
