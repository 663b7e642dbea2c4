import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toFailure } from '../errors.ts'
import type { HostAddress, Program } from '../remote.ts'
import { newHostKey } from './ssh-host-key.ts'
import { sshRemote } from './ssh-remote.ts'
import { wrapProgram } from './ssh-wrapper.ts'

const hostKey = newHostKey()
const control = newHostKey()
const folder = mkdtempSync(join(tmpdir(), 'nexus-ssh-'))
const remote = sshRemote({
  privateKeys: async () => [control.privateKey],
  now: () => new Date(),
  connectTimeoutSeconds: 2,
})
let server: ssh2.Server
let host: HostAddress
let connections = 0
/** What the next program meets: its channel is closed without an exit code. */
let loseNext = false
let endNext = false

beforeAll(async () => {
  server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    connections += 1
    client.on('error', () => {})
    client.on('authentication', (attempt) => {
      const known =
        attempt.method === 'publickey' && attempt.key.data.toString('base64') === control.publicKey.split(' ')[1]
      if (known && attempt.username === 'root') attempt.accept()
      else attempt.reject()
    })
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('exec', (agree, _refuse, { command }) => {
          const channel = agree()
          if (loseNext) {
            loseNext = false
            channel.close()
            return
          }
          if (endNext) {
            endNext = false
            channel.stderr.write('sudo: a password is required\n')
            channel.exit(1)
            channel.end()
            return
          }
          const child = spawn('sh', ['-c', command], { stdio: 'pipe' })
          channel.pipe(child.stdin)
          child.stdin.on('error', () => {})
          child.stdout.pipe(channel, { end: false })
          child.stderr.pipe(channel.stderr, { end: false })
          child.on('close', (code) => {
            channel.exit(code ?? 255)
            channel.end()
          })
        })
      })
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  host = { hostId: 'hst_1', address: '127.0.0.1', port, user: 'root', hostKey: hostKey.publicKey }
})

