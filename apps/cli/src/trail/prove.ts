import { fromBase64, leafHash, openCheckpoint, parseVerifierKey, verifyInclusion } from '@nexus/trail'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'
import { facts } from '../show.ts'

export const proveCommand = (deps: Deps) =>
  withExamples(
    new Command('prove')
      .argument('<entry>', 'its id, or its place in the log')
      .option('--key <key>', 'the key you were given over another way; without it the one the server names is taken')
      .description('Get the proof that an entry is in the log, and check it here')
      .action((entry: string, options: { key?: string }) => prove(deps, { entry, ...options })),
    'nexusctl trail prove 17',
    'nexusctl trail prove aud_01kx --key nexus.example.com/trail+1a2b3c4d+AV... -o json',
  )

export async function prove({ api, io }: Deps, { entry, key }: { entry: string; key?: string }): Promise<void> {
  const found = await api.call('proveTrailEntry', { params: { entry } })
  const { items } = await api.call('getTrailKey')
  const keys = key === undefined ? items.map((each) => each.verifierKey) : [key]
  const { root, size } = openCheckpoint(found.checkpoint, keys.map(parseVerifierKey))
  verifyInclusion({
    leaf: leafHash(Buffer.from(found.entry.entry)),
    index: found.entry.index,
    size,
    proof: found.proof.map(bytesOf),
    root,
  })
  const trusted = key === undefined ? 'the key that the server names itself: give yours with --key' : 'the key you gave'
  io.answer({ ...found, keys }, () =>
    facts([
      ['entry', found.entry.entry],
      ['place', `${found.entry.index} of ${size}`],
      ['proof', `holds, ${found.proof.length} hashes, against ${trusted}`],
      ['checkpoint', found.checkpoint.trimEnd()],
    ]),
  )
}

const bytesOf = (text: string): Uint8Array => {
  const bytes = fromBase64(text)
  if (bytes) return bytes
  throw fail('cli.bad_proof', 'unavailable', 'The proof of the server holds something that is no hash.')
}
