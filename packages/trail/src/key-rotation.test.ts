import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  changeLines,
  checkpointOf,
  inFolder,
  keys,
  logOf,
  origin,
  signerKey,
  storedEntry,
  verifierKey,
} from '../test/sample-log.ts'
import {
  canonicalEntry,
  type Layout,
  leafHash,
  newSignerKey,
  parseNote,
  parseSignerKey,
  type StoredEntry,
  signNote,
  verifierKeyOf,
  verifyExport,
  writeExport,
} from './index.ts'

const second = newSignerKey(origin)
const third = newSignerKey(origin)

function rotation(index: number, from: string, to: string): StoredEntry {
  const entry = canonicalEntry({
    id: `aud_${index}`,
    at: '2026-11-21T06:20:08.123Z',
    actor: 'person:ada',
    action: 'trail.key_rotated',
    subject: 'trail',
    before: { key: verifierKeyOf(from) },
    after: { key: verifierKeyOf(to), reason: 'the yearly change' },
  })
  return { entry, leaf: leafHash(entry) }
}

const entries = Array.from({ length: 60 }, (_, index) =>
  index === 20 ? rotation(20, signerKey, second) : index === 40 ? rotation(40, second, third) : storedEntry(index),
)
const log = logOf(entries)
/** A checkpoint that both keys sign, as the first one after a change is. */
const both = (size: number, one: string, other: string) => {
  const { text } = parseNote(checkpointOf(log, size, one))
  return signNote({ text }, [parseSignerKey(one), parseSignerKey(other)])
}
const honest = [
  checkpointOf(log, 10),
  both(25, second, signerKey),
  both(45, third, second),
  checkpointOf(log, 60, third),
]

const verified = (
  layout: Layout,
  checkpoints: readonly string[],
  change: (dir: string) => Promise<unknown> = async () => {},
) =>
  inFolder(async (dir) => {
    await writeExport(dir, layout, { origin, entries, checkpoints })
    await change(dir)
    return verifyExport(dir, { keys })
  })

describe.each(['jsonl', 'tiles'] as const)('an export as %s over changes of the key', (layout) => {
  test('verifies with the first key alone: each change is an entry that the key before it proves', async () => {
    expect(await verified(layout, honest)).toMatchObject({
      verdict: 'valid',
      proven: 60,
      checkpoints: { signed: 4, held: 4 },
      followed: [
        { index: 20, verifierKey: verifierKeyOf(second) },
        { index: 40, verifierKey: verifierKeyOf(third) },
      ],
    })
  })

  test('does not follow a change that no checkpoint of the key before covers', async () => {
    const report = await verified(layout, [checkpointOf(log, 10), checkpointOf(log, 60, second)])

    expect(report).toMatchObject({ verdict: 'wrong', proven: 10, followed: [] })
    expect(new Set(report.findings.map((each) => each.code))).toEqual(new Set(['checkpoint_refused']))
  })
})

test('an entry of a change that was changed itself names no key', async () => {
  const stranger = verifierKeyOf(newSignerKey(origin))
  const report = await verified('jsonl', honest.slice(0, 2), (dir) =>
    changeLines(join(dir, 'entries.jsonl'), (lines) =>
      lines.map((line) => line.replace(verifierKeyOf(second), stranger)),
    ),
  )

  expect(report).toMatchObject({ verdict: 'wrong', followed: [] })
  expect(report.findings[0]).toMatchObject({ code: 'entry_changed', index: 20 })
  expect(verifierKey).not.toBe(stranger)
})
