import { describe, expect, test } from 'vitest'
import { checkWord, countWords, worstFirst } from './status-words.ts'

describe('the status of a check', () => {
  test('has a word and a colour of its own', () => {
    const words = ['pass', 'warn', 'fail', 'unknown', 'not_applicable', 'not_built'].map(checkWord)

    expect(new Set(words.map(({ word }) => word)).size).toBe(6)
    expect(new Set(words.map(({ tone }) => tone)).size).toBe(6)
  })

  test('that nobody told us about is unknown', () => {
    for (const status of ['', 'PASS', 'passed', 'constructor', 'toString'])
      expect(checkWord(status).word).toBe('unknown')
  })
})

test('checks that refuse come first', () => {
  const checks = ['pass', 'not_built', 'unknown', 'warn', 'fail'].map((status) => ({ status }))

  expect(worstFirst(checks).map(({ status }) => status)).toEqual(['fail', 'unknown', 'warn', 'pass', 'not_built'])
  expect(countWords([...checks, { status: 'pass' }]).map(({ word, count }) => `${count} ${word}`)).toEqual([
    '1 fail',
    '1 unknown',
    '1 warn',
    '2 pass',
    '1 not built yet',
  ])
})
