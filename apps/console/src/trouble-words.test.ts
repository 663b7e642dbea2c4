import { expect, test } from 'vitest'
import { troubleOf } from './trouble-words.ts'

test('a known code has its sentence, another one a plain one, none is silence', () => {
  expect(troubleOf('?trouble=access.sign_in_expired')).toContain('took too long')
  expect(troubleOf('?trouble=Call+0800+555+now')).toBe('Signing in did not work. Start again.')
  expect(troubleOf('?trouble=constructor')).toBe('Signing in did not work. Start again.')
  expect(troubleOf('?show=blocked')).toBeUndefined()
})
