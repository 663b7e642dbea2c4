import {
  type Bundle,
  buildBundle,
  canonicalEntry,
  hexOf,
  inclusionProof,
  leafHash,
  type StoredEntry,
  sha256,
} from '../src/index.ts'
import { checkpointOf, logOf, type SampleLog, storedEntry, verifierKey } from './sample-log.ts'

/** What an attacker would like a page to run. */
export const hostile = '</script><script>document.title = "run"</script><img src=x onerror="document.title = \'run\'">'
export const evidenceText = `GET https://app.example.com/ 200\n${hostile}`

function checked(index: number): StoredEntry {
  const entry = canonicalEntry({
    id: `aud_${index}`,
    at: '2026-11-21T06:20:08.123Z',
    actor: `person:${hostile}`,
    action: 'check.recorded',
    subject: 'ord_1',
    after: { text: hostile },
    evidence: hexOf(sha256(Buffer.from(evidenceText))),
  })
  return { entry, leaf: leafHash(entry) }
}

const stored = Array.from({ length: 50 }, (_, index) => (index === 41 ? checked(41) : storedEntry(index)))
export const bundledLog: SampleLog = logOf(stored)
export const bundled = [6, 7, 41]

export function sampleBundle(): Bundle {
  return buildBundle({
    about: { kind: 'order', id: 'NX-1001' },
    made: '2026-11-21T06:30:00.000Z',
    checkpoint: checkpointOf(bundledLog, 50),
    key: verifierKey,
    keySource: 'https://nexus.example.com/api/v1/trail/key',
    entries: bundled.map((index) => ({
      index,
      entry: stored[index]?.entry ?? Buffer.of(),
      proof: inclusionProof(bundledLog.leaves, index),
      personal: stored[index]?.personal,
    })),
    evidence: [{ name: 'smoke test', text: evidenceText }],
  })
}
