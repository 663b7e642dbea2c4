import { execFile, spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Lab, labPaths, readLab } from '../../lab/src/index.ts'

export const root = resolve(import.meta.dirname, '../..')

/** A program of the repository; what it says goes to our stderr. */
export const run = (words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [...words], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 2, 2],
    })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${words.join(' ')} ended with ${code}`))))
  })

export type BenchLab = ReturnType<typeof benchLab>

/** A lab of the benchmark's own, so that hosts of another one are never touched. */
export function benchLab(home: string) {
  const lab = (...words: readonly string[]) =>
    run([join(root, 'lab/src/main.ts'), ...words], { NEXUS_LAB_HOME: home, NO_COLOR: '1' })

  async function ask(of: Lab, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${of.provider.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${of.provider.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    const text = await answer.text()
    return text === '' ? undefined : JSON.parse(text)
  }
  const servers = async (of: Lab) => (await ask(of, 'GET', '/servers')) as readonly { id: string }[]

  /** Nothing but the lab's own services is left running in it. */
  async function clear(of: Lab): Promise<void> {
    for (const { id } of await servers(of)) await ask(of, 'DELETE', `/servers/${id}`)
    const limit = Date.now() + 60_000
    while ((await servers(of)).length > 0) {
      if (Date.now() > limit) throw new Error('The lab did not give its hosts back within 60 s.')
      await pause(100)
    }
  }

  return {
    home,
    up: async (): Promise<Lab> => {
      await lab('up')
      const up = await readLab(labPaths(home))
      await clear(up)
      return up
    },
    /** With its hosts given back, so that the next one to bring it up finds it empty. */
    down: async (of: Lab): Promise<void> => {
      await clear(of)
      await lab('down')
    },
    destroy: () => lab('down', '--all'),
    /** Answers as soon as the provider does: the host is still booting then. */
    create: async (of: Lab, name: string, keys: HostKeys): Promise<{ readonly address: string }> =>
      (await ask(of, 'POST', '/servers', {
        name,
        region: 'lab-1',
        plan: 'lab',
        labels: { bench: name },
        authorizedKeys: [keys.login],
        hostKey: keys.host,
      })) as { address: string },
  }
}

export type HostKeys = {
  readonly login: string
  readonly host: { readonly privateKey: string; readonly publicKey: string }
}

/** A folder with a fresh key to log in with, and a key for the host that is known before it boots. */
export async function freshKeys(folder: string): Promise<HostKeys> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of ['id_ed25519', 'host_key']) {
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', join(folder, name)])
  }
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  return {
    login: (await read('id_ed25519.pub')).trim(),
    host: { privateKey: await read('host_key'), publicKey: (await read('host_key.pub')).trim() },
  }
}

export const trustHost = (folder: string, address: string, keys: HostKeys): Promise<void> =>
  writeFile(join(folder, 'known_hosts'), `${address} ${keys.host.publicKey}\n`)
