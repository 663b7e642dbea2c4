import { describe, expect, test } from 'vitest'
import { foldChecks, printChecks } from '../../platform/check.ts'
import type { ProgramResult } from '../../platform/remote.ts'
import { notAsked, readPreflight } from './preflight-report.ts'

const checks = ['one', 'two'].map((name) => ({ name, title: name, asked: name, script: '' }))
const at = new Date('2026-01-15T09:00:00Z')
const line = (name: string, status: string) => ({ type: 'check', name, status, summary: 'said' })
const verdict = (pass: number, warn: number, fail: number) => ({ type: 'verdict', pass, warn, fail, other: 0 })
const answer = (exit: number, ...events: readonly unknown[]): ProgramResult => ({
  exit,
  events,
  noise: '',
  stderr: '',
  seconds: 1,
})
const verdictOf = (result: ProgramResult) => foldChecks(readPreflight(checks, result, at))

describe('a preflight', () => {
  test('passes when every check passed and the exit agrees', () => {
    expect(verdictOf(answer(0, line('one', 'pass'), line('two', 'pass'), verdict(2, 0, 0)))).toBe('pass')
    expect(verdictOf(answer(1, line('one', 'pass'), line('two', 'warn'), verdict(1, 1, 0)))).toBe('warn')
    expect(verdictOf(answer(2, line('one', 'fail'), line('two', 'warn'), verdict(0, 1, 1)))).toBe('fail')
  })

  test.each([
    ['did not end', answer(0, line('one', 'pass'), line('two', 'pass'))],
    ['left one out', answer(0, line('one', 'pass'), verdict(1, 0, 0))],
    ['answered one twice', answer(0, line('one', 'pass'), line('one', 'pass'), verdict(2, 0, 0))],
    [
      'ended with another code than its lines say',
      answer(1, line('one', 'pass'), line('two', 'pass'), verdict(2, 0, 0)),
    ],
    ['counted wrongly', answer(0, line('one', 'pass'), line('two', 'warn'), verdict(2, 0, 0))],
    ['is garbled', answer(0, 'nonsense', { type: 'check', name: 'one' }, verdict(2, 0, 0))],
    ['said nothing', answer(0)],
  ])('that %s refuses', (_what, result) => {
    expect(verdictOf(result)).toBe('fail')
  })

  test('of a host that does not answer is unknown line by line and exits with 2', () => {
    const printed = printChecks(notAsked(checks, 'no answer', at))

    expect(printed.lines[0]).toBe('FAIL: one (unknown: no answer)')
    expect(printed.exit).toBe(2)
  })
})
