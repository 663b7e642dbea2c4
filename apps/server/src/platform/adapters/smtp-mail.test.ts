import { describe, expect, test } from 'vitest'
import { outcomeOf } from './smtp-mail.ts'

const failed = (responseCode?: number) =>
  Object.assign(new Error('no'), responseCode === undefined ? {} : { responseCode })

describe('a mail that failed', () => {
  test('before a byte of it left is certainly not handed over and may be tried again', () => {
    expect(outcomeOf(failed(), false)).toEqual({ kind: 'not_handed_over', again: true, why: 'no' })
  })

  test('without a word of the relay after DATA is in doubt', () => {
    expect(outcomeOf(failed(), true)).toEqual({ kind: 'in_doubt', why: 'no' })
  })

  test('with a no of the relay is not handed over, before DATA and after it; only a 4xx is worth another try', () => {
    expect(outcomeOf(failed(550), true)).toMatchObject({ kind: 'not_handed_over', again: false })
    expect(outcomeOf(failed(451), true)).toMatchObject({ kind: 'not_handed_over', again: true })
    expect(outcomeOf(failed(550), false)).toMatchObject({ kind: 'not_handed_over', again: false })
  })
})
