import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from './harness/child.ts'
import { type OwnPostgres, ownPostgres } from './harness/own-postgres.ts'
import { brokenPromises } from './harness/promises-kept.ts'
import { type Rig, startRig } from './harness/rig.ts'
import { tcpProxy } from './harness/tcp-proxy.ts'

let postgres: OwnPostgres | undefined
let rig: Rig | undefined
afterEach(async () => {
  await rig?.stop()
  await postgres?.stop()
  rig = undefined
  postgres = undefined
})

async function onOwnPostgres(diskMegabytes?: number) {
  postgres = await ownPostgres(diskMegabytes)
  rig = await startRig(postgres.url)
  return { postgres, rig, before: await rig.world.look() }
}

const orders = (on: Rig, name: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, place) => on.order(`${name}${place}`)))

const live = (on: Rig, tickets: readonly string[]) =>
  Promise.all(tickets.map((each) => on.until(each, ['Live', 'Blocked'], 180)))

const underWay = (on: Rig, ticket: string) =>
  until(`${ticket} is under way`, 60, async () =>
    on.db.row(`select 1 as ok from run_step where run_id = $1 and name like 'deploy%'`, [`deliver-order:${ticket}:1`]),
  )

describe('Postgres', () => {
  test('killed with -9 and started again under load: every order is delivered once, every node stays', async () => {
    const { postgres, rig, before } = await onOwnPostgres()
    await rig.startNode()
    const nodes = rig.living()
    const tickets = await orders(rig, 'Pgkill', 3)
    await underWay(rig, tickets[0] ?? '')

    await postgres.kill()
    await pause(3000)
    await postgres.start()
    await live(rig, tickets)

    expect(await brokenPromises(rig, before, tickets)).toEqual([])
    expect(nodes.map((each) => each.alive())).toEqual([true, true])
  })

  test('with a full disk loses nothing that was answered, and goes on when there is room', async () => {
    const { postgres, rig, before } = await onOwnPostgres(120)
    const tickets = await orders(rig, 'Full', 2)
    await underWay(rig, tickets[0] ?? '')

    postgres.fill()
    const late = rig.order('Fulllate')
    await pause(3000)
    postgres.free()
    await postgres.start()
    const all = [...tickets, await late]
    await live(rig, all)

    expect(await brokenPromises(rig, before, all)).toEqual([])
  })
})

describe('a node whose network to Postgres is cut', () => {
  test('is gone for the others within 15 s, and when it is back it ends and has doubled nothing', async () => {
    const { postgres, rig, before } = await onOwnPostgres()
    const cable = await tcpProxy(() => [{ path: postgres.socket }])
    const url = new URL(postgres.url)
    url.hostname = '127.0.0.1'
    url.port = String(cable.port)
    url.searchParams.delete('host')
    const [near] = rig.living()
    const far = await rig.startNode({ url: url.toString() })
    near?.signal('SIGTERM')
    await near?.endsWithin(60)
    const tickets = await orders(rig, 'Cut', 2)
    await underWay(rig, tickets[0] ?? '')

    cable.cut()
    const cutAt = performance.now()
    await rig.startNode()
    await rig.leaveOut(far)
    await until('another node goes on', 60, async () =>
      rig.db.row('select 1 as ok from run where takeover > 1 and flow = $1', ['deliver-order']),
    )
    const seconds = (performance.now() - cutAt) / 1000
    await live(rig, tickets)
    cable.heal()

    expect(await far.endsWithin(60)).toBe(70)
    expect(seconds).toBeLessThan(15)
    expect(await brokenPromises(rig, before, tickets)).toEqual([])
    await cable.close()
  })
})
