import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  changeLines,
  checkpointOf,
  inFolder,
  keys,
  origin,
  sampleLog,
  signerKey,
  storedEntry,
} from '../test/sample-log.ts'
import { after, codes, log, write } from '../test/tampered-export.ts'
import {
  hexOf,
  leafHash,
  newSignerKey,
  parseVerifierKey,
  TrailError,
  verifierKeyOf,
  verifyExport,
  writeExport,
} from './index.ts'

const entriesOf = (dir: string, change: (lines: string[]) => string[]) =>
  changeLines(join(dir, 'entries.jsonl'), change)
const leavesOf = (dir: string, change: (lines: string[]) => string[]) =>
  changeLines(join(dir, 'leaf-hashes.txt'), change)
const rehash = (lines: string[]) => lines.map((line) => hexOf(leafHash(Buffer.from(line))))
/** What somebody does who knows how it works: the hashes are made to fit the entries. */
const bothOf = async (dir: string, change: (lines: string[]) => string[]) => {
  await entriesOf(dir, change)
  const lines = (await readFile(join(dir, 'entries.jsonl'), 'utf8')).split('\n').slice(0, -1)
  await leavesOf(dir, () => rehash(lines))
}
const changed = (at: number) => (lines: string[]) =>
  lines.map((line, index) => (index === at ? line.replace('person:ada', 'person:eve') : line))
const without = (at: number) => (lines: string[]) => lines.toSpliced(at, 1)
const swapped = (one: number, other: number) => (lines: string[]) =>
  lines.map((line, index) => (index === one ? lines[other] : index === other ? lines[one] : line) ?? '')
const added = (at: number) => (lines: string[]) =>
  lines.toSpliced(at, 0, Buffer.from(storedEntry(9999).entry).toString())

describe.each(['jsonl', 'tiles'] as const)('an export as %s', (layout) => {
  test('that nobody touched is valid', async () => {
    const report = await after(async () => {}, layout)

    expect(report).toEqual({
      verdict: 'valid',
      origin,
      entries: 600,
      start: 0,
      proven: 600,
      checkpoints: { signed: 3, held: 3 },
      followed: [],
      findings: [],
    })
  })

  test('of an empty log is valid once that is signed', async () => {
    await inFolder(async (dir) => {
      await write(dir, layout, sampleLog(0), [0])

      expect(await verifyExport(dir, { keys })).toMatchObject({ verdict: 'valid', entries: 0, findings: [] })
    })
  })

  test('without a checkpoint proves nothing', async () => {
    await inFolder(async (dir) => {
      await write(dir, layout, log, [])

      expect(await verifyExport(dir, { keys })).toMatchObject({ verdict: 'unknown', proven: 0, findings: [] })
    })
  })

  test('says up to where it is proven', async () => {
    await inFolder(async (dir) => {
      await write(dir, layout, log, [100])

      expect(await verifyExport(dir, { keys })).toMatchObject({ verdict: 'valid', entries: 600, proven: 100 })
    })
  })

  test('is not believed with a key of somebody else, or with none', async () => {
    await inFolder(async (dir) => {
      await write(dir, layout)
      const other = parseVerifierKey(verifierKeyOf(newSignerKey(origin)))

      expect(await verifyExport(dir, { keys: [other] })).toMatchObject({
        verdict: 'wrong',
        checkpoints: { signed: 0, held: 0 },
        findings: [{ code: 'checkpoint_refused' }, {}, {}, {}],
      })
      expect((await verifyExport(dir, { keys: [] })).verdict).toBe('wrong')
    })
  })

  test('goes only into an empty folder', async () => {
    await inFolder(async (dir) => {
      await write(dir, layout)

      await expect(write(dir, layout)).rejects.toThrow(expect.objectContaining({ code: 'trail.folder_not_empty' }))
    })
  })

  test('whose personal data was erased is as valid as before', async () => {
    const report = await after((dir) => changeLines(join(dir, 'personal.jsonl'), without(3)), layout)

    expect(report.verdict).toBe('valid')
  })

  test('whose personal data was changed says beside which entry', async () => {
    const report = await after(
      (dir) => changeLines(join(dir, 'personal.jsonl'), (all) => all.map((each) => each.replace('p21@', 'x21@'))),
      layout,
    )

    expect(report).toMatchObject({ verdict: 'wrong', findings: [{ code: 'personal_wrong', index: 21 }] })
    const moved = await after((dir) => changeLines(join(dir, 'personal.jsonl'), swapped(1, 2)), layout)
    expect(codes(moved)).toContain('personal_wrong')
    const none = await after((dir) => writeFile(join(dir, 'personal.jsonl'), '{"index":\n'), layout)
    expect(codes(none)).toEqual(['personal_wrong'])
  })
})

