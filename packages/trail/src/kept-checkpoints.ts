import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenedCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { exportFiles, parseCheckpointLine } from './export-format.ts'
import { linesIn } from './export-reader.ts'
import type { Finding } from './findings.ts'
import { type Hash, sameHash } from './merkle-hash.ts'
import type { Verifier } from './note-keys.ts'
import { parseNote } from './signed-note.ts'
import { TrailError } from './trail-error.ts'

/** A checkpoint whose signature holds. `outside`: the reader brought it along. */
export type HeldCheckpoint = {
  readonly size: number
  readonly root: Hash
  readonly from: string
  readonly outside: boolean
}

type Read = { readonly held: readonly HeldCheckpoint[]; readonly findings: readonly Finding[] }

/** Every checkpoint of the export and every one that was brought along, the smallest first; one of each size and root. */
export async function readCheckpoints(
  dir: string,
  { origin, keys, outside }: { origin: string; keys: readonly Verifier[]; outside: readonly string[] },
): Promise<Read> {
  const held = new Map<number, HeldCheckpoint>()
  const findings: Finding[] = []
  const take = (from: string, text: () => string, own: boolean) => {
    try {
      const { size, root } = opened(text(), keys, origin)
      const before = held.get(size)
      if (before && !sameHash(before.root, root)) findings.push(forked(size, before.from, from))
      if (!before) held.set(size, { size, root, from, outside: own })
    } catch (thrown) {
      findings.push(refused(from, thrown))
    }
  }
  outside.forEach((note, at) => {
    take(`checkpoint ${at + 1} that you gave`, () => note, true)
  })
  let line = 0
  for await (const lines of linesIn(join(dir, exportFiles.checkpoints), 1_048_576)) {
    for (const each of lines) {
      line += 1
      const text = () => parseCheckpointLine(new TextDecoder('utf-8', { fatal: true }).decode(each ?? Buffer.of()))
      take(`${exportFiles.checkpoints}, line ${line}`, text, false)
    }
  }
  const single = await readFile(join(dir, exportFiles.checkpoint), 'utf8').catch(() => undefined)
  if (single !== undefined) take(exportFiles.checkpoint, () => single, false)
  return { held: [...held.values()].sort((one, other) => one.size - other.size), findings }
}

function opened(note: string, keys: readonly Verifier[], origin: string): OpenedCheckpoint {
  const checkpoint = openCheckpoint(note, keys)
  if (checkpoint.origin !== origin) throw otherLog(checkpoint.origin, origin)
  return checkpoint
}

/** What an unbelieved note says of its size, to place it in the log. */
export const claimedSize = (note: string): number => parseCheckpoint(parseNote(note).text).size

const refused = (from: string, thrown: unknown): Finding => ({
  code: 'checkpoint_refused',
  sentence: `${from}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
})

const forked = (size: number, one: string, other: string): Finding => ({
  code: 'forked',
  to: size,
  sentence: `Two histories of ${size} entries are signed: ${one} and ${other} have different roots.`,
})

const otherLog = (found: string, origin: string) =>
  new TrailError('trail.checkpoint_foreign', 'conflict', `It is of ${found}, not of ${origin}.`)
