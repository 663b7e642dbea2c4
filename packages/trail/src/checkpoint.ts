import { requireSize } from './compact-range.ts'
import { base64Of, fromBase64, type Hash, hashSize, requireHash } from './merkle-hash.ts'
import type { Verifier } from './note-keys.ts'
import { type OpenedNote, openNote } from './signed-note.ts'
import { TrailError } from './trail-error.ts'

/** What a log says of itself: so many entries, and this root over them (https://c2sp.org/tlog-checkpoint). */
export type Checkpoint = {
  /** Which log: a name like a URL without its scheme, e.g. `nexus.example.com/trail`. */
  readonly origin: string
  readonly size: number
  readonly root: Hash
  /** Lines after the third. The root does not cover them. */
  readonly extensions: readonly string[]
}

/** The text of a checkpoint, to be signed with `signNote`: three lines and the extensions. */
export function formatCheckpoint({
  origin,
  size,
  root,
  extensions = [],
}: Omit<Checkpoint, 'extensions'> & { extensions?: readonly string[] }): string {
  requireSize(size, 'size')
  requireHash(root, 'root')
  for (const line of [origin, ...extensions])
    if (!isLine(line)) throw checkpointInvalid('A line of it is empty, or more than one.')
  return `${[origin, size, base64Of(root), ...extensions].join('\n')}\n`
}

/** Reads the text of a checkpoint: `text` of an opened note. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length < 3) throw checkpointInvalid('It is three lines, each with a newline.')
  const [origin = '', size = '', root = '', ...extensions] = lines
  if (![origin, ...extensions].every(isLine)) throw checkpointInvalid('A line of it is empty.')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw checkpointInvalid('Its second line is no size.')
  const hash = fromBase64(root)
  if (hash?.length !== hashSize) throw checkpointInvalid('Its third line is no SHA-256 hash in base64.')
  return { origin, size: Number(size), root: hash, extensions }
}

export type OpenedCheckpoint = Checkpoint & { readonly note: OpenedNote }

/** Opens a signed checkpoint: one of the keys must be the log's own, whose name is the origin. A witness alone is not enough. */
export function openCheckpoint(note: string | Uint8Array, verifiers: readonly Verifier[]): OpenedCheckpoint {
  const opened = openNote(note, verifiers)
  const checkpoint = parseCheckpoint(opened.text)
  if (!opened.signedBy.some((each) => each.name === checkpoint.origin)) throw notOfTheLog(checkpoint.origin, opened)
  return { ...checkpoint, note: opened }
}

const isLine = (line: string): boolean => line !== '' && line.isWellFormed() && !/[\u0000-\u001f]/.test(line)

const checkpointInvalid = (why: string) =>
  new TrailError('trail.checkpoint_invalid', 'invalid', `This is not a checkpoint. ${why}`, {
    hint: 'https://c2sp.org/tlog-checkpoint',
  })

const notOfTheLog = (origin: string, { signedBy }: OpenedNote) =>
  new TrailError(
    'trail.checkpoint_foreign',
    'conflict',
    `The checkpoint is of ${origin}, and signed by ${signedBy.map((each) => each.name).join(', ')} only.`,
    { details: { origin } },
  )
