import { describe, expect, test } from 'vitest'
import { renewalTime } from './certificate.ts'
import { addChallenge, dropChallenge, installCertificate, requestCertificate } from './certificate-commands.ts'
import { readHostName } from './domain.ts'

const domain = readHostName('acme.test')
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

describe('a challenge', () => {
  test.each([
    ['a b', 'a.b'],
    ["a'; reboot; '", 'a.b'],
    ['a\nset server x', 'a.b'],
    ['a', 'a.b\nb'],
    ['a', "a.b'"],
    ['', 'a.b'],
    ['a', 'ab'],
  ])('%j %j is not let near the host', (token, answer) => {
    expect(() => addChallenge(token, answer)).toThrow(expect.objectContaining({ code: 'certificate.bad_challenge' }))
  })

  test('may begin with a dash', () => {
    expect(addChallenge('-t', '-t.x').script).toContain("token='-t'")
    expect(() => dropChallenge('-t\n')).toThrow()
  })
})

describe('the programs for a certificate', () => {
  test('ask for both names with a key that stays on the host', () => {
    const { script } = requestCertificate(domain)

    expect(script).toContain('subjectAltName=DNS:app.acme.test,DNS:api.acme.test')
    expect(script).toContain('/etc/haproxy/nexus/keys/acme.test.next.key')
    expect(script).not.toMatch(/cat "\$key"/)
  })

  test('install the chain without anything around it and without a blank line', () => {
    const { script } = installCertificate(domain, `junk\n\n${pem}\n\n\n${pem}\n$(reboot)`)

    expect(script).toContain(`printf '%s' '${pem}\n${pem}\n' >`)
    expect(script).not.toContain('reboot')
  })

  test('refuse what holds no certificate', () => {
    expect(() => installCertificate(domain, '<html>')).toThrow(
      expect.objectContaining({ code: 'certificate.bad_chain' }),
    )
  })
})

describe('the time to renew', () => {
  const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T01:00:00Z')]

  test('is at two thirds of the life', () => {
    expect(renewalTime(from, to).toISOString()).toBe('2026-01-01T00:40:00.000Z')
  })

  test('is what the authority says, unless that is too late', () => {
    const early = new Date('2026-01-01T00:10:00Z')

    expect(renewalTime(from, to, early)).toEqual(early)
    expect(renewalTime(from, to, new Date('2026-01-01T02:00:00Z')).toISOString()).toBe('2026-01-01T00:40:00.000Z')
  })
})
