import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkpointOf, inFolder } from '../test/sample-log.ts'
import { after, codes, log, write } from '../test/tampered-export.ts'
import { encodeEntries, leafHash } from './index.ts'

describe('tiles of an export', () => {
  const bundle = (dir: string) => join(dir, 'tile/entries/001')
  const leaves = (dir: string) => join(dir, 'tile/0/001')
  const changedBundle = async (dir: string) => {
    const entries = log.entries.slice(256, 512).map((each) => each.entry)
    const eve = Buffer.from(
      Buffer.from(entries[44] ?? [])
        .toString()
        .replace('person:ada', 'person:eve'),
    )
    await writeFile(bundle(dir), encodeEntries(entries.with(44, eve)))
    return eve
  }

  test('are found where C2SP says, full and partial', async () => {
    await inFolder(async (dir) => {
      await write(dir, 'tiles')
      const sizes = await Promise.all(
        ['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2'].map(
          async (path) => (await readFile(join(dir, path))).length / 32,
        ),
      )

      expect(sizes).toEqual([256, 256, 88, 2])
      expect(await readFile(join(dir, 'checkpoint'), 'utf8')).toBe(checkpointOf(log, 600))
    })
  })

  test('name a changed entry', async () => {
    expect(await after(changedBundle, 'tiles')).toMatchObject({ findings: [{ code: 'entry_changed', index: 300 }] })
  })

  test('narrow it down when the hashes below were made to fit, and name the tile above that was not', async () => {
    const report = await after(async (dir) => {
      const eve = await changedBundle(dir)
      const hashes = await readFile(leaves(dir))
      hashes.set(leafHash(eve), 44 * 32)
      await writeFile(leaves(dir), hashes)
    }, 'tiles')

    expect(report.findings).toMatchObject([
      { code: 'range_wrong', from: 300, to: 600 },
      { code: 'tile_wrong', from: 256, to: 512 },
    ])
  })

  test.each([
    ['a bundle is gone', (dir: string) => rm(bundle(dir)), 'entry_missing', 256],
    ['a bundle is cut short', (dir: string) => truncate(bundle(dir), 5000), 'entry_missing', 256],
    ['a tile of leaves is gone', (dir: string) => rm(leaves(dir)), 'leaf_hash_wrong', 256],
    ['a bundle stands twice', (dir: string) => cp(join(dir, 'tile/entries/000'), bundle(dir)), 'entry_changed', 256],
  ])('are wrong when %s', async (_, change, code, index) => {
    expect((await after(change, 'tiles')).findings[0]).toMatchObject({ code, index })
  })

  test('above the leaves are compared as well', async () => {
    const report = await after((dir) => writeFile(join(dir, 'tile/1/000.p/2'), Buffer.alloc(64, 7)), 'tiles')
    expect(report).toMatchObject({ verdict: 'wrong', findings: [{ code: 'tile_wrong', from: 0, to: 256 }] })
    expect(codes(await after((dir) => rm(join(dir, 'tile/1'), { recursive: true }), 'tiles'))).toEqual(['tile_wrong'])
  })
})
