import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outsidePorts } from './outside-ports.ts'

let server: Server
let open: number

beforeAll(async () => {
  server = createServer((socket) => socket.destroy())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = server.address()
  open = typeof at === 'object' && at !== null ? at.port : 0
})
afterAll(() => server.close())

describe('knocking', () => {
  const { knock } = outsidePorts({ waitMs: 200 })

  test('tells what answers, in the order of ports, however many are asked', async () => {
    const around = Array.from({ length: 3001 }, (_, index) => open - 1500 + index).filter((port) => port < 65_536)
    const answers = await knock('127.0.0.1', around.toReversed())

    expect(answers.map(({ port }) => port)).toEqual(around)
    expect(answers.find(({ port }) => port === open)?.said).toBe('open')
    expect(answers.filter(({ said }) => said === 'refused').length).toBeGreaterThan(2000)
  })

  test('calls a place that cannot be reached silent', async () => {
    expect(await knock('255.255.255.255', [9])).toEqual([{ port: 9, said: 'silent' }])
  })

  test('that fails for want of something here is no answer', async () => {
    const patient = outsidePorts({ waitMs: 9000 })
    await expect(patient.knock('nobody.invalid', [9])).rejects.toMatchObject({ code: 'outside.not_asked' })
  })
})
