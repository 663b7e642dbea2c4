import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PretendFault } from '../../../apps/server/src/platform/adapters/pretend-faults.ts'
import type { PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'
import type { Contact, KillWish } from '../../../apps/server/src/platform/adapters/pretend-world-server.ts'
import { startChild, until } from './child.ts'

const entry = join(import.meta.dirname, '../../../apps/server/src/pretend-process.ts')

export type FarWorld = Awaited<ReturnType<typeof startFarWorld>>

/** The pretend world as a process of its own: it outlives every kill and counts what was done to it. */
export async function startFarWorld(certificateHours?: number) {
  const home = mkdtempSync(join(tmpdir(), 'nexus-world-'))
  const socket = join(home, 'world.sock')
  const child = startChild(
    entry,
    [
      '--home',
      home,
      '--socket',
      socket,
      ...(certificateHours ? ['--certificate-hours', String(certificateHours)] : []),
    ],
    {},
  )
  await until('the pretend world is up', 20, () => child.said().includes('is up'))
  const ask = async <T>(door: string, body: object = {}) => JSON.parse(await post(socket, door, body)) as T
  return {
    pid: child.pid,
    socket,
    look: () => ask<PretendWorld>('/world'),
    contacts: () => ask<readonly Contact[]>('/contacts'),
    /** Ends the node at this contact of this step with the world. */
    kill: (wish: KillWish) => ask('/kill', wish),
    fault: (fault: PretendFault) => ask('/fault', fault),
    clear: () => ask('/clear'),
    moveClock: (milliseconds: number) => child.tell({ move: milliseconds }),
    stop: async () => {
      child.signal('SIGKILL')
      await child.ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const post = (socketPath: string, path: string, body: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text))
    })
    asking.on('error', reject)
    asking.end(JSON.stringify(body))
  })
