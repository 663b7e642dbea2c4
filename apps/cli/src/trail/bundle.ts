import type { AnswerOf } from '@nexus/client'
import { buildBundle, fingerprintOf, fromBase64, writeBundle } from '@nexus/trail'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail, misused } from '../failure.ts'
import { facts } from '../show.ts'
import { personalOf } from './exported-entries.ts'

export type BundleOptions = {
  readonly order?: string
  readonly run?: string
  readonly customer?: string
  readonly out?: string
}

export const bundleCommand = (deps: Deps) =>
  withExamples(
    new Command('bundle')
      .option('--order <ticket>', 'of this order: all its runs, its instance, its checks')
      .option('--run <id>', 'of this run only')
      .option('--customer <name>', 'of every order of this customer')
      .option('--out <folder>', 'a new folder; without it one that is named after what it is about')
      .description('Put the evidence of one order, run or customer into a folder that verifies anywhere')
      .action((options: BundleOptions) => bundle(deps, options)),
    'nexusctl trail bundle --order NX-1001',
    'nexusctl trail bundle --run deliver-order:NX-1001:1 --out ./evidence',
    'nexusctl trail bundle --customer "Acme GmbH" --out ./acme',
  )

export async function bundle(deps: Deps, options: BundleOptions): Promise<void> {
  const { api, io, connection } = deps
  const about = aboutOf(options)
  const found = await api.call('makeTrailBundle', { body: about, timeoutSeconds: 300 })
  const key = found.keys[0]?.verifierKey ?? ''
  const { server } = await connection()
  const made = buildBundle({
    about: found.about,
    made: found.made,
    checkpoint: found.checkpoint,
    key,
    keySource: `${server.replace(/\/$/, '')}/api/v1/trail/key`,
    entries: found.entries.map(entryOf),
    evidence: found.evidence,
  })
  const folder = options.out ?? `./evidence-${found.about.id.replaceAll(/[^\w.-]+/g, '-')}`
  await writeBundle(folder, made)
  if (found.missing.length > 0)
    io.say(`Not brought along, for it is not there as it was logged (erased, or changed): ${missingOf(found)}.`)
  const done = { folder, about: found.about, entries: made.entries.length, evidence: made.evidence.length, key }
  io.answer({ ...done, missing: found.missing }, () =>
    facts([
      ['folder', folder],
      ['about', `${found.about.kind} ${found.about.id}`],
      ['entries', made.entries.length],
      ['evidence', made.evidence.length],
      ['fingerprint', fingerprintOf(key)],
      ['next', `nexusctl trail verify ${folder} --key <the key>, or open ${folder}/index.html`],
    ]),
  )
}

type Found = AnswerOf<'makeTrailBundle'>

const missingOf = ({ missing }: Found) => missing.map(({ index }) => `evidence of entry ${index}`).join(', ')

const entryOf = ({ index, entry, proof, personal }: Found['entries'][number]) => ({
  index,
  entry: Buffer.from(entry),
  proof: proof.map(hashOf),
  personal: personal && personalOf(personal),
})

export function hashOf(text: string): Uint8Array {
  const bytes = fromBase64(text)
  if (bytes) return bytes
  throw fail('cli.bad_proof', 'unavailable', 'The proof of the server holds something that is no hash.')
}

function aboutOf({ order, run, customer }: BundleOptions): { kind: string; id: string } {
  const given = Object.entries({ order, run, customer }).flatMap(([kind, id]) =>
    id === undefined ? [] : [{ kind, id }],
  )
  const [about] = given
  if (about && given.length === 1) return about
  throw misused('A bundle is about one thing.', 'Say one of --order NX-1001, --run ID, --customer NAME.')
}