describe('an export of which one thing was changed', () => {
  test.each([
    ['a changed entry', changed(234), { code: 'entry_changed', index: 234, id: 'aud_000234' }],
    ['a removed entry', without(234), { code: 'entry_removed', index: 234 }],
    ['a removed last entry', without(599), { code: 'entry_missing', index: 599 }],
    ['two swapped entries', swapped(234, 250), { code: 'entries_swapped', index: 234 }],
    ['two neighbours swapped', swapped(234, 235), { code: 'entries_swapped', index: 234 }],
    ['an inserted entry', added(234), { code: 'entry_inserted', index: 234, id: 'aud_009999' }],
    ['an entry that is no JSON any more', (all: string[]) => all.with(9, 'x'), { code: 'entry_changed', index: 9 }],
    [
      'an entry that is too long',
      (all: string[]) => all.with(9, 'x'.repeat(70_000)),
      { code: 'entry_missing', index: 9 },
    ],
  ])('names %s, and nothing else', async (_, change, finding) => {
    const report = await after((dir) => entriesOf(dir, change))

    expect(report).toMatchObject({ verdict: 'wrong', findings: [finding] })
    expect(report.findings[0]?.sentence).toContain(String(finding.index))
    expect(report.findings.length).toBe(1)
  })

  test('names each of several', async () => {
    const report = await after((dir) => entriesOf(dir, (lines) => changed(10)(changed(234)(changed(599)(lines)))))

    expect(report.findings.map((each) => each.index)).toEqual([10, 234, 599])
  })

  test('tells a changed hash from a changed entry', async () => {
    const report = await after((dir) => leavesOf(dir, (lines) => lines.with(234, '00'.repeat(32))))
    expect(report).toMatchObject({ verdict: 'wrong', findings: [{ code: 'leaf_hash_wrong', index: 234 }] })

    const broken = await after((dir) => leavesOf(dir, (lines) => lines.with(234, 'no hash')))
    expect(codes(broken)).toContain('leaf_hash_wrong')
    const none = await after((dir) => rm(join(dir, 'leaf-hashes.txt')))
    expect(none.findings[0]).toMatchObject({ code: 'leaf_hash_wrong', index: 0 })
  })

  test.each([
    ['a changed entry', changed(234)],
    ['two swapped entries', swapped(234, 250)],
    ['an inserted entry', added(234)],
    ['a removed entry', without(234)],
  ])('narrows %s down to two checkpoints when the hashes were made to fit', async (_, change) => {
    const report = await after((dir) => bothOf(dir, change))

    expect(report).toMatchObject({
      verdict: 'wrong',
      proven: 100,
      findings: [{ code: 'range_wrong', from: 100, to: 300 }],
    })
  })

  test('that was cut off says from where on', async () => {
    const whole = await after((dir) => bothOf(dir, (lines) => lines.slice(0, 300)))
    expect(whole).toMatchObject({ verdict: 'wrong', findings: [{ code: 'cut_off', from: 300, to: 600 }] })

    const middle = await after((dir) => bothOf(dir, (lines) => lines.slice(0, 450)))
    expect(middle).toMatchObject({ findings: [{ code: 'cut_off', from: 300, to: 600 }] })
    expect(middle.findings[0]?.sentence).toContain('The log ends after 450 entries, and 600 were signed')

    const torn = await after((dir) => truncate(join(dir, 'entries.jsonl'), 1000))
    expect(torn.findings[0]).toMatchObject({ code: 'entry_changed' })
    expect((await after((dir) => rm(join(dir, 'entries.jsonl')))).findings[0]).toMatchObject({ index: 0 })
  })

  test('that is another history, signed with another key, is refused', async () => {
    const forged = sampleLog(600, 'forged')
    const report = await inFolder(async (dir) => {
      const checkpoints = [checkpointOf(forged, 600, newSignerKey(origin))]
      await writeExport(dir, 'jsonl', { origin, entries: forged.entries, checkpoints })
      return verifyExport(dir, { keys })
    })

    expect(report).toMatchObject({ verdict: 'wrong', proven: 0 })
    expect(codes(report)).toEqual(['checkpoint_refused', 'checkpoint_refused'])
  })

  test('whose checkpoint was replaced or changed says which', async () => {
    const line = (note: string) => JSON.stringify({ note })
    const at = (dir: string, change: (lines: string[]) => string[]) =>
      changeLines(join(dir, 'checkpoints.jsonl'), change)
    const touched = await after((dir) => at(dir, (lines) => lines.map((each) => each.replace('300', '301'))))
    expect(touched).toMatchObject({ verdict: 'wrong', findings: [{ code: 'checkpoint_refused' }] })
    expect(touched.findings[0]?.sentence).toContain('checkpoints.jsonl, line 2')

    const foreign = checkpointOf(sampleLog(300, 'forged'), 300, newSignerKey(origin))
    expect(codes(await after((dir) => at(dir, (lines) => lines.with(1, line(foreign)))))).toEqual([
      'checkpoint_refused',
    ])
    const lied = checkpointOf(sampleLog(300, 'forged'), 300)
    const report = await after((dir) => at(dir, (lines) => lines.with(1, line(lied))))
    expect(report.findings[0]).toMatchObject({ code: 'range_wrong', from: 100, to: 300 })
    expect(codes(await after((dir) => at(dir, (lines) => [...lines, line(lied)])))).toContain('forked')
    expect(codes(await after((dir) => at(dir, (lines) => [...lines, 'x'])))).toEqual(['checkpoint_refused'])
  })

  test('rewound to an older backup is found by whoever kept a checkpoint', async () => {
    const old = sampleLog(300)
    const rewound = async (checkpoints: string[]) =>
      inFolder(async (dir) => {
        const kept = [100, 300].map((size) => checkpointOf(old, size))
        await writeExport(dir, 'jsonl', { origin, entries: old.entries, checkpoints: kept })
        return verifyExport(dir, { keys, checkpoints })
      })

    expect((await rewound([])).verdict).toBe('valid')
    expect(await rewound([checkpointOf(log, 600)])).toMatchObject({
      verdict: 'wrong',
      findings: [{ code: 'cut_off', from: 300, to: 600 }],
    })
  })

  test('and signed again by the log itself is found by whoever kept a checkpoint', async () => {
    const forged = sampleLog(600, 'forged')
    const report = await inFolder(async (dir) => {
      await writeExport(dir, 'jsonl', { origin, entries: forged.entries, checkpoints: [checkpointOf(forged, 600)] })
      return verifyExport(dir, { keys, checkpoints: [checkpointOf(log, 300)] })
    })

    expect(report).toMatchObject({ verdict: 'wrong', findings: [{ code: 'range_wrong', from: 0, to: 300 }] })
  })

  test.each([
    ['is not there', (dir: string) => rm(join(dir, 'trail.json'))],
    ['is no JSON', (dir: string) => writeFile(join(dir, 'trail.json'), '{')],
    [
      'is of a later version',
      (dir: string) => writeFile(join(dir, 'trail.json'), '{"format":"nexus-trail","version":2}'),
    ],
  ])('is refused when its trail.json %s', async (_, change) => {
    await expect(after(change)).rejects.toThrow(expect.objectContaining({ code: 'trail.export_invalid' }))
  })

  test('of another log is refused', async () => {
    const report = await after(async (dir) => {
      const file = join(dir, 'trail.json')
      await writeFile(file, (await readFile(file, 'utf8')).replace(origin, 'other.example.com/trail'))
    })

    expect(report).toMatchObject({ verdict: 'wrong', checkpoints: { signed: 0 } })
  })
})

