import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl } from '../../apps/server/test/harness/database.ts'
import { until } from './harness/child.ts'
import { openHolds } from './harness/holds.ts'
import { brokenPromises } from './harness/promises-kept.ts'
import { type Rig, startRig } from './harness/rig.ts'

let rig: Rig
let holds: Awaited<ReturnType<typeof openHolds>>

beforeAll(async () => {
  rig = await startRig(await emptyDatabaseUrl())
  await rig.startNode()
  holds = await openHolds(rig.db.pool)
})
afterAll(async () => {
  holds.close()
  await rig.stop()
})

const takeoversOf = async (run: string) =>
  (await rig.db.row<{ takeover: number }>('select takeover from run where id = $1', [run]))?.takeover ?? 0

const live = (tickets: readonly string[]) =>
  Promise.all(tickets.map((each) => rig.until(each, ['Live', 'Blocked'], 120)))

describe('a node that is stopped and comes back', () => {
  test.each([
    { when: 'in the middle of our rows', step: 'deploy 6 of 7: start the services', moment: 'in' },
    { when: 'in the middle of the memory of the engine', step: 'deploy 2 of 7: install dependencies', moment: 'after' },
  ] as const)(
    '$when is gone for the others within 15 s, touches nothing any more, and ends by itself',
    async ({ step, moment }) => {
      const before = await rig.world.look()
      const ticket = await rig.order(`Stopped-${moment}`)
      const run = `deliver-order:${ticket}:1`
      const held = await holds.wait({ run, step, moment }, 60)
      const node = await rig.nodeOf(run)
      if (!node) throw new Error('No node works on the order.')

      node.signal('SIGSTOP')
      const stoppedAt = performance.now()
      await held.goOn()
      await until('another node goes on', 30, async () => (await takeoversOf(run)) > 1)
      const seconds = (performance.now() - stoppedAt) / 1000
      await live([ticket])
      const seen = (await rig.world.contacts()).length
      node.signal('SIGCONT')

      expect(await node.endsWithin(60), node.said()).toBe(70)
      expect(seconds).toBeLessThan(15)
      const after = (await rig.world.contacts()).slice(seen).filter((each) => each.pid === node.pid)
      expect(after.filter((each) => each.changed)).toEqual([])
      expect(await takeoversOf(run)).toBe(2)
      expect(await brokenPromises(rig, before, [ticket])).toEqual([])
      await rig.startNode()
    },
  )
})

describe('two nodes', () => {
  test('both killed at once lose nothing: the next ones go on', async () => {
    const before = await rig.world.look()
    const tickets = await Promise.all([1, 2, 3].map((each) => rig.order(`Both${each}`)))
    await until('one of them is being deployed', 60, async () => {
      const found = await rig.db.row(`select 1 as ok from run_step where run_id like $1 and name like 'deploy%'`, [
        `deliver-order:${tickets[0]}:%`,
      ])
      return found !== undefined
    })

    for (const each of rig.living()) each.signal('SIGKILL')
    await rig.startNode()
    await live(tickets)

    expect(await brokenPromises(rig, before, tickets)).toEqual([])
    await rig.startNode()
  })

  test('both killed in the middle of a rekey finish it: the host has a newer key, and none is left over', async () => {
    const host = await rig.db.row<{ id: string }>(`select id from host where state = 'live' limit 1`)
    const before = await rig.api('GET', `/hosts/${host?.id}/control-key`)
    const begun = await rig.api('POST', `/hosts/${host?.id}/rekey`)

    for (const each of rig.living()) each.signal('SIGKILL')
    await rig.startNode()
    const ended = await until('the rekey has ended', 60, () =>
      rig.db.row<{ outcome: string }>('select outcome from run where id = $1 and ended_at is not null', [
        String(begun.body['runId']),
      ]),
    )
    await rig.startNode()

    expect([before.body['own'], begun.status, ended.outcome]).toEqual([true, 202, 'done'])
    const after = await rig.api('GET', `/hosts/${host?.id}/control-key`)
    expect(after.body).toMatchObject({ own: true, underWay: false })
    expect(after.body['line']).not.toBe(before.body['line'])
  })

  test('one killed right after the end of a run was remembered: the next one leaves the run ended', async () => {
    const ticket = await rig.order('Ended')
    const run = `deliver-order:${ticket}:1`
    const held = await holds.wait({ run, step: 'end the run', moment: 'after' }, 60)
    const node = await rig.nodeOf(run)
    node?.signal('SIGKILL')
    await node?.ended
    await held.letGo()

    await until(`${run} was taken over and has ended`, 30, async () =>
      rig.db.row('select 1 as ok from run where id = $1 and takeover > 1 and ended_at is not null', [run]),
    )
    await rig.startNode()
  })

  test('replaced one after the other under load finish what they have, and every order is delivered once', async () => {
    const before = await rig.world.look()
    const tickets = await Promise.all([1, 2, 3, 4].map((each) => rig.order(`Rolling${each}`)))

    for (const old of rig.living()) {
      await rig.startNode()
      old.signal('SIGTERM')
      expect(await old.endsWithin(60)).toBe(0)
    }
    await live(tickets)

    expect(await brokenPromises(rig, before, tickets)).toEqual([])
  })
})

describe('a new version', () => {
  test('that would tell a running order otherwise names it and does not start; one that only goes on further does', async () => {
    const version = (story: string) =>
      rig.startNode({
        imports: [join(import.meta.dirname, 'harness/changed-story.ts')],
        environment: { FAULT_STORY: story },
      })
    const before = await rig.world.look()
    const ticket = await rig.order('Upgrade')
    const run = `deliver-order:${ticket}:1`
    const held = await holds.wait({ run, step: 'deploy 6 of 7: start the services', moment: 'before' }, 60)
    for (const each of rig.living()) each.signal('SIGKILL')
    await held.letGo()

    const refused = await version('renamed').catch((thrown: Error) => thrown.message)
    expect(refused).toContain('engine.would_diverge')
    expect(refused).toContain(`${run}: its step`)
    expect(refused).toContain('was "preflight the host" and is "look over the host" now')

    await version('longer')
    await live([ticket])
    await until('the run has ended', 30, () =>
      rig.db.row('select 1 as ok from run where id = $1 and ended_at is not null', [run]),
    )
    const steps = await rig.db.rows<{ name: string }>('select name from run_step where run_id = $1', [run])
    expect(steps.map((each) => each.name)).toContain('say goodbye')
    expect(await brokenPromises(rig, before, [ticket])).toEqual([])
    await rig.startNode()
  })
})

describe('a clock that jumps', () => {
  test('forward and back under running orders changes nothing of them, and no node is taken for dead', async () => {
    const before = await rig.world.look()
    const nodes = rig.living()
    const tickets = await Promise.all([1, 2].map((each) => rig.order(`Jump${each}`)))

    for (const jump of [45 * 60_000, -45 * 60_000]) {
      await Promise.all(nodes.map((each) => each.tell({ jump })))
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    await live(tickets)

    expect(await brokenPromises(rig, before, tickets)).toEqual([])
    expect(nodes.every((each) => each.alive())).toBe(true)
    expect(await Promise.all(tickets.map((each) => takeoversOf(`deliver-order:${each}:1`)))).toEqual([1, 1])
  })
})
