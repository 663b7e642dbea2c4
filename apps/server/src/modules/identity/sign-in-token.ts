import { compactVerify, createLocalJWKSet, type JSONWebKeySet, type JWTPayload } from 'jose'
import { plainLine } from '../../platform/plain-text.ts'

export type ExpectedToken = {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  readonly tenant: string
  /** Exactly these. */
  readonly groups: readonly string[]
}

const skewSeconds = 60
const asymmetric = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']
const sentence = (value: unknown) => plainLine(JSON.stringify(value) ?? 'nothing', 120)

/** What is wrong with the claims of a token whose signature holds; an empty list is a good token (S0-125, S0-126). */
export function judgeToken(claims: JWTPayload, expected: ExpectedToken, now: Date): readonly string[] {
  const second = now.getTime() / 1000
  const audience = [claims.aud ?? []].flat()
  const groups = Array.isArray(claims['groups']) ? claims['groups'] : undefined
  const problems: Array<readonly [boolean, string]> = [
    [claims.iss !== expected.issuer, `the issuer is ${sentence(claims.iss)}, not ${expected.issuer}`],
    [!audience.includes(expected.clientId), `the audience is ${sentence(claims.aud)}, not ${expected.clientId}`],
    [audience.length > 1 && claims['azp'] !== expected.clientId, 'the token is for several audiences'],
    [typeof claims.exp !== 'number', 'the token says no end'],
    [typeof claims.exp === 'number' && claims.exp + skewSeconds <= second, 'the token has expired'],
    [typeof claims.iat !== 'number' || claims.iat - skewSeconds > second, 'the token was not issued before now'],
    [claims.nonce !== expected.nonce, 'the nonce is not the one that was sent'],
    [typeof claims.sub !== 'string' || claims.sub === '', 'the token says nobody'],
    [claims['tenant'] !== expected.tenant, `the tenant is ${sentence(claims['tenant'])}, not ${expected.tenant}`],
    [
      groups === undefined || !sameWords(groups, expected.groups),
      `the groups are ${sentence(claims['groups'])}, not ${sentence(expected.groups)}`,
    ],
  ]
  return problems.filter(([wrong]) => wrong).map(([, text]) => text)
}

const sameWords = (one: readonly unknown[], other: readonly string[]) =>
  one.length === other.length && other.every((each) => one.includes(each))

export type TokenVerdict = { readonly claims: JWTPayload | undefined; readonly problems: readonly string[] }

/** The signature against the provider's published keys, then every claim. */
export async function verifyToken(
  token: string,
  keys: JSONWebKeySet,
  expected: ExpectedToken,
  now: Date,
): Promise<TokenVerdict> {
  try {
    const { payload } = await compactVerify(token, createLocalJWKSet(keys), { algorithms: asymmetric })
    // Signed by the provider; every claim is looked at before it is believed.
    const claims = JSON.parse(new TextDecoder().decode(payload)) as JWTPayload
    return { claims, problems: judgeToken(claims, expected, now) }
  } catch (thrown) {
    return { claims: undefined, problems: [`the signature does not hold: ${plainLine(String(thrown), 160)}`] }
  }
}
