import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer, problem } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const event = (name: string, data: object, id?: number) =>
  `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
const said = event(
  'output',
  {
    parts: [
      { to: 'out', text: 'one\n' },
      { to: 'err', text: 'two\u001b[31m\n' },
    ],
  },
  0,
)
const ended = (more: object) => event('ended', { id: 'htr_1', cut: false, breakGlass: false, ...more })

async function run(events: string, words: readonly string[], around: object = {}) {
  server = await pretendServer({
    'GET /api/v1/hosts': () => ({ body: { items: [{ id: 'hst_1', name: 'metal-1', state: 'live' }] } }),
    'POST /api/v1/hosts/hst_1/exec': () => ({ status: 202, body: { transcriptId: 'htr_1' } }),
    'POST /api/v1/hosts/hst_1/logs': () => ({ status: 202, body: { transcriptId: 'htr_1' } }),
    'GET /api/v1/hosts/transcripts/htr_1/output': () => ({ body: undefined, events }),
  })
  const called = await call(['host', ...words], { server: server.url, ...around })
  return { ...called, body: server.asked.find((each) => each.method === 'POST')?.body }
}
const exec = (events: string, ...words: string[]) => run(events, ['exec', 'metal-1', '--reason', 'a test', ...words])

/** S3-125 */
describe('host exec', () => {
  test('passes on what comes, to where it was said, and the exit code', async () => {
    expect(await exec(said + ended({ exit: 42 }), '--', 'uptime')).toMatchObject({
      exit: 42,
      out: 'one\n',
      err: 'two\n',
    })
  })

  test('sends one word as a line of sh, and several as a program and its words', async () => {
    expect((await exec(ended({ exit: 0 }), '--', 'df -h | tail -n 1')).body).toMatchObject({
      command: 'df -h | tail -n 1',
    })
    await server?.kill()
    expect((await exec(ended({ exit: 0 }), '--', 'ls', '-l', "a 'b'")).body).toMatchObject({
      command: `'ls' '-l' 'a '\\''b'\\'''`,
      reason: 'a test',
      breakGlass: false,
    })
  })

  test('takes the command from stdin, where no list of processes shows it', async () => {
    const words = ['exec', 'metal-1', '--reason', 'a test', '--', '-']
    const { body } = await run(ended({ exit: 0 }), words, { stdin: 'echo one\necho two\n' })

    expect(body).toMatchObject({ command: 'echo one\necho two\n' })
  })

  test('is one object with the whole output as JSON', async () => {
    const { out, exit } = await exec(said + ended({ exit: 3 }), '-o', 'json', '--', 'uptime')

    expect(exit).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ exit: 3, output: [{ to: 'out', text: 'one\n' }, { to: 'err' }] })
  })

  test('that did not come to an end never answers 0', async () => {
    const failure = { code: 'host.program_timeout', message: 'It took longer than 60 s.' }
    const found = await exec(said + ended({ failure }), '--', 'sleep 100')

    expect(found.exit).toBe(73)
    expect(found.err).toContain('It took longer than 60 s. (host.program_timeout)')
  })

  test('without a reason or a command is not even asked for', async () => {
    expect((await run('', ['exec', 'metal-1', '--', 'uptime'])).exit).toBe(64)
    await server?.kill()
    expect((await exec('')).exit).toBe(64)
    expect(server?.asked).toEqual([])
  })

  test('that needs a second person says so', async () => {
    server = await pretendServer({
      'POST /api/v1/hosts/hst_1/exec': () => problem('conflict', 409, 'It takes a second person.'),
    })
    const found = await call(['host', 'exec', 'hst_1', '--reason', 'a test', '--', 'uptime'], { server: server.url })

    expect([found.exit, found.out]).toEqual([73, ''])
  })
})

describe('host logs', () => {
  test('asks for a unit, a time and a number of lines', async () => {
    const words = ['logs', 'metal-1', '--reason', 'a test', '--unit', 'nginx.service', '--since', '-1h', '--lines', '5']
    const { body, exit } = await run(ended({ exit: 0 }), words)

    expect(exit).toBe(0)
    expect(body).toMatchObject({ unit: 'nginx.service', since: '-1h', lines: 5, reason: 'a test' })
  })
})
