import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants, type Role, systemActor } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import { type Act, holdsSeconds } from './approval.ts'
import { type Approvals, approvalService } from './approval-service.ts'

let db: Database
let at: Date
let disabled: Set<string>
let approvals: Approvals
let made = 0
beforeAll(async () => {
  db = await testDatabase()
})
beforeEach(() => {
  at = new Date('2026-03-01T12:00:00Z')
  disabled = new Set()
  approvals = approvalService({
    db,
    now: () => at,
    activePeople: async (ids) => new Set(ids.filter((each) => !disabled.has(each))),
  })
})

const person = (name: string, role: Role = 'platform'): Actor => ({
  id: `per_${name}`,
  name,
  permissions: grants[role],
})
const ann = person('ann')
const ben = person('ben')
const newAct = (): Act => {
  made += 1
  const subject = `hst_${made}`
  return {
    kind: 'host.wipe',
    subject,
    parameters: { disks: 2, force: true },
    what: `Host ${subject} is wiped.`,
    permission: 'hosts.write',
  }
}
const ask = async (actor: Actor, act: Act): Promise<string> => {
  const refused = await approvals.require(actor, act, 'it is broken').catch((thrown: Error) => thrown)
  expect(refused).toMatchObject({ code: 'approvals.needed' })
  return /apr_\w+/.exec(String(refused))?.[0] ?? ''
}
const approved = async (act: Act): Promise<string> => {
  const id = await ask(ann, act)
  await approvals.approve(ben, id, 'looked at it')
  return id
}
const use = (id: string, actor = ann) => db.inTransaction((tx) => approvals.use(tx, actor, id))

describe('an act that takes two people', () => {
  test('is refused first, passes once another person said yes, and is good for once', async () => {
    const act = newAct()
    const id = await approved(act)
    const passed = await approvals.require(ann, act, 'again')
    await use(passed.id)

    expect(passed.id).toBe(id)
    await expect(use(id)).rejects.toMatchObject({ code: 'approvals.over' })
    expect(await ask(ann, act)).not.toBe(id)
  })

  test('tried often, also at once, is asked for once', async () => {
    const act = newAct()
    const ids = await Promise.all([
      ask(ann, act),
      ask(ann, act),
      ask(ann, { ...act, parameters: { force: true, disks: 2 } }),
    ])

    expect(new Set(ids).size).toBe(1)
  })

  test('with another parameter is another act', async () => {
    const act = newAct()
    await approved(act)

    await ask(ann, { ...act, parameters: { ...act.parameters, disks: 3 } })
  })

  test('used twice at once is used once', async () => {
    const id = await approved(newAct())
    const both = await Promise.allSettled([use(id), use(id)])

    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('that fails in its transaction has not used its approval', async () => {
    const id = await approved(newAct())
    const failing = db.inTransaction(async (tx) => {
      await approvals.use(tx, ann, id)
      throw new Error('the act failed')
    })

    await expect(failing).rejects.toThrow('the act failed')
    await use(id)
  })

  test('approved for one person is not approved for another', async () => {
    const act = newAct()
    const id = await approved(act)

    await expect(use(id, ben)).rejects.toMatchObject({ code: 'approvals.over' })
    await ask(ben, act)
  })
})

describe('saying yes', () => {
  test('to what one asked for oneself is refused, with another token and through a flow too', async () => {
    const id = await ask(ann, newAct())
    const narrow: Actor = { ...ann, permissions: ['approvals.decide', 'hosts.write'] }

    await expect(approvals.approve(narrow, id, 'x')).rejects.toMatchObject({ code: 'approvals.own' })
    const flow = systemActor('deliver-order', ann.id)
    await expect(approvals.approve(flow, id, 'x')).rejects.toMatchObject({ code: 'approvals.own' })
    await expect(approvals.approve(systemActor('sweeper'), id, 'x')).rejects.toMatchObject({
      code: 'approvals.not_a_person',
    })
  })

  test('takes the permission of the act itself', async () => {
    const id = await ask(ann, newAct())

    await expect(approvals.approve(person('sue', 'support'), id, 'x')).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    await expect(approvals.approve(person('vic', 'viewer'), id, 'x')).rejects.toMatchObject({
      code: 'access.forbidden',
    })
  })

  test('twice is saying it once; after a no it is refused', async () => {
    const [one, other] = [await ask(ann, newAct()), await ask(ann, newAct())]
    await approvals.approve(ben, one, 'x')

    expect((await approvals.approve(ben, one, 'x')).state).toBe('approved')
    await approvals.refuse(ben, other, 'not now')
    await expect(approvals.approve(person('cat'), other, 'x')).rejects.toMatchObject({ code: 'approvals.over' })
  })

  test('stands in the trail with who, what and why', async () => {
    const id = await approved(newAct())
    const trail = await db.rows<{ action: string; actor: string; reason: string }>(
      'select action, actor, reason from audit_entry where subject = $1 order by id',
      [id],
    )

    expect(trail).toEqual([
      { action: 'approval.asked', actor: ann.id, reason: 'it is broken' },
      { action: 'approval.approved', actor: ben.id, reason: 'looked at it' },
    ])
  })
})

describe('an approval ends', () => {
  test('with its time', async () => {
    const id = await approved(newAct())
    at = new Date(at.getTime() + holdsSeconds * 1000)

    await expect(use(id)).rejects.toMatchObject({ code: 'approvals.over' })
    expect(await approvals.lapseOver()).toBeGreaterThan(0)
    expect((await approvals.find(ann, id)).state).toBe('lapsed')
  })

  test.each(['per_ann', 'per_ben'])('with the person: %s disabled', async (gone) => {
    const act = newAct()
    const id = await approved(act)
    disabled.add(gone)

    await expect(use(id)).rejects.toMatchObject({ code: 'approvals.over' })
    await approvals.lapseOver()
    disabled.clear()
    await expect(use(id)).rejects.toMatchObject({ code: 'approvals.over' })
  })
})
