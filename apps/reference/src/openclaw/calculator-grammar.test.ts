import { describe, expect, test } from 'vitest'
import { CalculatorError, calculate } from './calculator-grammar.ts'

describe('the calculator', () => {
  test.each([
    ['6 * (3 + 4)', 42],
    ['2 + 3 * 4', 14],
    ['10 - 4 - 3', 3],
    ['2 ^ 3 ^ 2', 512],
    ['-3 + +5', 2],
    ['--4', 4],
    ['7 % 4', 3],
    ['1.5e2 / 3', 50],
    ['.5 + .25', 0.75],
    ['  1  ', 1],
  ])('answers %s with %d', (expression, value) => {
    expect(calculate(expression)).toBe(value)
  })

  test.each([
    ['', 'ends too early'],
    ['1 +', 'ends too early'],
    ['(1 + 2', '")" is missing'],
    ['1 2', 'not expected'],
    ['1 / 0', 'division by zero'],
    ['5 % 0', 'division by zero'],
    ['9 ^ 999', 'too large'],
    ['process.exit()', 'does not belong'],
    ['1; 2', 'does not belong'],
    ['* 2', 'A number was expected'],
  ])('refuses "%s" and says why', (expression, words) => {
    expect(() => calculate(expression)).toThrow(CalculatorError)
    expect(() => calculate(expression)).toThrow(words)
  })

  test('refuses what is too long or too deep before it costs anything', () => {
    expect(() => calculate('1+'.repeat(600))).toThrow('at most 1000 characters')
    expect(() => calculate('('.repeat(400) + '1'.padEnd(1) + ')'.repeat(400))).toThrow('levels deep')
    expect(() => calculate('-'.repeat(999))).toThrow('levels deep')
    expect(() => calculate(Array(400).fill('1').join('^'))).toThrow('levels deep')
  })
})
