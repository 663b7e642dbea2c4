import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { call } from './test/call.ts'
import { type Answers, type PretendServer, pretendServer, problem } from './test/pretend-server.ts'

let running: PretendServer[] = []
const serve = async (answers: Answers): Promise<PretendServer> => {
  const server = await pretendServer(answers)
  running.push(server)
  return server
}
afterEach(async () => {
  for (const each of running) await each.kill()
  running = []
})

const order = { id: 'ord_1', ticket: 'NX-1', organization: 'Acme', state: 'Live', environment: 'prod', attempt: 1 }

describe('nexusctl', () => {
  test('names the nearest command for one that it does not know, and ends with 64', async () => {
    const noun = await call(['ordr', 'list'])
    const verb = await call(['order', 'lits'])

    expect([noun.exit, noun.err]).toEqual([64, expect.stringContaining('Did you mean order?')])
    expect([verb.exit, verb.err]).toEqual([64, expect.stringContaining('Did you mean list?')])
  })

  test('ends with 64 for an option or an argument that is missing or wrong, and with 0 for help', async () => {
    const words = [
      ['order', 'show'],
      ['order', 'list', '--mien'],
      ['order', 'list', '-o', 'xml'],
      ['order', 'list', '--limit', '0'],
    ]

    expect(await Promise.all(words.map(async (each) => (await call(each)).exit))).toEqual([64, 64, 64, 64])
    expect((await call(['order', 'show', '--help'])).exit).toBe(0)
  })

  test('says its version without asking a server', async () => {
    expect(await call(['--version'])).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  test('answers on stdout and talks on stderr', async () => {
    const { url } = await serve({ 'GET /api/v1/orders': () => ({ body: { items: [order], next: 'x' } }) })

    const called = await call(['order', 'list', '--limit', '1', '-o', 'json'], { server: url })

    expect(JSON.parse(called.out)).toEqual([order])
    expect(called.err).toContain('--limit')
  })

  test('takes an option for every command before or after the command', async () => {
    const { url } = await serve({ 'GET /api/v1/orders': () => ({ body: { items: [order] } }) })

    const before = await call(['-o', 'yaml', 'order', 'list'], { server: url })
    const after = await call(['order', 'list', '-o', 'yaml', '--server', url])

    expect(before.out).toContain('ticket: NX-1')
    expect(after.out).toEqual(before.out)
  })

  test('tells the sentence, every problem and the hint of a refusal, and ends by its kind', async () => {
    const problems = [{ path: 'domain', message: 'is missing' }]
    const { url } = await serve({
      'GET /api/v1/orders/NX-1': () => problem('invalid', 400, 'No.', { problems, hint: 'Give it.' }),
      'GET /api/v1/orders/NX-2': () => problem('forbidden', 403, 'Not you.'),
      'GET /api/v1/orders/NX-3': () => problem('conflict', 409, 'Not now.'),
    })

    const invalid = await call(['order', 'show', 'NX-1'], { server: url })

    expect(invalid).toMatchObject({
      exit: 65,
      out: '',
      err: 'No. (test.invalid)\n  domain: is missing\nhint: Give it.\n',
    })
    expect((await call(['order', 'show', 'NX-2'], { server: url })).exit).toBe(78)
    expect((await call(['order', 'show', 'NX-3'], { server: url })).exit).toBe(73)
    expect((await call(['order', 'show', 'NX-4'], { server: url })).exit).toBe(66)
  })

  test('ends with 69 when nobody answers', async () => {
    const server = await serve({})
    await server.kill()

    expect(await call(['order', 'list'], { server: server.url })).toMatchObject({ exit: 69, out: '' })
  })

  test('lets no escape sequence of a customer reach the terminal, in any format', async () => {
    const evil = { ...order, organization: 'A\u001b[2Jcme\u009b31m\u202e' }
    const { url } = await serve({ 'GET /api/v1/orders': () => ({ body: { items: [evil] } }) })

    for (const format of ['table', 'json', 'yaml']) {
      const { out } = await call(['order', 'list', '-o', format], { server: url })
      expect(out).not.toMatch(/[\u001b\u009b\u202e]/)
    }
  })

  test('colors only a terminal, and not where NO_COLOR or --no-color stands', async () => {
    const { url } = await serve({ 'GET /api/v1/orders': () => ({ body: { items: [order] } }) })
    const words = ['order', 'list']

    expect((await call(words, { server: url, terminal: true })).out).toContain('\u001b[32mLive')
    expect((await call(words, { server: url, terminal: true, environment: { NO_COLOR: '1' } })).out).not.toContain(
      '\u001b',
    )
    expect((await call([...words, '--no-color'], { server: url, terminal: true })).out).not.toContain('\u001b')
    expect((await call(words, { server: url })).out).not.toContain('\u001b')
  })
})

describe('a token', () => {
  test('never goes to another machine in the clear', async () => {
    expect(await call(['order', 'list'], { server: 'http://nexus.example.com' })).toMatchObject({ exit: 65, out: '' })
  })

  test('comes from a file, and the file is what is kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-cli-'))
    try {
      const file = join(folder, 'token')
      await writeFile(file, 'nxt_file\n')
      const server = await serve({
        'GET /api/v1/whoami': () => ({ body: { id: 'per_1', name: 'Kim', permissions: [] } }),
      })
      const environment = { XDG_CONFIG_HOME: folder }

      const words = ['login', '--server', server.url, '--token-file', file, '--keep-as', 'here']
      expect((await call(words, { environment })).exit).toBe(0)
      const kept = join(folder, 'nexus', 'contexts.yaml')

      expect(server.asked[0]?.headers['authorization']).toBe('Bearer nxt_file')
      expect(await readFile(kept, 'utf8')).not.toContain('nxt_file')
      expect((await stat(kept)).mode & 0o777).toBe(0o600)
      expect((await call(['context', 'list', '-o', 'json'], { environment })).out).toContain('"current": true')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('that the server refuses is not kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-cli-'))
    try {
      const file = join(folder, 'token')
      await writeFile(file, 'nxt_old')
      const { url } = await serve({ 'GET /api/v1/whoami': () => problem('unauthenticated', 401, 'Unknown token.') })
      const environment = { XDG_CONFIG_HOME: folder }

      expect((await call(['login', '--server', url, '--token-file', file], { environment })).exit).toBe(77)
      expect((await call(['context', 'list', '-o', 'json'], { environment })).out).toBe('[]\n')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('a secret', () => {
  test('comes by stdin, without the line break at its end, and is not told again', async () => {
    const server = await serve({
      'PUT /api/v1/secrets/acme/KEY': () => ({ body: { ref: 'secret:acme/KEY@1', version: 1 } }),
    })

    const called = await call(['secret', 'set', 'acme', 'KEY'], { server: server.url, stdin: 's3cret\n' })

    expect(server.asked[0]?.body).toEqual({ value: 's3cret' })
    expect(called).toMatchObject({ exit: 0, out: 'Kept as secret:acme/KEY@1\n' })
  })

  test('that is empty is refused before it is sent', async () => {
    const server = await serve({})

    expect((await call(['secret', 'set', 'acme', 'KEY'], { server: server.url, stdin: '\n' })).exit).toBe(65)
    expect(server.asked).toEqual([])
  })
})

describe('a draft', () => {
  test('is kept from YAML or from the body of the webhook, and shows what is missing', async () => {
    const server = await serve({
      'POST /api/v1/orders/drafts': () => ({ body: { ...order, state: 'Draft' } }),
      'POST /api/v1/orders/NX-1/check': () => ({
        body: { ticket: 'NX-1', complete: false, problems: [{ path: 'domain', message: 'is missing' }] },
      }),
    })
    const stdin = JSON.stringify({ type: 'order_paid', data: { plan: 'standard' } })

    const called = await call(['order', 'create', '-f', '-'], { server: server.url, stdin })

    expect(server.asked[0]?.body).toEqual({ plan: 'standard' })
    expect(server.asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
    expect(called.out).toContain('domain: is missing')
  })
})

describe('the lab', () => {
  test('is asked in the same words, and its exit code is passed on', async () => {
    const asked: string[][] = []
    const run = async (_program: string, words: readonly string[]) => {
      asked.push(words.slice(1))
      return 3
    }

    expect((await call(['lab', 'add', 'metal-1', '--memory', '2G', '-o', 'json'], { run })).exit).toBe(3)
    await call(['lab', 'kill', 'metal-1'], { run })
    await call(['lab', 'up', '--hosts', '2'], { run })

    expect(asked).toEqual([
      ['add', 'metal-1', '--memory', '2G', '-o', 'json'],
      ['kill', 'metal-1'],
      ['up', '--hosts', '2'],
    ])
  })
})