describe('an export that begins in the middle', () => {
  const middle = async (change: (dir: string) => Promise<unknown>) =>
    inFolder(async (dir) => {
      const start = log.ranges[100]
      if (!start) throw new Error('no range')
      const checkpoints = [100, 300, 600].map((size) => checkpointOf(log, size))
      await writeExport(dir, 'jsonl', { origin, entries: log.entries.slice(100), checkpoints, start })
      await change(dir)
      return verifyExport(dir, { keys })
    })

  test('is valid, and names entries by their place in the whole log', async () => {
    expect(await middle(async () => {})).toMatchObject({ verdict: 'valid', start: 100, entries: 500, proven: 600 })
    expect((await middle((dir) => entriesOf(dir, changed(5)))).findings[0]).toMatchObject({ index: 105 })
    expect(await middle((dir) => bothOf(dir, changed(205)))).toMatchObject({ findings: [{ from: 300, to: 600 }] })
  })

  test('is wrong when what came before is not what was signed', async () => {
    const report = await middle(async (dir) => {
      const file = join(dir, 'trail.json')
      await writeFile(file, (await readFile(file, 'utf8')).replace(/"[0-9a-f]{64}"/, `"${'ab'.repeat(32)}"`))
    })

    expect(report.findings[0]).toMatchObject({ code: 'start_wrong', to: 100 })
  })

  test('cannot be one of tiles', async () => {
    await inFolder(async (dir) => {
      const start = log.ranges[100]
      if (!start) throw new Error('no range')
      const content = { origin, entries: [], checkpoints: [], start }

      await expect(writeExport(dir, 'tiles', content)).rejects.toThrow('Tiles are of the whole log')
    })
  })
})

