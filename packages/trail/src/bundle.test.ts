import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundledLog, hostile, sampleBundle } from '../test/sample-bundle.ts'
import { checkpointOf, inFolder, keys, origin, sampleLog, verifierKey } from '../test/sample-log.ts'
import {
  type Bundle,
  type BundledEntry,
  buildBundle,
  bundlePage,
  fingerprintOf,
  formatBundle,
  newSignerKey,
  parseBundle,
  parseVerifierKey,
  TrailError,
  verifierKeyOf,
  verifyBundle,
  verifyBundleAt,
  writeBundle,
} from './index.ts'

const bundle = sampleBundle()
const codes = (changed: Bundle) => verifyBundle(changed, { keys }).findings.map((each) => each.code)
const withEntry = (at: number, change: Partial<BundledEntry>): Bundle => ({
  ...bundle,
  entries: bundle.entries.map((each, index) => (index === at ? { ...each, ...change } : each)),
})
const entryText = (at: number) => bundle.entries[at]?.entry ?? ''

describe('a bundle', () => {
  test('that nobody touched is valid, and says what it does not show', () => {
    const report = verifyBundle(bundle, { keys })

    expect(report).toMatchObject({ verdict: 'valid', entries: 3, size: 50, findings: [], origin })
    expect(report.limits[0]).toContain('nothing was left out is shown only by an export')
    expect(parseBundle(formatBundle(bundle))).toEqual(bundle)
  })

  test('is not believed with another key, with none, or with the one it names when that is another', () => {
    const other = verifierKeyOf(newSignerKey(origin))

    expect(verifyBundle(bundle, { keys: [parseVerifierKey(other)] })).toMatchObject({ verdict: 'wrong' })
    expect(verifyBundle(bundle, { keys: [] })).toMatchObject({ verdict: 'wrong' })
    expect(verifyBundle({ ...bundle, key: other }, { keys }).verdict).toBe('valid')
  })

  test.each([
    ['a changed entry', withEntry(1, { entry: entryText(1).replace('ada', 'eve') }), 'proof_wrong', 7],
    ['an entry written otherwise', withEntry(1, { entry: ` ${entryText(1)}` }), 'entry_changed', 7],
    ['an entry in another place', withEntry(1, { index: 8 }), 'proof_wrong', 8],
    ['an entry beyond the log', withEntry(1, { index: 50 }), 'proof_wrong', 50],
    ['a proof that is cut', withEntry(2, { proof: bundle.entries[2]?.proof.slice(1) ?? [] }), 'proof_wrong', 41],
    ['a proof that is none', withEntry(2, { proof: ['AA==', 'x'] }), 'proof_wrong', 41],
    [
      'other personal data',
      withEntry(1, { personal: { salt: bundle.entries[1]?.personal?.salt ?? '', data: 1 } }),
      'personal_wrong',
      7,
    ],
    ['personal data where none was', withEntry(0, { personal: { salt: 'AA==', data: 1 } }), 'personal_wrong', 6],
  ])('with %s names it', (_, changed, code, index) => {
    const report = verifyBundle(changed, { keys })

    expect(report.verdict).toBe('wrong')
    expect(report.findings).toContainEqual(expect.objectContaining({ code, index }))
    expect(report.findings[0]?.sentence).toMatch(new RegExp(`^Entry ${index}\\b`))
  })

  test('with an entry of another log, or another checkpoint, is wrong', () => {
    const forged = sampleLog(50, 'forged')
    const [entry] = forged.entries

    expect(codes(withEntry(0, { entry: Buffer.from(entry?.entry ?? []).toString() }))).toEqual(['proof_wrong'])
    expect(codes({ ...bundle, checkpoint: checkpointOf(forged, 50) })).toEqual(Array(3).fill('proof_wrong'))
    expect(codes({ ...bundle, checkpoint: checkpointOf(bundledLog, 49) })).toContain('proof_wrong')
    expect(codes({ ...bundle, checkpoint: bundle.checkpoint.replace('50', '51') })).toEqual(['checkpoint_refused'])
    expect(codes({ ...bundle, origin: 'other.example.com' })).toEqual(['checkpoint_refused'])
  })

  test('with evidence that was changed, or that no entry names, says which', () => {
    const [evidence] = bundle.evidence
    if (!evidence) throw new Error('no evidence')

    expect(codes({ ...bundle, evidence: [{ ...evidence, text: 'all good' }] })).toEqual(['evidence_wrong'])
    expect(codes(buildOther('all good'))).toEqual(['evidence_wrong'])
    expect(verifyBundle({ ...bundle, evidence: [] }, { keys })).toMatchObject({ verdict: 'valid' })
    expect(verifyBundle({ ...bundle, evidence: [] }, { keys }).limits[1]).toContain('not in the bundle: 1.')
  })

  const buildOther = (text: string): Bundle => ({
    ...bundle,
    evidence: [{ name: 'other', text, sha256: '8f5cb7d24f4a5a20f7a5c5ad3f5fbb2d1c05bbd4b3fb9b7d2a4d2f0fbb3f8a11' }],
  })

  test('without an entry proves nothing', () => {
    expect(verifyBundle({ ...bundle, entries: [], evidence: [] }, { keys }).verdict).toBe('unknown')
  })

  test('that would not verify is not made', () => {
    const { entries, evidence: _, ...rest } = bundle

    expect(() =>
      buildBundle({
        ...rest,
        entries: entries.map((each) => ({ ...each, entry: Buffer.from(each.entry), proof: [] })),
      }),
    ).toThrow(expect.objectContaining({ code: 'trail.bundle_invalid' }))
    expect(() => buildBundle({ ...rest, about: { kind: 'order', id: '<b>' }, entries: [] })).toThrow('is no name')
  })

  test('out of any text is one, or an error of ours', () => {
    const text = formatBundle(bundle)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 2 }), (at, put) => {
        try {
          verifyBundle(parseBundle(text.slice(0, at) + put + text.slice(at + 1)), { keys })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TrailError)
        }
      }),
      { seed: 20261121, numRuns: 300 },
    )
    for (const each of ['', '[]', '{}', 'null', '{"format":"nexus-trail-bundle","version":2}'])
      expect(() => parseBundle(each)).toThrow(TrailError)
  })
})

