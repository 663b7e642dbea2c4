/**
 * The log that nobody can rewrite: hashing, proofs, checkpoints and signatures (RFC 9162, RFC 8785, C2SP). Pure: it knows no
 * database, no clock and no server, so that an auditor can run it alone. It never decides whom to trust: keys are given.
 */

export {
  type Bundle,
  type BundleContent,
  type BundledEntry,
  type BundledEvidence,
  type BundleReport,
  type BundleSubject,
  buildBundle,
  formatBundle,
  parseBundle,
  verifyBundle,
} from './bundle.ts'
export { bundleFiles, bundlePage, verifyBundleAt, writeBundle } from './bundle-files.ts'
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts'
export { appendLeaf, type CompactRange, emptyRange, type NodeId, rootOf, toRange } from './compact-range.ts'
export {
  canonicalEntry,
  canonicalJson,
  canonicalText,
  type Entry,
  entryText,
  fittedEntry,
  maxEntryBytes,
  parseEntry,
} from './entry.ts'
export { exportFiles, type Layout, layouts, type StoredEntry } from './export-format.ts'
export { type ExportContent, writeExport } from './export-writer.ts'
export type { Finding, Verdict } from './findings.ts'
export type { FollowedKey } from './key-rotation.ts'
export {
  base64Of,
  emptyRoot,
  fromBase64,
  fromHex,
  type Hash,
  hashSize,
  hexOf,
  leafHash,
  nodeHash,
  sameHash,
  sha256,
} from './merkle-hash.ts'
export {
  type Consistency,
  consistencyProof,
  type Inclusion,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts'
export {
  fingerprintOf,
  newSignerKey,
  parseSignerKey,
  parseVerifierKey,
  type Signer,
  type Verifier,
  verifierKeyOf,
} from './note-keys.ts'
export { type Personal, personalHash, saltedHash, saltSize, verifyPersonal } from './personal.ts'
export { consistencySpans, inclusionSpans, nodesOf, proofOf, type Span } from './proof-plan.ts'
export { type Note, type NoteSignature, type OpenedNote, openNote, parseNote, signNote } from './signed-note.ts'
export {
  decodeEntries,
  decodeHashes,
  encodeEntries,
  parseTilePath,
  partialWidth,
  type Tile,
  tilePath,
  tileWidth,
} from './tiles.ts'
export { TrailError } from './trail-error.ts'
export { type ExportReport, type VerifyExportOptions, verifyExport } from './verify-export.ts'
