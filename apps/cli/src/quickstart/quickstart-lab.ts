import { join } from 'node:path'
import { type Lab, labPaths, providerClient, readLab } from '@nexus/lab'
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
  const provider = providerClient(lab)
  for (const each of await provider.list()) {
    if (each.labels['ticket'] === undefined && each.labels['host'] === undefined) continue
    io.say(`Giving back ${each.name} of an earlier quickstart`)
    await provider.destroy(each.id)
  }
}
