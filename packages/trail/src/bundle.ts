import { openCheckpoint } from './checkpoint.ts'
import { canonicalJson, type Entry, isHexHash, parseEntry } from './entry.ts'
import type { Finding, Verdict } from './findings.ts'
import { base64Of, fromBase64, type Hash, hexOf, leafHash, sha256 } from './merkle-hash.ts'
import { verifyInclusion } from './merkle-proof.ts'
import { isKeyName, parseVerifierKey, type Verifier } from './note-keys.ts'
import { type Personal, verifyPersonal } from './personal.ts'
import { TrailError } from './trail-error.ts'

/** What is shown to somebody of one order, or one run: its entries, each with the proof that it is in the log. */
export type Bundle = {
  readonly about: BundleSubject
  /** When it was made, UTC. */
  readonly made: string
  readonly origin: string
  /** The signed note that all proofs lead to. */
  readonly checkpoint: string
  /** The key that signed it, as the maker says. Nobody may believe it from here. */
  readonly key: string
  /** Where to get the key instead, for people. */
  readonly keySource: string
  readonly entries: readonly BundledEntry[]
  readonly evidence: readonly BundledEvidence[]
}

export type BundleSubject = { readonly kind: string; readonly id: string }

export type BundledEntry = {
  readonly index: number
  /** The bytes that were hashed, as text. */
  readonly entry: string
  /** Base64, the sibling of the leaf first. */
  readonly proof: readonly string[]
  readonly personal?: Personal
}

/** What a check kept; `sha256` in hex is what an entry names as its `evidence`. */
export type BundledEvidence = { readonly name: string; readonly sha256: string; readonly text: string }

export type BundleContent = Omit<Bundle, 'origin' | 'entries' | 'evidence'> & {
  readonly entries: readonly {
    index: number
    entry: Uint8Array
    proof: readonly Hash[]
    personal?: Personal | undefined
  }[]
  readonly evidence?: readonly { readonly name: string; readonly text: string }[]
}

/** Makes a bundle, and only one that verifies with the key it names. */
export function buildBundle({ entries, evidence = [], ...rest }: BundleContent): Bundle {
  const keys = [parseVerifierKey(rest.key)]
  const bundle: Bundle = {
    ...rest,
    origin: openCheckpoint(rest.checkpoint, keys).origin,
    entries: entries.map(({ index, entry, proof, personal }) => ({
      index,
      entry: Buffer.from(entry).toString(),
      proof: proof.map(base64Of),
      ...(personal === undefined ? {} : { personal }),
    })),
    evidence: evidence.map(({ name, text }) => ({ name, sha256: hexOf(sha256(Buffer.from(text))), text })),
  }
  const [first] = verifyBundle(bundle, { keys }).findings
  if (first) throw bundleInvalid(first.sentence)
  return parseBundle(formatBundle(bundle))
}

export const formatBundle = (bundle: Bundle): string =>
  `${JSON.stringify({ format: 'nexus-trail-bundle', version: 1, ...bundle }, null, 1)}\n`

