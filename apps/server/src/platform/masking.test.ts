import { describe, expect, test } from 'vitest'
import { maskOf } from './masking.ts'

describe('masking', () => {
  const secret = 'p"l/änted secret+9c0b'

  test.each([
    ['plain', secret],
    ['in JSON', JSON.stringify({ text: secret })],
    ['in a URL', `https://x.test/?q=${encodeURIComponent(secret)}`],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('takes out a known value %s', (_says, text) => {
    expect(maskOf([secret])(text)).toContain('[masked]')
    expect(maskOf([secret])(text)).not.toMatch(/nted secret|bnRlZCBzZWNyZX/)
  })

  test.each([
    ['a token', 'used nxt_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ now'],
    ['a webhook secret', 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz'],
    ['a key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabcdefghijklmnop\n-----END OPENSSH PRIVATE KEY-----'],
    ['a key that was cut off', '-----BEGIN PRIVATE KEY-----\nabcdefghijklmnop'],
    ['a header', 'Authorization: Bearer abcdefghijklmnop'],
    ['a password in a URL', 'postgresql://nexus:abcdefghijklmnop@localhost/nexus'],
    ['a field', '{"password":"abcdefghijklmnop"}'],
    ['a setting', 'NEXUS_SECRET=abcdefghijklmnop'],
    ['a JWT', 'eyJhbGciOiJI.eyJzdWIiOiJhYmNk.abcdefghijklmnop'],
    ['an address', 'mail to abcdefghijklmnop@example.test'],
  ])('takes out %s by its looks', (_says, text) => {
    expect(maskOf([])(text)).not.toContain('abcdefghijklmnop')
  })

  test('leaves the rest, and what is too short to be one', () => {
    const text = 'order NX-1001 of run deliver-order:NX-1001:1 is Blocked: host.key_changed\n'

    expect(maskOf(['', 'is', 'run'])(text)).toBe(text)
  })
})
