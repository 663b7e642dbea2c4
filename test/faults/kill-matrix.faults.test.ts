import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl } from '../../apps/server/test/harness/database.ts'
import { chance, seedOf } from './harness/chance.ts'
import { until } from './harness/child.ts'
import { openHolds } from './harness/holds.ts'
import { type KillPoint, killPoints, nameOf, type StoryName } from './harness/kill-points.ts'
import { type Rig, startRig } from './harness/rig.ts'
import { runOf, stories, tell, toldBy, type Whole } from './harness/stories.ts'
import { effectsBetween, effectsText, placedBetween } from './harness/world-shape.ts'

const all = process.env['NEXUS_TEST_ALL'] === '1'
const seed = seedOf(process.env['NEXUS_TEST_SEED'])
const dice = chance(seed)
const sampleSize = 12

type Outcome = {
  readonly point: KillPoint
  readonly lost: string
  readonly doubled: string
  readonly takenOverSeconds: number
  readonly seenThere: string
}

let rig: Rig
let holds: Awaited<ReturnType<typeof openHolds>>
const controls = new Map<StoryName, Whole>()
let drawn: readonly KillPoint[] = []
let count = 0

beforeAll(async () => {
  rig = await startRig(await emptyDatabaseUrl())
  await rig.startNode()
  holds = await openHolds(rig.db.pool)
  const points: KillPoint[] = []
  for (const story of Object.values(stories)) {
    const whole = await tell(rig, story, `Control${story.name.replace(' ', '')}`)
    controls.set(story.name, whole)
    points.push(...killPoints(await toldBy(rig, story, whole), dice.below))
  }
  count = points.length
  drawn = all ? points : dice.sample(points, sampleSize)
}, 180_000)

afterAll(async () => {
  holds.close()
  await rig.stop()
})

/** Brings the node that works on the run to its end at this point; answers when another one had the run. */
async function killAt(point: KillPoint, ticket: string): Promise<number> {
  const run = runOf(point, ticket)
  const before = rig.living()
  const takeovers = async () =>
    (await rig.db.row<{ takeover: number }>('select takeover from run where id = $1', [run]))?.takeover ?? 0
  let had = 0
  if (point.contact) {
    await until(`a node was killed at ${nameOf(point)}`, 60, async () => {
      had = Math.max(had, before.every((each) => each.alive()) ? await takeovers() : 0)
      return before.some((each) => !each.alive())
    })
  } else {
    const held = await holds.wait({ run, step: point.step, moment: point.moment }, 60)
    had = await takeovers()
    const node = await rig.nodeOf(run)
    if (!node) throw new Error(`No node works on ${run}.`)
    node.signal('SIGKILL')
    await node.ended
    await held.letGo()
  }
  const killedAt = performance.now()
  await until(`${run} was taken over`, 30, async () => (await takeovers()) > had || (await over(run)))
  const seconds = (performance.now() - killedAt) / 1000
  await rig.startNode()
  return seconds
}

/** Killed between its last row and the engine's: nothing is left to be taken over but the remembering. */
const over = async (run: string) =>
  (await rig.db.row(
    `select 1 as ok from dbos.workflow_status where workflow_uuid = $1 and status in ('SUCCESS', 'ERROR')`,
    [run],
  )) !== undefined

async function cell(point: KillPoint, place: number): Promise<Outcome> {
  const story = stories[point.story]
  const name = `Kill${place}`
  // One cell that went wrong must not take the nodes of those after it.
  while (rig.living().length < 2) await rig.startNode()
  let takenOverSeconds = Number.NaN
  const whole = await tell(rig, story, name, async (ticket) => {
    const { contact, step } = point
    if (contact) await rig.world.kill({ run: runOf(point, ticket), step, contact: contact.at, when: contact.when })
    takenOverSeconds = await killAt(point, ticket)
  })
  const control = controls.get(point.story)
  if (!control) throw new Error('There is no undisturbed story to compare with.')
  const [did, should] = [whole, control].map(({ before, after }) => ({
    effects: effectsBetween(before, after),
    placed: JSON.stringify(placedBetween(before, after)),
  }))
  const seen = (await rig.world.contacts()).filter(
    (each) => each.run === runOf(point, whole.ticket) && each.step === point.step,
  )
  const inDoubt = await rig.db.rows(`select 1 as ok from notice where state = 'unknown' and key like any ($1)`, [
    [
      `%${whole.ticket}%`,
      `%${(await rig.db.row<{ id: string }>('select id from orders where ticket = $1', [whole.ticket]))?.id}%`,
    ],
  ])
  const lost = [
    ...(whole.state === control.state ? [] : [`ended ${whole.state} instead of ${control.state}`]),
    ...(did?.placed === should?.placed ? [] : [`on the hosts: ${did?.placed} instead of ${should?.placed}`]),
    // A mail is sent at most once: cut off there, its owner is asked.
    ...((should?.effects.mails ?? 0) - (did?.effects.mails ?? 0) <= inDoubt.length
      ? []
      : ['a mail that nobody asks about']),
  ]
  const more = Object.entries(did?.effects ?? {}).filter(
    ([kind, times]) => times > Number(Reflect.get(should?.effects ?? {}, kind)),
  )
  return {
    point,
    lost: lost.join('; '),
    doubled: more.map(([kind, times]) => `${times} ${kind}`).join(', '),
    takenOverSeconds,
    seenThere: `${seen.length} contacts, ${seen.filter((each) => each.changed).length} changed it; in all ${effectsText(
      did?.effects ?? { created: 0, rebuilt: 0, destroyed: 0, certificates: 0, mails: 0 },
    )}`,
  }
}

describe('nexusd killed with -9 before, in and after steps of an order', () => {
  test('loses nothing and doubles nothing, and another node goes on within 5 s', { timeout: 3_600_000 }, async () => {
    const outcomes: Outcome[] = []
    for (const [place, point] of drawn.entries()) {
      outcomes.push(
        await cell(point, place).catch(
          (thrown: Error): Outcome => ({
            point,
            lost: `${nameOf(point)}: ${thrown.message}`,
            doubled: '',
            takenOverSeconds: Number.NaN,
            seenThere: '',
          }),
        ),
      )
    }

    const page = tableOf(outcomes)
    mkdirSync(join(import.meta.dirname, '../../out/test'), { recursive: true })
    writeFileSync(join(import.meta.dirname, '../../out/test/kill-matrix.md'), page)
    process.stdout.write(`\n${page}`)
    expect(outcomes.filter((each) => each.lost || each.doubled)).toEqual([])
    expect(Math.max(...outcomes.map((each) => each.takenOverSeconds))).toBeLessThan(5)
  })
})

const tableOf = (outcomes: readonly Outcome[]): string =>
  [
    `kill matrix: seed ${seed}, ${outcomes.length} of ${count} (NEXUS_TEST_SEED=${seed} draws the same, ./bin/test --all takes all)`,
    `lost ${outcomes.filter((each) => each.lost).length}, doubled ${outcomes.filter((each) => each.doubled).length}`,
    '',
    '| killed | taken over after | effects seen there | lost | doubled |',
    '| --- | ---: | --- | --- | --- |',
    ...outcomes.map(
      ({ point, takenOverSeconds, seenThere, lost, doubled }) =>
        `| ${nameOf(point)} | ${takenOverSeconds.toFixed(1)} s | ${seenThere} | ${lost || '-'} | ${doubled || '-'} |`,
    ),
    '',
  ].join('\n')
