import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../test/harness/pretend-caller.ts'

const smoke = 'smoke test from outside'
const reason = 'the proxy was mended'
let app: PretendApp
let ask: Caller

beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
})
afterAll(() => app.stop())
beforeEach(() => app.faults.clear())

/** An order that is Blocked at this step, for as long as the fault lasts. */
async function blockedBy(name: string, program: string) {
  app.faults.add({ program, times: 1000, how: 'fail' })
  const { ticket } = await app.post('order_paid', app.order(name))
  const order = await app.until(ticket, ['Live', 'Blocked'])
  const run = `deliver-order:${ticket}:1`
  // The order is Blocked by a step of the run; the run itself ends right after it.
  await app.untilEnded(run)
  const attest = (step: string) => ask('POST', `/runs/${encodeURIComponent(run)}/attest`, { step, reason })
  return { ticket, run, order, attest }
}
const trail = (subject: string) =>
  app.db.rows<{ action: string; reason: string | null }>('select action, reason from audit_entry where subject = $1', [
    subject,
  ])

/** S0-147: a person goes on after a failure; the check has the last word. */
describe('a step that a person vouches for', () => {
  test('is refused with the lines of its check while that does not pass, and resumed when it does', async () => {
    const { ticket, run, order, attest } = await blockedBy('Attested', 'look from outside')
    expect(order.state).toBe('Blocked')
    expect(order.blocked?.commands.join('\n')).toContain(`run resume ${run} --from '${smoke}'`)
    expect(order.blocked?.commands.join('\n')).toContain(`run attest ${run} '${smoke}'`)

    const refused = await attest(smoke)

    expect([refused.status, refused.body['code']]).toEqual([409, 'run.check_still_fails'])
    expect(JSON.stringify(refused.body['problems'])).toContain('FAIL: ')
    expect(await app.find(ticket)).toMatchObject({ state: 'Blocked' })
    expect((await trail(run)).map((each) => each.action)).not.toContain('run.attested')

    app.faults.clear()
    const taken = await attest(smoke)

    expect(taken.status).toBe(200)
    expect(await app.until(ticket, ['Live'])).toMatchObject({ state: 'Live', attempt: 1 })
    expect(await trail(run)).toEqual(
      expect.arrayContaining([
        { action: 'run.attested', reason },
        { action: 'run.resumed', reason },
      ]),
    )
    expect((await attest(smoke)).status).toBe(409)
  })

  test('may be the preflight of the host', async () => {
    const { ticket, order, attest } = await blockedBy('Preflight', 'preflight')
    expect(order.state).toBe('Blocked')
    expect((await attest('preflight the host')).body['code']).toBe('run.check_still_fails')

    app.faults.clear()

    expect((await attest('preflight the host')).status).toBe(200)
    expect(await app.until(ticket, ['Live'])).toMatchObject({ state: 'Live' })
  })

  test('has a check that can be asked again, and is the one the run ended at', async () => {
    const { attest } = await blockedBy('Unchecked', 'start the services')

    expect((await attest('deploy 6 of 7: start the services')).body['code']).toBe('run.not_attestable')
    expect((await attest('preflight the host')).body['code']).toBe('run.step_not_failed')
    expect((await attest('no such step')).status).toBe(404)
  })

  test('shows the problems of its failure in the run', async () => {
    const { run } = await blockedBy('Shown', 'look from outside')

    const { body } = await ask('GET', `/runs/${encodeURIComponent(run)}`)

    const steps = body['steps'] as { name: string; failure?: { problems?: unknown[] } }[]
    expect(steps.find((each) => each.name === smoke)?.failure?.problems?.length).toBeGreaterThan(0)
  })
})

describe('a run that is resumed', () => {
  test('goes on from the named step once, however often it is asked', async () => {
    const { ticket, run } = await blockedBy('Resumed', 'look from outside')
    app.faults.clear()
    const path = `/runs/${encodeURIComponent(run)}/resume`

    const answers = await Promise.all([1, 2].map(() => ask('POST', path, { fromStep: smoke, reason })))

    expect(answers.map((each) => each.status).sort()).toEqual([200, 409])
    expect(await app.until(ticket, ['Live'])).toMatchObject({ state: 'Live' })
  })
})
