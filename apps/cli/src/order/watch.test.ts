import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type Answers, type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
const step = (position: number, name: string, state = 'done', more: object = {}) => ({
  position,
  name,
  state,
  attempts: 1,
  startedAt: at(position),
  ...(state === 'running' ? {} : { endedAt: at(position + 1), seconds: 1 }),
  ...more,
})
const run = (state: string, steps: object[], more: object = {}) => ({
  id: 'deliver-order:NX-1:1',
  flow: 'deliver-order',
  subject: 'ord_1',
  startedBy: 'per_1',
  startedAt: at(0),
  state,
  takeovers: 0,
  cancelWanted: false,
  steps,
  ...more,
})
const order = (state: string, more: object = {}) => ({
  id: 'ord_1',
  ticket: 'NX-1',
  state,
  runId: 'deliver-order:NX-1:1',
  fields: {},
  pauses: [],
  tasks: [],
  notes: [],
  ...more,
})

/** Each look sees the next state; the last one stays. */
const story = (...looks: readonly (readonly [object, object])[]): Answers => {
  let index = -1
  const now = () => looks[Math.min(index, looks.length - 1)]
  return {
    'GET /api/v1/orders/NX-1': () => {
      index += 1
      return { body: now()?.[0] }
    },
    'GET /api/v1/runs/deliver-order:NX-1:1': () => ({ body: now()?.[1] }),
  }
}

describe('order watch', () => {
  test('says each step once, with its seconds, and ends with 0 when the order is Live', async () => {
    server = await pretendServer(
      story(
        [order('Provisioning'), run('running', [step(1, 'get a host'), step(2, 'deploy', 'running')])],
        [order('Validation'), run('running', [step(1, 'get a host'), step(2, 'deploy', 'done', { attempts: 3 })])],
        [
          order('Live'),
          run('done', [step(1, 'get a host'), step(2, 'deploy', 'done', { attempts: 3 }), step(3, 'go live')]),
        ],
      ),
    )

    const called = await call(['order', 'watch', 'NX-1', '-o', 'json'], { server: server.url })

    expect(called.exit).toBe(0)
    expect(called.err.match(/get a host/g)).toHaveLength(1)
    expect(called.err).toMatch(/done {2,}1\.0 s {2}deploy \(3 tries\)/)
    expect(JSON.parse(called.out)).toMatchObject({
      state: 'Live',
      steps: [
        { name: 'get a host', seconds: 1, status: 'done' },
        { name: 'deploy', seconds: 1, status: 'done' },
        { name: 'go live', seconds: 1, status: 'done' },
      ],
    })
  })

  test('ends with 1 when the order is Blocked, with what failed and the commands to go on', async () => {
    const failure = { code: 'host.no_space', message: 'The disk is full.', hint: 'Make room.' }
    const blocked = {
      from: 'Provisioning',
      kind: 'failed_act',
      reason: 'The deploy failed twice.',
      problems: [],
      commands: ['nexusctl order retry NX-1'],
    }
    server = await pretendServer(
      story([order('Blocked', { blocked }), run('blocked', [step(1, 'deploy', 'failed', { failure })])]),
    )

    const called = await call(['order', 'watch', 'NX-1'], { server: server.url })

    expect(called.exit).toBe(1)
    expect(called.out).toContain('What failed: deploy: The disk is full. (host.no_space)')
    expect(called.out).toContain('The deploy failed twice.\nGo on:\n  nexusctl order retry NX-1')
  })

  test('outlives a server that is killed and started again', async () => {
    const steps = [step(1, 'get a host')]
    let seen = 0
    server = await pretendServer({
      ...story(
        [order('Provisioning'), run('running', steps)],
        [order('Provisioning'), run('running', steps)],
        [order('Live'), run('done', [...steps, step(2, 'go live')], { takeovers: 1 })],
      ),
    })
    const { kill, startAgain, url } = server
    const pause = async () => {
      seen += 1
      if (seen === 2) await kill()
      if (seen === 5) await startAgain()
    }

    const called = await call(['order', 'watch', 'NX-1'], { server: url, pause })

    expect(called.exit).toBe(0)
    expect(called.err).toContain('Waiting up to 10 min')
    expect(called.err).toContain('nexusd answers again')
    expect(called.err).toContain('goes on where it was')
    expect(called.err.match(/get a host/g)).toHaveLength(1)
  })

  test('gives up after ten minutes without an answer', async () => {
    server = await pretendServer(story([order('Provisioning'), run('running', [])]))
    const { kill, url } = server
    let seconds = 0
    const pause = async () => {
      await kill()
      seconds += 60
    }

    const called = await call(['order', 'watch', 'NX-1'], { server: url, pause, now: () => new Date(seconds * 1000) })

    expect(called.exit).toBe(69)
    expect(seconds).toBeGreaterThan(600)
    expect(seconds).toBeLessThan(900)
  })

  test('ends when its own time is over, and says how to go on', async () => {
    server = await pretendServer(story([order('Provisioning'), run('running', [step(1, 'deploy', 'running')])]))
    let seconds = 0
    const pause = async () => {
      seconds += 10
    }

    const words = ['order', 'watch', 'NX-1', '--timeout', '30']
    const called = await call(words, { server: server.url, pause, now: () => new Date(seconds * 1000) })

    expect(called).toMatchObject({ exit: 1, out: expect.stringContaining('Go on: nexusctl order watch NX-1') })
  })

  test('shows on a terminal what runs, its note and for how long', async () => {
    server = await pretendServer(
      story(
        [order('Provisioning'), run('running', [step(1, 'deploy', 'running', { note: 'apt: ufw' })])],
        [order('Live'), run('done', [step(1, 'deploy')])],
      ),
    )

    const called = await call(['order', 'watch', 'NX-1'], {
      server: server.url,
      terminal: true,
      now: () => new Date(at(43)),
    })

    expect(called.err).toContain('Provisioning  deploy  42 s  apt: ufw')
  })
})

describe('run watch', () => {
  test('ends with 1 when the run failed, and says from which step to go on', async () => {
    const failure = { code: 'acme.refused', message: 'No.' }
    server = await pretendServer(
      story([
        order('Provisioning'),
        run('failed', [step(1, "get the certificate's chain", 'failed', { failure })], { failure }),
      ]),
    )
    await fetch(`${server.url}/api/v1/orders/NX-1`)

    const called = await call(['run', 'watch', 'deliver-order:NX-1:1'], { server: server.url })

    expect(called.exit).toBe(1)
    expect(called.out).toContain(`nexusctl run resume deliver-order:NX-1:1 --from "get the certificate's chain"`)
  })
})
