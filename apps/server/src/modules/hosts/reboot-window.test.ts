import { describe, expect, test } from 'vitest'
import { isInWindow } from './reboot-window.ts'

const at = (time: string) => new Date(`2026-07-01T${time}:00Z`)

describe('the window of a host', () => {
  test.each([
    ['03:29', false],
    ['03:30', true],
    ['05:29', true],
    ['05:30', false],
  ])('from 03:30 on is open for two hours: at %s %s', (time, isOpen) => {
    expect(isInWindow(at(time), '03:30', 'Etc/UTC')).toBe(isOpen)
  })

  test('goes over midnight', () => {
    expect(isInWindow(at('00:30'), '23:30', 'Etc/UTC')).toBe(true)
    expect(isInWindow(at('02:00'), '23:30', 'Etc/UTC')).toBe(false)
  })

  test('is that of the time zone of the hosts, also in summer', () => {
    expect(isInWindow(at('02:00'), '03:30', 'Europe/Berlin')).toBe(true)
    expect(isInWindow(at('04:00'), '03:30', 'Europe/Berlin')).toBe(false)
  })

  test('that is never does not open', () => {
    expect(isInWindow(at('03:30'), 'never', 'Etc/UTC')).toBe(false)
  })
})
