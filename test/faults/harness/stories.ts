import type { PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'
import { until } from './child.ts'
import type { KillPoint, StoryName, Told } from './kill-points.ts'
import type { Rig } from './rig.ts'

export type Story = {
  readonly name: StoryName
  /** The run at whose steps it is killed; `give back` has a second one. */
  readonly runOf: (ticket: string, step: string) => string
  readonly start: (rig: Rig, name: string) => Promise<string>
  /** What a person does on the way, and where it ends. */
  readonly end: (rig: Rig, ticket: string) => Promise<string>
  readonly steps: (all: readonly string[]) => readonly string[]
}

/** No step, and yet a moment at which a node can be killed. */
const endOfRun = 'end the run'

const deliverRun = (ticket: string) => `deliver-order:${ticket}:1`
const undos = [
  'withdraw the instance',
  'take the routes and names away',
  'give the tenant back',
  'give the host back',
  'close the order',
]

/** Order numbers are names, and names become domains. */
const domainOf = (name: string) => `${name.toLowerCase()}.test`

export const stories: Readonly<Record<StoryName, Story>> = {
  deliver: {
    name: 'deliver',
    runOf: deliverRun,
    start: (rig, name) => rig.order(name),
    end: async (rig, ticket) => (await rig.until(ticket, ['Live', 'Blocked'])).state,
    steps: (all) => all,
  },
  rebuild: {
    name: 'rebuild',
    runOf: deliverRun,
    start: async (rig, name) => {
      await rig.world.fault({ program: 'start the services', times: 1, how: 'fail' })
      return rig.order(name)
    },
    end: async (rig, ticket) => (await rig.until(ticket, ['Live', 'Blocked'])).state,
    steps: () => ['announce the rebuild', 'rebuild the host'],
  },
  'give back': {
    name: 'give back',
    runOf: (ticket, step) => (undos.includes(step) ? `give-back-order:${ticket}:1` : deliverRun(ticket)),
    start: async (rig, name) => {
      await rig.world.fault({ program: `look from outside app.${domainOf(name)}`, times: 1000, how: 'fail' })
      return rig.order(name)
    },
    end: async (rig, ticket) => {
      await rig.until(ticket, ['Blocked', 'Live'])
      await until(`the run of ${ticket} has ended`, 60, async () =>
        rig.db.row('select 1 as ok from run where id = $1 and ended_at is not null', [deliverRun(ticket)]),
      )
      await until(`${ticket} is cancelled`, 60, async () => {
        const asked = await rig
          .api('POST', `/orders/${ticket}/cancel`, { reason: 'a test of giving back' })
          .catch(() => undefined)
        return asked !== undefined && asked.status < 500
      })
      return (await rig.until(ticket, ['Cancelled'])).state
    },
    steps: () => ['block the order', ...undos],
  },
}

export type Whole = {
  readonly before: PretendWorld
  readonly after: PretendWorld
  readonly ticket: string
  readonly state: string
}

/** The story from its beginning to its end; `meanwhile` is what happens to the nodes on the way. */
export async function tell(
  rig: Rig,
  story: Story,
  name: string,
  meanwhile: (ticket: string) => Promise<void> = async () => {},
): Promise<Whole> {
  await rig.world.clear()
  const before = await rig.world.look()
  const ticket = await story.start(rig, name)
  const [state] = await Promise.all([story.end(rig, ticket), meanwhile(ticket)])
  await until(
    `every run of ${ticket} has ended`,
    60,
    async () =>
      (await rig.db.rows(`select 1 as ok from run where id like $1 and ended_at is null`, [`%:${ticket}:%`])).length ===
      0,
  )
  return { before, after: await rig.world.look(), ticket, state }
}

/** What an undisturbed story did, step by step. */
export async function toldBy(rig: Rig, story: Story, { ticket }: Whole): Promise<Told> {
  const rows = await rig.db.rows<{ name: string }>(
    `select function_name as name from dbos.operation_outputs where workflow_uuid like $1 order by workflow_uuid, function_id`,
    [`%:${ticket}:%`],
  )
  const contacts = (await rig.world.contacts()).filter((each) => each.run.includes(`:${ticket}:`))
  return { story: story.name, steps: story.steps([...new Set(rows.map((each) => each.name)), endOfRun]), contacts }
}

/** As the point says it, in words of who kills. */
export const runOf = (point: KillPoint, ticket: string): string => stories[point.story].runOf(ticket, point.step)
