import { describe, expect, test } from 'vitest'
import { noticesOf } from './happening.ts'

describe('notices of what happened', () => {
  test('tell the same once', () => {
    const step = { subject: 'ord_1', action: 'step.started', run: 'deliver-order:NX-1:1' }

    expect(noticesOf([step, { ...step }, { ...step, action: 'step.ended' }]).map((each) => JSON.parse(each))).toEqual([
      [step, { ...step, action: 'step.ended' }],
    ])
  })

  test('are each small enough for Postgres, and together tell everything', () => {
    const many = Array.from({ length: 500 }, (_, n) => ({ subject: `ord_ä${n}`, action: 'order.moved' }))
    const notices = noticesOf(many)

    expect(notices.every((each) => Buffer.byteLength(each) < 8000)).toBe(true)
    expect(notices.flatMap((each) => JSON.parse(each))).toEqual(many)
  })
})
