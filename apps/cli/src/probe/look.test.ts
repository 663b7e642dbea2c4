import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knock } from './look.ts'

let server: Server
let open: number

beforeAll(async () => {
  server = createServer((socket) => socket.destroy())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = server.address()
  open = typeof at === 'object' && at !== null ? at.port : 0
})
afterAll(() => server.close())

describe("knocking from a place of one's own", () => {
  test('tells what answers, in the order asked', async () => {
    const [first, second] = await knock('127.0.0.1', [open, 1])
    expect([first, second]).toEqual([
      { port: open, said: 'open' },
      { port: 1, said: 'refused' },
    ])
  })

  test('hears an answer that came while this machine was busy', async () => {
    const asked = knock('127.0.0.1', [open], 50)
    const until = performance.now() + 200
    await new Promise<void>((done) => setImmediate(done))
    while (performance.now() < until);
    expect(await asked).toEqual([{ port: open, said: 'open' }])
  })

  test('calls a place that cannot be reached silent', async () => {
    expect(await knock('255.255.255.255', [9])).toEqual([{ port: 9, said: 'silent' }])
  })

  test('that fails for want of something here is no answer', async () => {
    await expect(knock('nobody.invalid', [9], 9000)).rejects.toMatchObject({ failed: { code: 'probe.not_asked' } })
  })
})
