import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  appendLeaf,
  buildBundle,
  canonicalEntry,
  emptyRange,
  fingerprintOf,
  formatCheckpoint,
  inclusionProof,
  leafHash,
  newSignerKey,
  parseSignerKey,
  rootOf,
  signNote,
  verifierKeyOf,
  writeBundle,
  writeExport,
} from '@nexus/trail'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'

const origin = 'nexus.example.com/trail'
const signerKey = newSignerKey(origin)
const key = verifierKeyOf(signerKey)
const entries = Array.from({ length: 9 }, (_, index) =>
  canonicalEntry({
    id: `aud_${index}`,
    at: '2026-11-21T06:20:08.123Z',
    actor: 'ada',
    action: 'order.moved',
    subject: 'ord_1',
  }),
)
const leaves = entries.map(leafHash)
const checkpointOf = (size: number): string => {
  const range = leaves.slice(0, size).reduce((grown, leaf) => appendLeaf(grown, leaf), emptyRange())
  return signNote({ text: formatCheckpoint({ origin, size, root: rootOf(range) }) }, [parseSignerKey(signerKey)])
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-verify-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function exported(sizes = [9], count = 9): Promise<string> {
  const dir = join(folder, 'export')
  const stored = entries.slice(0, count).map((entry, index) => ({ entry, leaf: leaves[index] ?? leafHash(entry) }))
  await writeExport(dir, 'jsonl', { origin, entries: stored, checkpoints: sizes.map(checkpointOf) })
  return dir
}

async function bundled(): Promise<string> {
  const dir = join(folder, 'bundle')
  const bundle = buildBundle({
    about: { kind: 'order', id: 'NX-1001' },
    made: '2026-11-21T06:30:00.000Z',
    checkpoint: checkpointOf(9),
    key,
    keySource: 'https://nexus.example.com/api/v1/trail/key',
    entries: [{ index: 4, entry: entries[4] ?? Buffer.of(), proof: inclusionProof(leaves, 4) }],
  })
  await writeBundle(dir, bundle)
  return dir
}

async function change(file: string, from: string, to: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
}

/** S2-231 */
describe('trail verify', () => {
  test('of an export that holds ends with 0, needs no server, and shows the fingerprint', async () => {
    const { exit, out, err } = await call(['trail', 'verify', await exported([5]), '--key', key])

    expect(exit).toBe(0)
    expect(out).toContain(`PASS: 9 entries of ${origin} are as they were signed, up to the checkpoint of 5`)
    expect(out).toContain('not proven yet: entries 5 to 8')
    expect(err).toContain(fingerprintOf(key))
  })

  test('of an export that was changed ends with 1 and names the entry', async () => {
    const dir = await exported()
    await change(join(dir, 'entries.jsonl'), 'aud_3', 'aud_x')

    const { exit, out } = await call(['trail', 'verify', dir, '--key', key])
    expect([exit, out]).toEqual([1, expect.stringContaining('Entry 3 (aud_x) is not what was logged.')])
    const json = await call(['trail', 'verify', dir, '--key', key, '-o', 'json'])
    expect([json.exit, JSON.parse(json.out)]).toMatchObject([1, { verdict: 'wrong', findings: [{ index: 3 }] }])
  })

  test('of an export without a checkpoint ends with 2', async () => {
    const { exit, out } = await call(['trail', 'verify', await exported([]), '--key', key])

    expect([exit, out]).toEqual([2, expect.stringContaining('FAIL: nothing is proven')])
  })

  test('finds with a kept checkpoint what the export alone does not show', async () => {
    const dir = await exported([5], 5)
    const kept = join(folder, 'kept')
    await writeFile(kept, checkpointOf(9))

    expect((await call(['trail', 'verify', dir, '--key', key])).exit).toBe(0)
    const { exit, out } = await call(['trail', 'verify', dir, '--key', key, '--checkpoint', kept])
    expect([exit, out]).toEqual([1, expect.stringContaining('entries 5 to 8 were cut off')])
  })

  test('of a bundle tells whether it holds, by the key of a file', async () => {
    const dir = await bundled()
    const file = join(folder, 'trail.key')
    await writeFile(file, `${key}\n`)

    expect(await call(['trail', 'verify', dir, '--key', file])).toMatchObject({
      exit: 0,
      out: expect.stringContaining('PASS: order NX-1001: 1 entries are in the log'),
    })
    expect((await call(['trail', 'verify', join(dir, 'bundle.json'), '--key', file])).exit).toBe(0)
    await change(join(dir, 'bundle.json'), 'ada', 'eve')
    const { exit, out } = await call(['trail', 'verify', dir, '--key', file])
    expect([exit, out]).toEqual([1, expect.stringContaining('Entry 4 is not in the log of 9')])
  })

  test('believes nothing without a key, or with one that is none', async () => {
    const dir = await exported()

    expect(await call(['trail', 'verify', dir])).toMatchObject({ exit: 64, out: '' })
    expect((await call(['trail', 'verify', dir])).err).toContain('Without the key of the log nothing can be verified')
    expect(await call(['trail', 'verify', dir, '--key', key.replace('nexus', 'nexux')])).toMatchObject({ exit: 65 })
    const other = verifierKeyOf(newSignerKey(origin))
    expect((await call(['trail', 'verify', dir, '--key', other])).exit).toBe(1)
  })

  test('says when there is nothing to verify', async () => {
    expect(await call(['trail', 'verify', folder, '--key', key])).toMatchObject({
      exit: 66,
      err: expect.stringContaining('is neither an export of a trail nor a bundle'),
    })
    expect((await call(['trail', 'verify', join(folder, 'none.json'), '--key', key])).exit).toBe(65)
  })
})
