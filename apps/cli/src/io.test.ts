import { describe, expect, test } from 'vitest'
import { exitCodeOf, failureLines } from './exit.ts'
import { duration, harmless, table } from './io.ts'

describe('what people read', () => {
  test('holds no escape sequence that a host or a customer sent', () => {
    expect(harmless('a\u001b[31mred\u0007\u202eb')).toBe('aredb')
  })

  test('says seconds as people do', () => {
    expect([42, 185, 7800, 273_600].map(duration)).toEqual(['42 s', '3 min 5 s', '2 h 10 min', '3 d 4 h'])
  })

  test('is a plain table that can be piped on', () => {
    expect(table(['order', 'state'], [['N-1', 'Live']])).toBe('ORDER  STATE\nN-1    Live')
  })
})

describe('an exit code', () => {
  test('comes from the kind of the failure and never from 0 to 9', () => {
    expect([exitCodeOf({ kind: 'missing' }), exitCodeOf({ kind: 'conflict' }), exitCodeOf({})]).toEqual([66, 73, 70])
  })

  test('goes with the sentence, every problem and the next step', () => {
    const failed = { message: 'No.', code: 'a.b', problems: [{ path: 'x', message: 'is missing' }], hint: 'Give x.' }

    expect(failureLines(failed)).toEqual(['No. (a.b)', '  x: is missing', 'hint: Give x.'])
  })
})