/** Reads a bundle without believing it. */
export function parseBundle(text: string): Bundle {
  const found = objectIn(text)
  if (found['format'] !== 'nexus-trail-bundle' || found['version'] !== 1)
    throw bundleInvalid('It is not of a trail, or of a later version.')
  const about = recordIn(found['about'], 'about')
  const bundle: Bundle = {
    about: { kind: textIn(about['kind'], 'kind'), id: textIn(about['id'], 'id') },
    made: textIn(found['made'], 'made'),
    origin: textIn(found['origin'], 'origin'),
    checkpoint: textIn(found['checkpoint'], 'checkpoint'),
    key: textIn(found['key'], 'key'),
    keySource: textIn(found['keySource'], 'keySource'),
    entries: listIn(found['entries'], 'entries').map(entryIn),
    evidence: listIn(found['evidence'], 'evidence').map(evidenceIn),
  }
  if (
    !/^[a-z]{1,40}$/.test(bundle.about.kind) ||
    !/^[\p{L}\p{M}\p{N} .,:;@/&'"()+!#_-]{1,200}$/u.test(bundle.about.id) ||
    !isKeyName(bundle.origin)
  )
    throw bundleInvalid('What it is about, or of which log, is no name.')
  return bundle
}

export type BundleReport = {
  readonly verdict: Verdict
  readonly about: BundleSubject
  readonly origin: string
  readonly entries: number
  /** The size of the log when the checkpoint was signed. */
  readonly size: number | undefined
  readonly findings: readonly Finding[]
  /** What cannot be told from this bundle. */
  readonly limits: readonly string[]
}

/** Checks the signature with the given keys, every proof, everything beside the entries and all evidence. */
export function verifyBundle(bundle: Bundle, { keys }: { readonly keys: readonly Verifier[] }): BundleReport {
  const findings: Finding[] = []
  const noted = <T>(
    code: Finding['code'],
    what: string,
    look: () => T,
    place: Partial<Finding> = {},
  ): T | undefined => {
    try {
      return look()
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      findings.push({ code, sentence: why.startsWith(what) ? why : `${what}: ${why}`, ...place })
      return undefined
    }
  }
  const checkpoint = noted('checkpoint_refused', 'The checkpoint', () => {
    const opened = openCheckpoint(bundle.checkpoint, keys)
    if (opened.origin !== bundle.origin) throw bundleInvalid(`It is of ${opened.origin}, not of ${bundle.origin}.`)
    return opened
  })
  const named = new Set<string>()
  for (const each of bundle.entries) {
    const place = { index: each.index }
    const what = `Entry ${each.index}`
    const entry = noted('entry_changed', what, () => parseEntry(Buffer.from(each.entry)), place)
    if (entry?.evidence) named.add(entry.evidence)
    if (checkpoint) noted('proof_wrong', what, () => verifyPlace(each, checkpoint), { ...place, ...idOf(entry) })
    if (entry) noted('personal_wrong', what, () => each.personal && verifyPersonal(entry, each.personal), place)
  }
  for (const each of bundle.evidence)
    noted('evidence_wrong', `Evidence ${each.name}`, () => verifyEvidence(each, named))
  return {
    verdict: findings.length > 0 ? 'wrong' : bundle.entries.length === 0 ? 'unknown' : 'valid',
    about: bundle.about,
    origin: bundle.origin,
    entries: bundle.entries.length,
    size: checkpoint?.size,
    findings,
    limits: limitsOf(bundle, named),
  }
}

const idOf = (entry: Entry | undefined) => (entry === undefined ? {} : { id: entry.id })

function verifyPlace({ index, entry, proof }: BundledEntry, { size, root }: { size: number; root: Hash }): void {
  const hashes = proof.map((each) => fromBase64(each) ?? Buffer.of())
  verifyInclusion({ leaf: leafHash(Buffer.from(entry)), index, size, proof: hashes, root })
}

function verifyEvidence({ sha256: expected, text }: BundledEvidence, named: ReadonlySet<string>): void {
  if (hexOf(sha256(Buffer.from(text))) !== expected) throw bundleInvalid('It was changed: it has another hash.')
  if (!named.has(expected)) throw bundleInvalid('No entry of this bundle names it.')
}

function limitsOf({ evidence }: Bundle, named: ReadonlySet<string>): string[] {
  const left = named.size - evidence.length
  return [
    'What is in the bundle was logged; that nothing was left out is shown only by an export of the whole log.',
    ...(left > 0 ? [`Entries name evidence that is not in the bundle: ${left}.`] : []),
  ]
}

/** Two bundles that say the same. */
export const sameBundle = (one: Bundle, other: Bundle): boolean =>
  Buffer.compare(canonicalJson(one), canonicalJson(other)) === 0

function entryIn(value: unknown): BundledEntry {
  const { index, entry, proof, personal } = recordIn(value, 'entries')
  if (typeof index !== 'number' || !Number.isSafeInteger(index)) throw bundleInvalid('An entry of it has no index.')
  const beside = personal === undefined ? undefined : recordIn(personal, 'personal')
  return {
    index,
    entry: textIn(entry, 'entry'),
    proof: listIn(proof, 'proof').map((each) => textIn(each, 'proof')),
    ...(beside === undefined ? {} : { personal: { salt: textIn(beside['salt'], 'salt'), data: beside['data'] } }),
  }
}

function evidenceIn(value: unknown): BundledEvidence {
  const { name, sha256: hash, text } = recordIn(value, 'evidence')
  if (!isHexHash(hash)) throw bundleInvalid('Evidence of it has no hash.')
  return { name: textIn(name, 'name'), sha256: hash, text: textIn(text, 'text') }
}

function textIn(value: unknown, name: string): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw bundleInvalid(`Its "${name}" is no text.`)
  return value
}

function listIn(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw bundleInvalid(`Its "${name}" is no list.`)
  return value
}

function recordIn(value: unknown, name: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw bundleInvalid(`Its "${name}" is no object.`)
  return value as Record<string, unknown>
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return recordIn(JSON.parse(text), 'bundle')
  } catch {
    throw bundleInvalid('It is no JSON.')
  }
}

export const bundleInvalid = (why: string) =>
  new TrailError('trail.bundle_invalid', 'invalid', `This is not an evidence bundle that holds. ${why}`, {
    hint: 'Ask whoever made it for another one.',
  })
