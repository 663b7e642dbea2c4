import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../../test/harness/pretend-caller.ts'

let app: PretendApp
let ask: Caller
let instance: string

beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
  const { ticket } = await app.post('order_paid', app.order('Variable'))
  const order = await app.until(ticket, ['Live', 'Blocked'])
  instance = String((await app.services.instances.ofOrder(app.me, order.id))?.id)
})
afterAll(() => app.stop())

const set = (name: string, body: object) => ask('PUT', `/instances/${instance}/env/${name}`, body)
const line = async (name: string) =>
  (await app.services.instances.env(app.me, instance)).find((each) => each.name === name)

describe('a variable that a person gives an instance', () => {
  test('is refused where the stack has none of this name, with the nearest one', async () => {
    const { status, body } = await set('OPENCLAW_API_KEYS', { value: 'x' })

    expect([status, body['code'], body['hint']]).toEqual([
      400,
      'instance.unknown_variable',
      'Did you mean OPENCLAW_API_KEY?',
    ])
  })

  test('is kept in the open and comes first', async () => {
    const { status, body } = await set('API_URL', { value: 'https://other.test' })

    expect([status, body]).toEqual([200, { name: 'API_URL', secret: false }])
    expect(await line('API_URL')).toMatchObject({ set: true, origin: 'given', reference: undefined })
  })

  test('is sealed where the stack says that it is a secret, and its value is nowhere in the open', async () => {
    const { body } = await set('OPENCLAW_API_KEY', { value: 'sk-very-quiet' })

    const reference = String(body['reference'])
    expect(body).toMatchObject({ secret: true })
    expect(await app.services.secrets.reveal(app.me, reference)).toBe('sk-very-quiet')
    expect(await line('OPENCLAW_API_KEY')).toMatchObject({ reference })
    const trail = await app.db.rows('select * from audit_entry where subject = $1', [instance])
    expect(JSON.stringify(trail)).not.toContain('sk-very-quiet')
  })

  test('is refused where its value cannot be one, without repeating it', async () => {
    const { status, body } = await set('SMOKE_TOKEN', { value: 'to\u0000ken' })

    expect(status).toBe(400)
    expect(JSON.stringify(body)).not.toContain('ken"')
  })
})
