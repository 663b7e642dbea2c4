import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64Of,
  canonicalEntry,
  canonicalJson,
  type Entry,
  fittedEntry,
  hexOf,
  leafHash,
  maxEntryBytes,
  parseEntry,
  personalHash,
  sha256,
  TrailError,
  verifyPersonal,
} from './index.ts'

const seed = 20261121
const entry: Entry = {
  id: 'aud_01',
  at: '2026-11-21T06:20:08.123Z',
  actor: 'person:ada',
  action: 'order.blocked',
  subject: 'ord_01',
  after: { state: 'Blocked', b: [1, null, 'é'], a: 0.002 },
}
const text = (value: unknown) => Buffer.from(canonicalJson(value)).toString()

describe('canonical JSON', () => {
  test('is that of the examples of RFC 8785', () => {
    const primitives = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    )
    const sorting = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }

    expect(text(primitives)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(text(sorting)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s of appendix B as %s', (bits, shown) => {
    expect(text(Buffer.from(bits, 'hex').readDoubleBE())).toBe(shown)
  })

  test('takes nothing that is no JSON', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { a: '\udead' }, undefined, 1n])
      expect(() => canonicalJson(value)).toThrow(TrailError)
  })

  test('of any JSON is read as the same value, in one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = text(value)
        expect(written).not.toContain('\n')
        expect(text(JSON.parse(written))).toBe(written)
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('an entry', () => {
  test('has the same bytes in whatever order it was made', () => {
    const turned = Object.fromEntries(Object.entries(entry).reverse()) as Entry
    const bytes = canonicalEntry(entry)

    expect(Buffer.from(bytes).toString()).toBe(
      '{"action":"order.blocked","actor":"person:ada","after":{"a":0.002,"b":[1,null,"é"],"state":"Blocked"},' +
        '"at":"2026-11-21T06:20:08.123Z","id":"aud_01","subject":"ord_01"}',
    )
    expect(hexOf(leafHash(canonicalEntry(turned)))).toBe(hexOf(leafHash(bytes)))
    expect(parseEntry(bytes)).toEqual(entry)
  })

  test.each([
    ['a member nobody knows', { extra: 1 }],
    ['no subject', { subject: undefined }],
    ['an empty action', { action: '' }],
    ['a time without milliseconds', { at: '2026-11-21T06:20:08Z' }],
    ['a time that is none', { at: '2026-13-21T06:20:08.000Z' }],
    ['a local time', { at: '2026-11-21T06:20:08.123+01:00' }],
    ['evidence that is no hash', { evidence: 'AB' }],
    ['a reason that is no text', { reason: 3 }],
  ])('is none with %s', (_, change) => {
    expect(() => canonicalEntry({ ...entry, ...change } as unknown as Entry)).toThrow(
      expect.objectContaining({ code: 'trail.entry_invalid' }),
    )
  })

  test('is only read from exactly its bytes', () => {
    const good = Buffer.from(canonicalEntry(entry)).toString()
    const others = [
      ` ${good}`,
      `${good}\n`,
      good.replace('0.002', '2e-3'),
      good.replace('{"action"', '{"id":"x","action"'),
    ]

    for (const each of [...others, '[]', 'null', '{', ''])
      expect(() => parseEntry(Buffer.from(each))).toThrow(TrailError)
    expect(() => parseEntry(Buffer.from([0xff, 0x7b]))).toThrow('no JSON in UTF-8')
  })

  test('out of any bytes is one with the same bytes, or none', () => {
    const near = fc.nat().map((at) => {
      const bytes = Buffer.from(canonicalEntry(entry))
      bytes[at % bytes.length] = at % 251
      return new Uint8Array(bytes)
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), near), (bytes) => {
        try {
          expect(hexOf(canonicalEntry(parseEntry(bytes)))).toBe(hexOf(bytes))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TrailError)
        }
      }),
      { seed, numRuns: 500 },
    )
  })

  test('that is too long keeps hashes of before and after', () => {
    const long = { ...entry, before: 'x'.repeat(maxEntryBytes) }

    expect(() => canonicalEntry(long)).toThrow(expect.objectContaining({ code: 'trail.entry_too_long' }))
    expect(fittedEntry(entry)).toBe(entry)
    expect(fittedEntry(long).beforeHash).toBe(hexOf(sha256(canonicalJson(long.before))))
    expect(fittedEntry(long)).not.toHaveProperty('after')
    expect(canonicalEntry(fittedEntry(long)).length).toBeLessThan(maxEntryBytes)
  })
})

describe('what is personal', () => {
  const personal = { salt: base64Of(Buffer.alloc(32, 9)), data: { mail: 'ada@example.com' } }

  test('stands beside the entry, which holds a salted hash of it', () => {
    const bound = { ...entry, personal: personalHash(personal) }

    verifyPersonal(bound, personal)
    expect(Buffer.from(canonicalEntry(bound)).toString()).not.toContain('ada@')
    expect(personalHash({ ...personal, salt: base64Of(Buffer.alloc(32, 8)) })).not.toBe(bound.personal)
  })

  test('that is another is named', () => {
    const bound = { ...entry, personal: personalHash(personal) }

    expect(() => verifyPersonal(bound, { ...personal, data: { mail: 'eve@example.com' } })).toThrow(
      expect.objectContaining({ code: 'trail.personal_wrong', message: expect.stringContaining('aud_01') }),
    )
    expect(() => verifyPersonal(entry, personal)).toThrow('has no personal data beside it')
    expect(() => personalHash({ ...personal, salt: 'AAAA' })).toThrow('A salt is 32 bytes')
  })
})
