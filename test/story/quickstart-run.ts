import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Lab, labPaths, readLab, type Server } from '../../lab/src/index.ts'

export const root = resolve(import.meta.dirname, '../..')

export type Outcome = {
  readonly state: string
  readonly order: string
  readonly ticket: string
  readonly hosts: string
  readonly host: { readonly name: string; readonly address: string }
  readonly urls: Readonly<Record<string, string>>
  readonly seconds: number
  readonly steps: readonly { readonly name: string; readonly seconds: number; readonly status: string }[]
}

export type QuickstartRun = {
  readonly home: string
  readonly lab: () => Promise<Lab>
  readonly said: () => string
  /** Waits until the step runs (by the API), then kills nexusd with SIGKILL; it is started again by the quickstart. */
  readonly killDuring: (step: string) => Promise<void>
  readonly untilLive: () => Promise<Outcome>
  readonly api: <T>(path: string, init?: RequestInit) => Promise<T>
  readonly ctl: (...words: string[]) => Promise<{ readonly exit: number; readonly out: string; readonly err: string }>
  readonly stop: () => Promise<number>
}

const environmentOf = (home: string, labHome: string) => ({
  ...process.env,
  NEXUS_HOME: home,
  NEXUS_LAB_HOME: labHome,
  XDG_CONFIG_HOME: join(home, 'config'),
  NO_COLOR: '1',
})

/** The quickstart as a person runs it, with an order of ours; it keeps running until `stop`. */
export async function startQuickstart({
  home,
  labHome,
  order,
  words = [],
}: {
  home: string
  labHome: string
  order: object
  words?: readonly string[]
}): Promise<QuickstartRun> {
  const file = join(home, 'order.json')
  await writeFile(file, JSON.stringify(order))
  const env = environmentOf(home, labHome)
  const child = spawn(join(root, 'bin/quickstart'), ['--json', '--order', file, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    err += part.toString()
  })
  const ended = new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)))

  const settings = async () => (await readFile(join(home, 'nexus.yaml'), 'utf8')).match(/listenPort: (\d+)/)?.[1] ?? '0'
  const api = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const token = (await readFile(join(home, 'admin-token'), 'utf8')).trim()
    const answer = await fetch(`http://127.0.0.1:${await settings()}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.body ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(30_000),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const until = async <T>(seconds: number, what: string, look: () => Promise<T | undefined>): Promise<T> => {
    const limit = Date.now() + seconds * 1000
    while (Date.now() < limit) {
      if (child.exitCode !== null)
        throw new Error(`the quickstart ended (${child.exitCode}) before ${what}:\n${err.slice(-4000)}`)
      const found = await look().catch(() => undefined)
      if (found !== undefined) return found
      await pause(100)
    }
    throw new Error(`${what} did not come within ${seconds} s:\n${err.slice(-4000)}`)
  }

  return {
    home,
    lab: () => readLab(labPaths(labHome)),
    said: () => err,
    api,
    killDuring: async (name) => {
      await until(900, `the step "${name}"`, async () => {
        const runs = await api<{ items: { id: string }[] }>('/runs?limit=5')
        const run = await api<{ steps: { name: string; state: string }[] }>(
          `/runs/${encodeURIComponent(runs.items[0]?.id ?? '')}`,
        )
        return run.steps.some((each) => each.name === name && each.state === 'running') ? true : undefined
      })
      const pid = Number(await readFile(join(home, 'nexusd.pid'), 'utf8'))
      process.kill(pid, 'SIGKILL')
      await until(30, 'another nexusd', async () =>
        Number(await readFile(join(home, 'nexusd.pid'), 'utf8')) === pid ? undefined : true,
      )
    },
    untilLive: () =>
      until(900, 'the outcome', async () =>
        out.includes('\n') ? (JSON.parse(out.split('\n')[0] ?? '') as Outcome) : undefined,
      ),
    ctl: (...words) => ctl(env, words),
    stop: async () => {
      await interrupt(child)
      return ended
    },
  }
}

async function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) child.kill('SIGINT')
}

function ctl(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  return new Promise((done, fail) => {
    const child = spawn(join(root, 'bin/nexusctl'), [...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      err += part.toString()
    })
    child.on('error', fail)
    child.on('close', (code) => done({ exit: code ?? 1, out, err }))
  })
}

/** The sample with everything that makes an order its own made up now. */
export async function newOrder(name: string): Promise<object> {
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8'))
  return {
    ...sample,
    orderNumber: `P-${name}`,
    organization: { legalName: `Compose ${name} Ltd` },
    domain: { strategy: 'own_domain', name: `${name}.test` },
    identityOrganization: { mode: 'new', reference: name },
    initialAdminEmail: `admin@${name}.test`,
    payment: { ...sample.payment, paidAt: new Date().toISOString() },
  }
}

/** What the provider has for a ticket. */
export async function serverOf(quickstart: QuickstartRun, ticket: string): Promise<Server> {
  const { provider } = await quickstart.lab()
  const answer = await fetch(`${provider.url}/servers`, { headers: { authorization: `Bearer ${provider.token}` } })
  const found = ((await answer.json()) as Server[]).find((each) => each.labels['ticket'] === ticket)
  if (!found) throw new Error(`The provider has no server of ${ticket}`)
  return found
}
