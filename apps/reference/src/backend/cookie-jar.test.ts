import { describe, expect, test } from 'vitest'
import { cookieLine, cookieNames, readCookie } from './cookie-jar.ts'

describe('a session cookie', () => {
  test('is bound to the host and to HTTPS where the API is on HTTPS', () => {
    const { session } = cookieNames('https://api.acme.test')

    expect(cookieLine(session, 'abc', 60)).toBe(
      '__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
    )
  })

  test('has a plain name over plain HTTP, where a browser would refuse the other', () => {
    expect(cookieLine(cookieNames('http://127.0.0.1').session, 'abc', 60)).not.toContain('Secure')
  })

  test('is found among others by its whole name', () => {
    const header = 'other-session=1; __Host-session=right==; session=2'

    expect(readCookie(header, '__Host-session')).toBe('right==')
    expect(readCookie(header, 'ession')).toBe('')
    expect(readCookie(undefined, 'session')).toBe('')
  })
})
