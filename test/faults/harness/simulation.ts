import { setTimeout as pause } from 'node:timers/promises'
import { chance } from './chance.ts'
import { checkedOff, type Facts, type Memory, type Promised } from './checked-off.ts'
import { until } from './child.ts'
import type { Rig } from './rig.ts'

export type Simulation = {
  readonly seed: number
  readonly orders: number
  readonly kills: number
  readonly hours: number
}

export const followUps = '1h,6h'
/** Renewed after two thirds: what comes in during the first hours is renewed before the day is over. */
export const certificateHours = 15
const underWayAtMost = 5

/** A day of operation in minutes: orders come in, nodes are killed, the clock runs; then every promise is looked at. */
export async function simulate(rig: Rig, { seed, orders, kills, hours }: Simulation, say: (line: string) => void) {
  const dice = chance(seed)
  const stepMilliseconds = (hours * 3_600_000) / orders
  const began = rig.now().getTime()
  const before = await rig.world.look()
  const [steady] = rig.living()
  if (!steady) throw new Error('No node is up.')
  await rig.startNode()
  const killAfter = dice.sample(
    Array.from({ length: Math.max(orders, kills) }, (_, at) => at % orders),
    kills,
  )
  const tickets: string[] = []
  const memory: Memory[] = []

  for (let at = 0; at < orders; at += 1) {
    tickets.push(await rig.order(`Sim${seed}x${at}`))
    for (const _ of killAfter.filter((each) => each === at)) {
      await pause(dice.below(1500))
      const victim = rig.living().find((each) => each !== steady)
      victim?.signal('SIGKILL')
      await victim?.ended
      await rig.startNode()
    }
    await rig.moveClock(stepMilliseconds)
    await until('there are few enough orders under way', 300, async () => (await open(rig)) < underWayAtMost)
    memory.push(await memoryOf(steady.address))
    if (at % 20 === 19) say(`${at + 1} of ${orders} orders, ${rig.nodes.length - 2} kills`)
  }
  await untilNoneIsLeft(rig, 'orders that have not come to their end', () => open(rig), say)
  await rig.moveClock(6.5 * 3_600_000)
  say('what is due is waited for')
  await untilNoneIsLeft(rig, 'promises that are due', () => owed(rig), say)

  const facts: Facts = {
    orders,
    kills,
    killed: rig.nodes.filter((each) => !each.alive()).length,
    hours: (rig.now().getTime() - began) / 3_600_000,
    followUps: followUps.split(',').length,
    before,
    after: await rig.world.look(),
    memory,
    ...(await rowsOf(rig, tickets)),
  }
  return checkedOff(facts)
}

/** For as long as they become fewer, however many there are; two minutes without one fewer are the end of it. */
async function untilNoneIsLeft(rig: Rig, what: string, count: () => Promise<number>, say: (line: string) => void) {
  for (let left = await count(); left > 0; ) {
    say(`${left} ${what}`)
    const before = left
    await until(`fewer than ${before} ${what}`, 120, async () => {
      left = await count()
      return left < before
    }).catch(async (thrown) => {
      for (const each of await rig.openRuns()) say(JSON.stringify(each))
      throw thrown
    })
    if (left > 0) await pause(5000)
  }
}

const open = async (rig: Rig): Promise<number> =>
  (
    await rig.db.row<{ count: number }>(
      `select count(*) as count from run where ended_at is null and flow = 'deliver-order'`,
    )
  )?.count ?? 0

/** Promises due and not begun, certificates to be renewed, and runs that have not ended. */
const owed = async (rig: Rig): Promise<number> =>
  (
    await rig.db.row<{ count: number }>(
      `select (select count(*) from promise where started_at is null and due_at <= $1 and kind = 'follow-up')
          + (select count(*) from run where ended_at is null)
          + (select count(*) from certificate where state = 'valid' and renew_at <= $1
               and not exists (select from certificate newer where newer.instance_id = certificate.instance_id
                                and newer.state = 'valid' and newer.not_after > certificate.not_after)) as count`,
      [rig.now()],
    )
  )?.count ?? 0

async function rowsOf(rig: Rig, tickets: readonly string[]) {
  const count = async (sql: string, values: readonly unknown[] = []) =>
    (await rig.db.row<{ count: number }>(`select count(*) as count from ${sql}`, values))?.count ?? 0
  return {
    live: await count(`orders where ticket = any($1) and state = 'Live'`, [tickets]),
    runsFailed: await count(`run where outcome = 'failed'`),
    followUpsDone: await count(`run where flow = 'follow-up' and outcome = 'done'`),
    renewalsDone: await count(`run where flow = 'renew-certificate' and outcome = 'done'`),
    noticesSent: await count(`notice where state = 'sent'`),
    noticesInDoubt: await count(`notice where state = 'unknown'`),
    deadLettered: await count(`dbos.workflow_status where status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'`),
    withoutTrail: await count(
      `orders where ticket = any($1) and not exists (select from audit_entry where subject = orders.id)`,
      [tickets],
    ),
    owed: await owed(rig),
  } satisfies Partial<Facts>
}

async function memoryOf(address: string): Promise<Memory> {
  const said = await (await fetch(`${address}/metrics`)).text()
  const megabytes = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(said)?.[1]) / 1024 ** 2
  return { held: megabytes('process_resident_memory_bytes'), used: megabytes('nodejs_heap_size_used_bytes') }
}

export const listOf = (promises: readonly Promised[]): string =>
  promises.map(({ kept, what, seen }) => `${kept ? '[x]' : '[ ]'} ${what}: ${seen}`).join('\n')
