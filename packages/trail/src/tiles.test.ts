import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeEntries,
  decodeHashes,
  encodeEntries,
  hexOf,
  parseTilePath,
  partialWidth,
  TrailError,
  tilePath,
} from './index.ts'

const seed = 20261121

describe('the path of a tile', () => {
  test.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 1, index: 273, width: 112 }, 'tile/1/273.p/112'],
    [{ level: 'entries' as const, index: 1000, width: 1 }, 'tile/entries/x001/000.p/1'],
  ])('of %j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test.each([
    'tile/64/000',
    'tile/01/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/000',
    'tile/0/../000',
    'tile/0/000\n',
    '',
  ])('is not %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'trail.tile_invalid' }))
  })

  test('is read as it is written, and nothing else is', () => {
    const tile = fc.record({
      level: fc.oneof(fc.nat(63), fc.constant('entries' as const)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    })
    fc.assert(
      fc.property(tile, (each) => {
        expect(parseTilePath(tilePath(each))).toEqual(each)
      }),
      { seed },
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseTilePath(`tile/0/${text}x`)).toThrow(TrailError)
      }),
      { seed },
    )
  })
})

describe('the tiles of a log of 70,000', () => {
  test('are those that the C2SP page counts', () => {
    expect([0, 1, 2].map((level) => partialWidth(70_000, level))).toEqual([112, 17, 1])
    expect([0, 1].map((level) => partialWidth(256, level))).toEqual([0, 1])
  })
})

describe('a bundle of entries', () => {
  test('has each behind its length', () => {
    expect(hexOf(encodeEntries([Buffer.from('ab'), Buffer.of(), Buffer.alloc(256, 1)])).slice(0, 16)).toBe(
      '0002616200000100',
    )
  })

  test('is read as it is written', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(entries, (all) => {
        expect(decodeEntries(encodeEntries(all), all.length).map(hexOf)).toEqual(all.map(hexOf))
      }),
      { seed },
    )
  })

  test('out of any bytes is one, or an error of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(4), (bytes, width) => {
        try {
          expect(hexOf(encodeEntries(decodeEntries(bytes, width)))).toBe(hexOf(bytes))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TrailError)
        }
      }),
      { seed },
    )
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(TrailError)
    expect(() => decodeHashes(Buffer.alloc(33), 1)).toThrow(TrailError)
  })
})
