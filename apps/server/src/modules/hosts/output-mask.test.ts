import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskText, outputMask } from './output-mask.ts'

const secret = 'hunter2-hunter2'
const through = (pieces: readonly (string | Buffer)[], secrets: readonly string[] = [secret]) => {
  const mask = outputMask(secrets)
  return pieces.map((each) => mask.push(Buffer.from(each))).join('') + mask.end()
}

describe('output of a host', () => {
  test('loses its secrets, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'hunter', '\n', secret, 'é'), { maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (words, steps) => {
          const bytes = Buffer.from(words.join(''))
          const pieces: Buffer[] = []
          for (let at = 0; at < bytes.length; ) {
            const step = steps.next().value ?? 1
            pieces.push(bytes.subarray(at, at + step))
            at += step
          }
          expect(through(pieces)).toBe(words.join('').replaceAll(secret, '[secret]'))
        },
      ),
    )
  })

  test('has no control character and no turned text, not even inside a secret', () => {
    const text = through([`red \u001b[31m\u0007\u202e hunter2\u0000-hun`, `\u2066ter2\r\n`])

    expect(text).toBe('red  [secret]\n')
  })

  test('is told at once where nothing of it can be a secret', () => {
    expect(outputMask([secret]).push(Buffer.from('login: '))).toBe('login: ')
  })

  test('loses each line of a key, but no short word that stands in every text', () => {
    const key = `-----BEGIN KEY-----\nQUJDREVGR0hJSktM\nabc\n-----END KEY-----\n`

    expect(through([`abc QUJDREVGR0hJSktM\n`], [key, 'root'])).toBe('abc [secret]\n')
    expect(maskText(`echo ${secret}; id root`, [secret, 'root'])).toBe('echo [secret]; id root')
  })

  test('that is no UTF-8 is text all the same', () => {
    expect(through([Buffer.from([0x61, 0xff, 0xfe, 0x62, 0xc3])])).toBe('a\ufffd\ufffdb\ufffd')
  })
})