afterAll(async () => {
  await remote.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const program = (script: string, more: Partial<Program> = {}): Program => ({
  name: 'try',
  script,
  timeoutSeconds: 10,
  ...more,
})
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (thrown) => toFailure(thrown).code,
  )

describe('a program on a host', () => {
  test('answers its JSON lines as events, the rest as noise, and its exit code', async () => {
    const heard: unknown[] = []
    const result = await remote.run(
      host,
      program(`echo '{"a":1}'; echo hello; echo '[1]'; echo oops >&2; exit 3`),
      (event) => heard.push(event),
    )

    expect(result).toMatchObject({ exit: 3, events: [{ a: 1 }], noise: 'hello\n[1]\n', stderr: 'oops\n' })
    expect(heard).toEqual([{ a: 1 }])
  })

  test('is sent with the first of its keys that fits, and not at all with none', async () => {
    const [wrong, other] = [newHostKey().privateKey, newHostKey().privateKey]
    const many = (keys: readonly string[]) => sshRemote({ privateKeys: async () => keys, now: () => new Date() })
    const [fits, none] = [many([wrong, control.privateKey, other]), many([wrong, other])]

    expect((await fits.run(host, program('exit 3'))).exit).toBe(3)
    expect(await codeOf(none.run(host, program('true')))).toBe('host.login_refused')
    await Promise.all([fits.close(), none.close()])
  })

  test('gets its words unharmed, and nothing in it can eat the rest of it', async () => {
    const result = await remote.run(
      host,
      program(`cat; printf '{"first":"%s","count":%s}\\n' "$1" $#`, { args: [`it's $HOME`, ''] }),
    )

    expect(result.events).toEqual([{ first: `it's $HOME`, count: 2 }])
  })

  test('is not run at all when it was cut off on its way', async () => {
    const script = `touch ${folder}/ran\n`.repeat(3)
    const { command, input } = wrapProgram({ elevation: 'root', nonce: 'n', script, args: [], timeoutSeconds: 5 })
    const child = spawn('sh', ['-c', command], { stdio: 'pipe' })
    child.stdin.end(input.slice(0, -20))
    const code = await new Promise((done) => child.on('close', done))

    expect(code).toBe(76)
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  test('is ended with everything it started when it takes too long', async () => {
    expect(await codeOf(remote.run(host, program('sleep 60 & sleep 60', { timeoutSeconds: 1 })))).toBe(
      'host.program_timeout',
    )
  })

  test('that ends as soon as it begins is an answer, not a lost connection', async () => {
    for (let time = 0; time < 20; time += 1) {
      endNext = true
      const failure = await remote.run(host, program('true')).then(() => undefined, toFailure)
      expect(failure?.code).toBe('host.sudo_refused')
    }
  })

  test('whose connection is lost is unreachable, so it is tried again', async () => {
    loseNext = true
    const failure = await remote.run(host, program('true')).then(() => undefined, toFailure)

    expect(failure).toMatchObject({ code: 'host.unreachable', kind: 'unavailable' })
  })

  test('shares one connection with the others', async () => {
    await remote.run(host, program('true'))
    const before = connections
    await Promise.all(Array.from({ length: 20 }, () => remote.run(host, program('true'))))

    expect(connections).toBe(before)
  })

  test('cannot flood the control plane with noise', async () => {
    const result = await remote.run(host, program(`head -c 2000000 /dev/zero | tr '\\0' x; echo; yes | head -n 200000`))

    expect(result.noise.length).toBeLessThanOrEqual(256 * 1024)
  })
})

describe('a program that only looks', () => {
  test('leaves neither an epoch nor a fence behind', async () => {
    const kept = join(folder, 'looked', 'epoch')
    const looking = sshRemote({
      privateKeys: async () => [control.privateKey],
      now: () => new Date(),
      epoch: () => 7,
      epochFile: kept,
    })
    const fence = { run: 'looking-run', takeover: 1 }
    await looking.run(host, program('true', { looksOnly: true, fence }))
    const before = existsSync(kept)
    await looking.run(host, program('true'))
    await looking.close()

    expect([before, existsSync(kept)]).toEqual([false, true])
    expect(existsSync('/run/nexus/fence/looking-run')).toBe(false)
  })
})

describe('an epoch', () => {
  const epochFile = join(folder, 'lives', 'epoch')
  const lives = new Map<number | undefined, ReturnType<typeof sshRemote>>()
  const life = (epoch: number | undefined) => {
    const made = sshRemote({
      privateKeys: async () => [control.privateKey],
      now: () => new Date(),
      epoch: () => epoch,
      epochFile,
    })
    lives.set(epoch, made)
    return made
  }
  afterAll(async () => {
    for (const each of lives.values()) await each.close()
  })

  test('that a host has seen refuses programs and files of a lower one, and only those', async () => {
    const [older, restored] = [life(0), life(7)]
    expect(await codeOf(older.run(host, program('true')))).toBe('done')
    expect(existsSync(epochFile)).toBe(false)

    expect(await codeOf(restored.run(host, program('true')))).toBe('done')
    expect(readFileSync(epochFile, 'utf8')).toBe('7\n')

    const path = join(folder, 'from-the-older')
    const refused = await older.run(host, program(`touch ${path}`)).then(() => undefined, toFailure)
    expect(refused).toMatchObject({ code: 'host.epoch_behind', kind: 'conflict' })
    expect(await codeOf(older.upload(host, path, Buffer.from('x'), '600'))).toBe('host.epoch_behind')
    expect(existsSync(path)).toBe(false)
    expect(await codeOf(restored.upload(host, path, Buffer.from('x'), '600'))).toBe('done')
    expect(await codeOf(life(8).run(host, program('true')))).toBe('done')
    expect(await codeOf(restored.run(host, program('true')))).toBe('host.epoch_behind')
  })

  test('is not raised by one that only looks, and does not keep it from looking', async () => {
    const before = readFileSync(epochFile, 'utf8')

    expect(await codeOf(life(undefined).run(host, program('true')))).toBe('done')
    expect(readFileSync(epochFile, 'utf8')).toBe(before)
  })
})

describe('a sudo password', () => {
  test('that sudo did not ask for is neither run nor stored', async () => {
    const { command, input } = wrapProgram({
      elevation: 'root',
      nonce: 'n',
      script: 'echo "$#"',
      args: [],
      timeoutSeconds: 5,
    })
    const child = spawn('sh', ['-c', command], { stdio: 'pipe' })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stdin.end(`touch ${folder}/stored\n${input}`)
    await new Promise((done) => child.on('close', done))

    expect(said).toBe('0\n')
    expect(existsSync(join(folder, 'stored'))).toBe(false)
  })
})

describe('a host', () => {
  test('with another key than the pinned one is refused before anything is sent, with the way to accept it', async () => {
    const failure = await remote
      .run({ ...host, hostId: 'hst_2', hostKey: newHostKey().publicKey }, program('true'))
      .then(() => undefined, toFailure)

    expect(failure).toMatchObject({
      code: 'host.key_changed',
      kind: 'conflict',
      hint: expect.stringContaining('SHA256:'),
    })
  })

  test('that does not know our key refuses the login', async () => {
    expect(await codeOf(remote.run({ ...host, user: 'other' }, program('true')))).toBe('host.login_refused')
  })

  test('that is not there is unreachable', async () => {
    expect(await codeOf(remote.run({ ...host, hostId: 'hst_3', port: 1 }, program('true')))).toBe('host.unreachable')
  })

  test('behind a jump host whose key is not pinned is refused', async () => {
    expect(await codeOf(remote.run({ ...host, jump: 'root@127.0.0.1:1' }, program('true')))).toBe(
      'host.jump_key_unknown',
    )
  })

  test('shows its key to whoever scans, without a login', async () => {
    expect(await remote.scanHostKey(host.address, host.port)).toBe(hostKey.publicKey)
  })
})

describe('an upload', () => {
  test('arrives whole, with its mode, or not at all', async () => {
    const path = join(folder, 'deep', 'file')
    const content = Buffer.alloc(500_000, 'y')
    await remote.upload(host, path, content, '640')

    expect(readFileSync(path).equals(content)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(await codeOf(remote.upload(host, '/proc/nowhere/file', content, '640'))).toBe('host.upload_failed')
  })
})
