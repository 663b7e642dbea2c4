import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './pretend-app.ts'
import { paidOrder, postWebhook, webhookSecret } from './pretend-shop.ts'
import { writeStack } from './smallest-stack.ts'

const server = join(import.meta.dirname, '../../src')

export type Finished = { readonly code: number; readonly out: string; readonly err: string }

/** A whole nexusd as a process of its own on a home of its own, with the embedded Postgres and a pretend world. */
export async function nexusdHome(home: string, more: Readonly<Record<string, string>> = {}) {
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const port = await freePort()
  const identityPort = await freePort()
  const env = {
    PATH: process.env['PATH'] ?? '',
    NEXUS_HOME: home,
    NEXUS_LISTEN_PORT: String(port),
    NEXUS_PROVIDER: 'pretend',
    NEXUS_PRETEND_SECONDS: '0',
    NEXUS_TEST_DOMAINS: 'true',
    NEXUS_RESERVED_DOMAINS: 'nexus.test',
    NEXUS_IDENTITY_ORIGIN: `http://127.0.0.1:${identityPort}`,
    NEXUS_IDENTITY_LISTEN_PORT: String(identityPort),
    NEXUS_MAIL_FROM: 'Nexus <nexus@nexus.test>',
    NEXUS_WEBHOOK_SECRETS: webhookSecret,
    NEXUS_STACKS_FOLDER: writeStack(home),
    NEXUS_STACK: 'reference',
    NEXUS_SWEEP_SECONDS: '0.2',
    NEXUS_LOG_LEVEL: 'warn',
    ...more,
  }
  const address = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let log = ''
  let token = ''

  const get = (path: string) => fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } })
  const until = async <T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> => {
    const limit = Date.now() + seconds * 1000
    for (;;) {
      const found = await ask().catch(() => undefined)
      if (found !== undefined) return found
      if (Date.now() > limit) throw new Error(`${what} did not come within ${seconds} s.\n${log.slice(-3000)}`)
      await pause(100)
    }
  }

  return {
    home,
    address,
    /** Where its people sign in: another machine in its stead answers there too. */
    identity: {
      NEXUS_IDENTITY_ORIGIN: env.NEXUS_IDENTITY_ORIGIN,
      NEXUS_IDENTITY_LISTEN_PORT: env.NEXUS_IDENTITY_LISTEN_PORT,
    },
    get,
    until,
    log: () => log,
    pid: () => child?.pid ?? 0,
    useToken: (text: string) => {
      token = text
    },

    port,

    /** Runs until its door answers; whether it is ready is another question. */
    start: async (isUp = async () => (await fetch(`${address}/health`)).ok) => {
      child = spawn(process.execPath, [join(server, 'main.ts')], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      child.stderr?.on('data', (part: Buffer) => {
        log += part.toString()
      })
      await until('nexusd', async () => ((await isUp()) ? true : undefined))
    },

    /** Ends it by a signal; answers its exit code once it is gone. */
    end: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
      const ending = child
      if (!ending || ending.exitCode !== null) return ending?.exitCode ?? null
      const gone = new Promise<number | null>((resolve) => ending.on('exit', (code) => resolve(code)))
      ending.kill(signal)
      return gone
    },

    /** The verbs of nexusctl admin, on this home. */
    admin: (...words: readonly string[]): Promise<Finished> =>
      new Promise((resolve, reject) => {
        const run = spawn(process.execPath, [join(server, 'admin.ts'), ...words], {
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let [out, err] = ['', '']
        run.stdout.on('data', (part: Buffer) => {
          out += part.toString()
        })
        run.stderr.on('data', (part: Buffer) => {
          err += part.toString()
        })
        run.on('error', reject)
        run.on('close', (code) => resolve({ code: code ?? 1, out, err }))
      }),

    /** The first admin and a release of the sample stack. */
    prepare: async () => {
      const bootstrap = readFileSync(join(home, 'bootstrap-token'), 'utf8').trim()
      const send = (path: string, bearer: string, body: object) =>
        fetch(`${address}/api/v1${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      const made = await send('/access/bootstrap', bootstrap, { name: 'Ada', email: 'ada@example.com' })
      token = ((await made.json()) as { token: string }).token
      const release = await send('/releases', token, { folder: 'reference', manifest: 'stack.systemd.yaml' })
      if (!release.ok) throw new Error(`The release was refused: ${await release.text()}`)
      return token
    },

    /** A paid order as the shop sends it; the answer as it came. */
    order: (name: string) => postWebhook(address, 'order_paid', paidOrder(name)),

    stateOf: async (ticket: string): Promise<string> =>
      ((await (await get(`/api/v1/orders/${ticket}`)).json()) as { state: string }).state,

    /** Makes the pretend world do something wrong or slow: see pretend-faults.ts. */
    fault: (fault: object) => {
      mkdirSync(join(home, 'pretend'), { recursive: true, mode: 0o700 })
      writeFileSync(join(home, 'pretend', 'faults.json'), JSON.stringify([fault]))
    },
  }
}

export type NexusdHome = Awaited<ReturnType<typeof nexusdHome>>
