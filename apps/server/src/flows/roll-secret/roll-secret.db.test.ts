import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../../test/harness/pretend-caller.ts'

let app: PretendApp
let ask: Caller
let instance: string
const secret = { tenant: '', name: '' }
beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
  const { ticket } = await app.post('order_paid', app.order('Rolling'))
  expect((await app.until(ticket, ['Live', 'Blocked'])).state).toBe('Live')
  const found = await app.services.instances.list(app.me, {})
  instance = found.items[0]?.id ?? ''
  const line = (await app.services.instances.env(app.me, instance)).find((each) => each.name === 'OPENCLAW_API_KEY')
  const [, tenant = '', name = ''] = /^secret:(.+)\/(.+)@1$/.exec(line?.reference ?? '') ?? []
  Object.assign(secret, { tenant, name })
})
afterAll(() => app?.stop())
beforeEach(() => app.faults.clear())

const path = () => `/secrets/${secret.tenant}/${secret.name}`
async function rollOut() {
  await ask('POST', `${path()}/rotate`, {})
  const { status, body } = await ask('POST', `${path()}/apply`)
  expect(status).toBe(202)
  const outcome = await app.untilEnded(String(body['runId']))
  const [run] = await app.db.rows<{ failure: { code: string; message: string } | null }>(
    'select failure from run where id = $1',
    [body['runId']],
  )
  return { outcome, failure: run?.failure }
}
/** Which versions are in use by the instance, and where. */
const where = async () => {
  const { body } = await ask('GET', `${path()}/where`)
  const items = body['items'] as { version: number; uses: { subject: string }[] }[]
  return items.filter((each) => each.uses.some((use) => use.subject === instance)).map((each) => each.version)
}

describe('a new version of a secret', () => {
  test('reaches the instance that runs with the old one, which is well with it', async () => {
    expect(await where()).toEqual([1])
    const { outcome } = await rollOut()

    expect(outcome).toBe('done')
    expect(await where()).toEqual([2])
  })

  test('with which the instance does not get well is taken back, and the run says so', async () => {
    app.faults.add({ program: 'wait until the services are healthy', times: 1, how: 'fail' })
    const { outcome, failure } = await rollOut()

    expect(outcome).toBe('failed')
    expect(failure).toMatchObject({ code: 'secrets.put_back' })
    expect(await where()).toEqual([2])
    const trail = await app.db.rows<{ after: { secret: string } }>(
      `select after from audit_entry where action = 'instance.secret_switched' and subject = $1 order by id desc limit 2`,
      [instance],
    )
    expect(trail.map((each) => each.after.secret.split('@')[1])).toEqual(['2', '3'])
  })

  test('applied again once it works reaches it, and once more has nothing to do', async () => {
    const { body } = await ask('POST', `${path()}/apply`)
    expect(await app.untilEnded(String(body['runId']))).toBe('done')
    expect(await where()).toEqual([3])
    const again = await ask('POST', `${path()}/apply`)
    await app.untilEnded(String(again.body['runId']))

    expect(await where()).toEqual([3])
  })
})