describe('any change of one byte', () => {
  test('in any file of an export is found', { timeout: 60_000 }, async () => {
    const small = sampleLog(20)
    const files = [
      'entries.jsonl',
      'leaf-hashes.txt',
      'checkpoints.jsonl',
      'checkpoint',
      'personal.jsonl',
      'trail.json',
    ]
    await inFolder(async (dir) => {
      const checkpoints = [7, 20].map((size) => checkpointOf(small, size, signerKey))
      await writeExport(dir, 'jsonl', { origin, entries: small.entries, checkpoints })
      const oneByte = fc.tuple(fc.constantFrom(...files), fc.nat(), fc.integer({ min: 1, max: 255 }))
      await fc.assert(
        fc.asyncProperty(oneByte, async ([name, at, turn]) => {
          const file = join(dir, name)
          const bytes = await readFile(file)
          const changed = Buffer.from(bytes)
          const place = at % bytes.length
          changed[place] = (bytes[place] ?? 0) ^ turn
          await writeFile(file, changed)
          const found = await verifyExport(dir, { keys }).then(
            ({ verdict }) => verdict,
            (thrown) => (thrown instanceof TrailError ? 'refused' : String(thrown)),
          )
          await writeFile(file, bytes)
          if (name === 'trail.json' || name === 'personal.jsonl') expect(['wrong', 'refused', 'valid']).toContain(found)
          else expect([name, place, found]).toEqual([name, place, 'wrong'])
        }),
        { seed: 20261121, numRuns: 60 },
      )
    })
  })
})
