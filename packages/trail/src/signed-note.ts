import { base64Of, fromBase64, hexOf } from './merkle-hash.ts'
import { isKeyName, type Signer, type Verifier } from './note-keys.ts'
import { TrailError } from './trail-error.ts'

/** One line below a note. Whether it holds is not known before `openNote` has met the key. */
export type NoteSignature = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array }

/** Text, ending in a newline, and who signed it. Not to be believed before it was opened with a key one trusts. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

export type OpenedNote = Note & {
  /** Those of the given keys whose signatures hold; never empty. */
  readonly signedBy: readonly Verifier[]
}

/** More signatures, or a larger note, than any log has. */
const most = { signatures: 100, bytes: 1_048_576 }

/**
 * The note with one more signature of each signer, as text (https://c2sp.org/signed-note). Signatures that are there
 * already stay, so that a witness's are kept; one of the same key is replaced.
 */
export function signNote(
  { text, signatures = [] }: { text: string; signatures?: Note['signatures'] },
  signers: readonly Signer[],
): string {
  requireText(text)
  const bytes = Buffer.from(text)
  const added = signers.map(({ name, keyId, sign }) => ({ name, keyId, signature: sign(bytes) }))
  const kept = signatures.filter((one) => !added.some((other) => sameKey(one, other)))
  const lines = [...kept, ...added].map(lineOf)
  if (lines.length === 0) throw noteInvalid('Nobody signs it.')
  return `${text}\n${lines.join('')}`
}

/** Reads a note without believing it. */
export function parseNote(note: string | Uint8Array): Note {
  const whole = textOf(note)
  const end = whole.lastIndexOf('\n\n')
  if (end < 0) throw noteInvalid('There is no empty line between text and signatures.')
  const text = whole.slice(0, end + 1)
  requireText(text)
  const below = whole.slice(end + 2)
  if (!below.endsWith('\n')) throw noteInvalid('It does not end with a newline.')
  const signatures = below.slice(0, -1).split('\n').map(signatureIn)
  if (signatures.length > most.signatures) throw noteInvalid(`It has more than ${most.signatures} signatures.`)
  return { text, signatures }
}

/**
 * Reads a note and checks every signature of the given keys. Signatures of other keys are kept and say nothing; one of a
 * given key that does not hold refuses the note; so does a note that none of the keys has signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note)
  const bytes = Buffer.from(text)
  const known = signatures.flatMap((one) =>
    verifiers.filter((each) => sameKey(one, each)).map((verifier) => ({ verifier, signature: one.signature })),
  )
  for (const { verifier, signature } of known) if (!verifier.verify(bytes, signature)) throw signatureWrong(verifier)
  if (known.length === 0) throw notSigned(signatures, verifiers)
  return { text, signatures, signedBy: [...new Set(known.map((each) => each.verifier))] }
}

const sameKey = (one: Pick<NoteSignature, 'name' | 'keyId'>, other: Pick<NoteSignature, 'name' | 'keyId'>): boolean =>
  one.name === other.name && Buffer.compare(one.keyId, other.keyId) === 0

const lineOf = ({ name, keyId, signature }: NoteSignature): string =>
  `\u2014 ${name} ${base64Of(Buffer.concat([keyId, signature]))}\n`

function signatureIn(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5)
    throw noteInvalid('A line below the empty one is no signature.')
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

function textOf(note: string | Uint8Array): string {
  if (note.length > most.bytes) throw noteInvalid(`It is longer than ${most.bytes} bytes.`)
  if (typeof note === 'string') return note
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note)
  } catch {
    throw noteInvalid('It is no UTF-8.')
  }
}

function requireText(text: string): void {
  if (!text.endsWith('\n')) throw noteInvalid('Its text does not end with a newline.')
  if (!text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text))
    throw noteInvalid('Its text has a character that no note may have.')
}

const noteInvalid = (why: string) =>
  new TrailError('trail.note_invalid', 'invalid', `This is not a signed note. ${why}`, {
    hint: 'https://c2sp.org/signed-note',
  })

const signatureWrong = ({ name, keyId }: Verifier) =>
  new TrailError(
    'trail.signature_wrong',
    'conflict',
    `The signature of ${name} (${hexOf(keyId)}) does not hold: the text was changed.`,
    {
      details: { name, keyId: hexOf(keyId) },
    },
  )

const notSigned = (signatures: readonly NoteSignature[], verifiers: readonly Verifier[]) => {
  const named = (each: Pick<NoteSignature, 'name' | 'keyId'>) => `${each.name} (${hexOf(each.keyId)})`
  const asked = verifiers.map(named).join(', ') || 'nobody: no key was given'
  return new TrailError(
    'trail.not_signed',
    'conflict',
    `This note is not signed by ${asked}. It is by ${signatures.map(named).join(', ')}.`,
    {
      hint: 'Ask for the key where it was not sent along with the log, and compare its fingerprint.',
      details: { asked },
    },
  )
}
