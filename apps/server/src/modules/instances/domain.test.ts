import { describe, expect, test } from 'vitest'
import { hostsOf, parseDomain, readHostName } from './domain.ts'

const rules = { testAllowed: true, reserved: ['nexus.example.com', 'ours.org'] }
const strict = { ...rules, testAllowed: false }

describe('a customer domain', () => {
  test.each([
    ['Acme.COM', 'acme.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['BÜCHER。de', 'xn--bcher-kva.de'],
    ['shop.acme.co.uk', 'shop.acme.co.uk'],
    ['acme.github.io', 'acme.github.io'],
    ['acme.test', 'acme.test'],
  ])('%j is %s', (given, expected) => {
    expect(parseDomain(given, rules)).toBe(expected)
  })

  test.each([
    'a.test\n  bind :8080',
    'a.test\tx',
    'a.test ',
    '',
    '.',
    'acme',
    'acme.com.',
    '*.acme.com',
    'a_b.com',
    '_acme.com',
    '-a.com',
    'a-.com',
    'a..com',
    '.com',
    '10.0.0.1',
    '0x7f.1',
    '[::1]',
    '::1',
    'acme.com:443',
    'acme.com/x',
    'acme.com#',
    'user@acme.com',
    '"acme.com"',
    "a'; reboot; '.com",
    '$(id).com',
    '%0a.com',
    'xn--.com',
    'co.uk',
    'github.io',
    'com',
    'acme.local',
    'acme.internal',
    'localhost',
    'acme.onion',
    '1.0.0.127.in-addr.arpa',
    'a\u202eb.com',
    `${'a'.repeat(64)}.com`,
    `${'abcdefgh.'.repeat(28)}com`,
  ])('%j is refused', (given) => {
    expect(() => parseDomain(given, rules)).toThrow(expect.objectContaining({ code: 'domain.invalid' }))
  })

  test('under .test is refused where the lab is not allowed', () => {
    expect(() => parseDomain('acme.test', strict)).toThrow(expect.objectContaining({ code: 'domain.invalid' }))
  })

  test.each(['ours.org', 'x.ours.org', 'nexus.example.com', 'example.com'])('%s is reserved for ourselves', (given) => {
    expect(() => parseDomain(given, rules)).toThrow(expect.objectContaining({ code: 'domain.reserved' }))
  })

  test('has an app and an api host', () => {
    expect(hostsOf(parseDomain('acme.test', rules))).toEqual({ app: 'app.acme.test', api: 'api.acme.test' })
  })
})

describe('a host name that comes back', () => {
  test.each(['a.test\nbind', 'A.test', 'a', 'a.test;', ''])('%j is not let through', (given) => {
    expect(() => readHostName(given)).toThrow(expect.objectContaining({ code: 'domain.invalid' }))
  })
})
