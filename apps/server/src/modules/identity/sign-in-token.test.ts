import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { judgeToken, verifyToken } from './sign-in-token.ts'

const now = new Date('2026-11-21T10:00:00Z')
const second = now.getTime() / 1000
const expected = {
  issuer: 'https://id.test',
  clientId: 'nexus-acme',
  nonce: 'n-1',
  tenant: 'acme',
  groups: ['acme-admins'],
}
const good: JWTPayload = {
  iss: 'https://id.test',
  aud: 'nexus-acme',
  sub: 'usr_1',
  exp: second + 600,
  iat: second - 1,
  nonce: 'n-1',
  tenant: 'acme',
  groups: ['acme-admins'],
}

describe('an ID token', () => {
  test('that says what it must has no problems', () => {
    expect(judgeToken(good, expected, now)).toEqual([])
  })

  test.each([
    ['of another tenant', { tenant: 'globex' }, 'tenant'],
    ['without a tenant', { tenant: undefined }, 'tenant'],
    ['in another group', { groups: ['acme-users'] }, 'groups'],
    ['in one group too many', { groups: ['acme-admins', 'globex-admins'] }, 'groups'],
    ['without groups', { groups: undefined }, 'groups'],
    ['that has expired', { exp: second - 61 }, 'expired'],
    ['without an end', { exp: undefined }, 'end'],
    ['from the future', { iat: second + 3600 }, 'issued'],
    ['of another issuer', { iss: 'https://evil.test' }, 'issuer'],
    ['for another client', { aud: 'nexus-globex' }, 'audience'],
    ['for several clients at once', { aud: ['nexus-acme', 'other'] }, 'several'],
    ['with another nonce', { nonce: 'n-2' }, 'nonce'],
    ['of nobody', { sub: '' }, 'nobody'],
  ])('%s is refused', (_what, change, word) => {
    const problems = judgeToken({ ...good, ...change } as JWTPayload, expected, now)

    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(word)
  })

  test('is believed only under a key that the provider publishes', async () => {
    const [ours, theirs] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
    const keys = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'a' }] }
    const sign = (key: CryptoKey) => new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'a' }).sign(key)

    const mine = await verifyToken(await sign(ours.privateKey), keys, expected, now)
    const forged = await verifyToken(await sign(theirs.privateKey), keys, expected, now)

    expect(mine.problems).toEqual([])
    expect(forged).toMatchObject({ claims: undefined })
    expect(forged.problems[0]).toContain('signature')
  })

  test.each(['none', 'HS256'])('with algorithm %s is refused', async (alg) => {
    const { publicKey } = await generateKeyPair('ES256')
    const head = Buffer.from(JSON.stringify({ alg })).toString('base64url')
    const body = Buffer.from(JSON.stringify(good)).toString('base64url')

    const { problems } = await verifyToken(
      `${head}.${body}.AAAA`,
      { keys: [await exportJWK(publicKey)] },
      expected,
      now,
    )

    expect(problems[0]).toContain('signature')
  })
})