describe('the folder of a bundle', () => {
  test('has the data, the page and how to verify it', async () => {
    await inFolder(async (dir) => {
      await writeBundle(dir, bundle)

      expect(await verifyBundleAt(dir, { keys })).toMatchObject({ verdict: 'valid', findings: [] })
      expect(await verifyBundleAt(join(dir, 'bundle.json'), { keys })).toMatchObject({ verdict: 'valid' })
      expect(await readFile(join(dir, 'README.md'), 'utf8')).toContain(fingerprintOf(verifierKey))
      await expect(writeBundle(dir, bundle)).rejects.toThrow('goes into a folder of its own')
    })
  })

  test('whose page shows something else is wrong; one written otherwise is not relied on', async () => {
    await inFolder(async (dir) => {
      await writeBundle(dir, bundle)
      const page = join(dir, 'index.html')
      const text = await readFile(page, 'utf8')

      await writeFile(page, text.replace('person:ada', 'person:eve'))
      expect(await verifyBundleAt(dir, { keys })).toMatchObject({
        verdict: 'wrong',
        findings: [{ code: 'page_wrong' }],
      })
      await writeFile(page, text.replace('const wrong = []', 'const wrong = { length: 0, push() {} }'))
      const report = await verifyBundleAt(dir, { keys })
      expect(report.verdict).toBe('valid')
      expect(report.limits.at(-1)).toContain('do not rely on what it says')
      await rm(page)
      expect((await verifyBundleAt(dir, { keys })).limits.length).toBe(1)
    })
  })

  test('that is not there is refused', async () => {
    await expect(verifyBundleAt('/nowhere/at/all', { keys })).rejects.toThrow('There is no bundle.json')
  })
})

describe('the page of a bundle', () => {
  test('has no script, style or address but its own, and what is in the bundle only as data', () => {
    const page = bundlePage(bundle)

    expect(page).toContain(`default-src &#39;none&#39;; script-src &#39;sha256-`)
    expect(page).not.toContain(hostile)
    expect(page.match(/<script/g)?.length).toBe(2)
    const code = page.replace(/<script type="application\/json".*?<\/script>/s, '')
    expect(code).not.toMatch(/\b(src|href)=/)
    expect(code).not.toMatch(/innerHTML|insertAdjacent|document\.write|eval\(/)
    expect(code.match(/https?:\S+/g)).toEqual(['https://c2sp.org/signed-note'])
  })
})
