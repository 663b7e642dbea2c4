import { join } from 'node:path'
import { type Lab, labPaths, readLab } from '@nexus/lab'
import type { Io } from '../io.ts'
import { finish, node, root } from './quickstart-programs.ts'

const labProgram = join(root, 'lab/src/main.ts')

export async function runLab(words: readonly string[], io: Io): Promise<void> {
  const code = await finish(node, [labProgram, ...words], 'talk')
  if (code !== 0) io.say(`lab ${words.join(' ')} ended with ${code}`)
}

export async function bringUpLab(io: Io): Promise<Lab> {
  io.say(
    'Starting the lab: real Linux hosts on this machine. The first time its base image is built (about two minutes).',
  )
  io.say("Its hosts are root without a user namespace: run only this repository's stack in them.")
  const code = await finish(node, [labProgram, 'up'], 'talk')
  if (code !== 0) throw new Error(`The lab did not come up (exit ${code}). Try: nexusctl lab status`)
  const lab = await readLab(labPaths())
  await giveBackEarlierHosts(lab, io)
  return lab
}

/** An earlier quickstart's hosts: the database that knew them is gone, so nobody would ever give them back. */
async function giveBackEarlierHosts(lab: Lab, io: Io): Promise<void> {
  const headers = { authorization: `Bearer ${lab.provider.token}` }
  const answer = await fetch(`${lab.provider.url}/servers`, { headers, signal: AbortSignal.timeout(20_000) })
  const found = (await answer.json()) as readonly {
    id: string
    name: string
    labels: Readonly<Record<string, string>>
  }[]
  for (const each of found.filter((one) => one.labels['ticket'] !== undefined || one.labels['host'] !== undefined)) {
    io.say(`Giving back ${each.name} of an earlier quickstart`)
    await fetch(`${lab.provider.url}/servers/${each.id}`, {
      method: 'DELETE',
      headers,
      signal: AbortSignal.timeout(60_000),
    })
  }
}
