import { leafHash, openCheckpoint, parseVerifierKey, verifyConsistency, verifyInclusion } from '@nexus/trail'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail, misused } from '../failure.ts'
import { also, facts } from '../show.ts'
import { hashOf } from './bundle.ts'

export type ProveOptions = { readonly key: readonly string[]; readonly between?: boolean }

export const proveCommand = (deps: Deps) =>
  withExamples(
    new Command('prove')
      .argument('<entry>', 'its id, or its place in the log; with --between the size of the older checkpoint')
      .argument('[size]', 'with --between: the size of the newer checkpoint; without it the newest there is')
      .option('--between', 'prove that the newer of two checkpoints only added to the older one', false)
      .option(
        '--key <key>',
        'the key you were given over another way, once or more; else what the server names',
        also,
        [],
      )
      .description('Get the proof that an entry is in the log, or that the log only grew, and check it here')
      .action((entry: string, size: string | undefined, options: ProveOptions) =>
        options.between
          ? proveBetween(deps, { first: entry, second: size, ...options })
          : prove(deps, { entry, ...options }),
      ),
    'nexusctl trail prove 17',
    'nexusctl trail prove aud_01kx --key nexus.example.com/trail+1a2b3c4d+AV... -o json',
    'nexusctl trail prove --between 1200 3400 --key nexus.example.com/trail+1a2b3c4d+AV...',
  )

export async function prove({ api, io }: Deps, { entry, key }: ProveOptions & { entry: string }): Promise<void> {
  const found = await api.call('proveTrailEntry', { params: { entry } })
  const keys = await keysOf(api, key)
  const { root, size } = openCheckpoint(found.checkpoint, keys.map(parseVerifierKey))
  verifyInclusion({
    leaf: leafHash(Buffer.from(found.entry.entry)),
    index: found.entry.index,
    size,
    proof: found.proof.map(hashOf),
    root,
  })
  io.answer({ ...found, keys }, () =>
    facts([
      ['entry', found.entry.entry],
      ['place', `${found.entry.index} of ${size}`],
      ['proof', `holds, ${found.proof.length} hashes, against ${trusted(key)}`],
      ['checkpoint', found.checkpoint.trimEnd()],
    ]),
  )
}

type Between = ProveOptions & { readonly first: string; readonly second: string | undefined }

async function proveBetween({ api, io }: Deps, { first, second, key }: Between): Promise<void> {
  const { items } = await api.call('listTrailCheckpoints')
  const keys = await keysOf(api, key)
  const opened = [sizeIn(first), second === undefined ? (items.at(-1)?.size ?? 0) : sizeIn(second)].map((size) => {
    const found = items.find((each) => each.size === size)
    if (!found) throw noSuchCheckpoint(size)
    return { signed: found.note, ...openCheckpoint(found.note, keys.map(parseVerifierKey)) }
  })
  const [older, newer] = opened
  if (!older || !newer || older.size > newer.size)
    throw misused('The older checkpoint comes first.', 'nexusctl trail prove --between OLDER NEWER, by their sizes.')
  const { proof } = await api.call('proveTrailConsistency', { query: { first: older.size, second: newer.size } })
  verifyConsistency({
    first: older.size,
    second: newer.size,
    firstRoot: older.root,
    secondRoot: newer.root,
    proof: proof.map(hashOf),
  })
  io.answer({ first: older.signed, second: newer.signed, proof, keys }, () =>
    facts([
      ['older', `${older.size} entries`],
      ['newer', `${newer.size} entries`],
      ['proof', `holds, ${proof.length} hashes: nothing of the older log was changed, against ${trusted(key)}`],
    ]),
  )
}

async function keysOf(api: Deps['api'], given: readonly string[]): Promise<readonly string[]> {
  if (given.length > 0) return given
  return (await api.call('getTrailKey')).items.map((each) => each.verifierKey)
}

const trusted = (given: readonly string[]) =>
  given.length === 0 ? 'the key that the server names itself: give yours with --key' : 'the key you gave'

function sizeIn(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw misused(`${text} is no size of a checkpoint.`, 'nexusctl trail checkpoints shows their sizes.')
}

const noSuchCheckpoint = (size: number) =>
  fail(
    'cli.no_checkpoint',
    'missing',
    `The server has no checkpoint of ${size} entries.`,
    'nexusctl trail checkpoints shows those it has; nexusctl trail checkpoint signs one now.',
  )
