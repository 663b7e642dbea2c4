import { describe, expect, test } from 'vitest'
import { toFailure } from '../../platform/errors.ts'
import type { PortWord } from '../../platform/sight.ts'
import { defaultSettings, refuseLoneSource } from './baseline-settings.ts'
import { type Admitted, loginChecks, portChecks, type Sight, sourceCheck } from './sight-checks.ts'

const admitted: Admitted = { sshPort: 22, sshSources: [], ports: [22, 80, 443] }
const at = '2026-01-01T00:00:00.000Z'
const seen = (answers: Readonly<Record<number, PortWord>>, more: Partial<Sight> = {}): Sight => ({
  vantage: 'host b',
  at,
  maySsh: true,
  ports: [
    { address: '192.0.2.1', answers: Object.entries(answers).map(([port, said]) => ({ port: Number(port), said })) },
  ],
  logins: [],
  ...more,
})
const statusOf = (sight: Sight) => portChecks(admitted, sight).map((each) => each.status)

/** S0-66, S0-68, S0-69, S3-119..121 */
describe('what is seen from outside', () => {
  test('passes when only what is admitted answers', () => {
    expect(statusOf(seen({ 22: 'open', 80: 'refused', 443: 'open', 5432: 'silent' }))).toEqual(['pass'])
  })

  test('fails when anything else answers, also by a refusal', () => {
    expect(statusOf(seen({ 22: 'open', 5432: 'open' }))).toEqual(['fail'])
    expect(statusOf(seen({ 22: 'open', 5432: 'refused' }))).toEqual(['fail'])
  })

  test('fails when the way in is shut, and is unknown when nothing else was asked', () => {
    expect(statusOf(seen({ 22: 'silent', 5432: 'silent' }))).toEqual(['fail'])
    expect(statusOf(seen({ 22: 'open' }))).toEqual(['unknown'])
    expect(statusOf(seen({}))).toEqual(['unknown'])
  })

  test('is unknown from where there may be no way, for nothing answers there at all', () => {
    const stranger = { maySsh: false }
    expect(statusOf(seen({ 22: 'silent', 80: 'refused', 5432: 'silent' }, stranger))).toEqual(['pass'])
    expect(statusOf(seen({ 22: 'silent', 80: 'silent', 443: 'silent', 5432: 'silent' }, stranger))).toEqual(['unknown'])
  })

  test('names the place it was seen from', () => {
    expect(portChecks(admitted, seen({ 22: 'open', 1: 'silent' }))[0]).toMatchObject({ vantage: 'host b', at })
  })

  test('is unknown about passwords when nobody told which ways there are', () => {
    const of = (...methods: string[]) =>
      loginChecks(seen({}, { logins: [{ address: '192.0.2.1', user: 'root', methods }] })).map((each) => each.status)

    expect(of()).toEqual(['unknown'])
    expect(of('publickey')).toEqual(['pass'])
    expect(of('publickey', 'password')).toEqual(['fail'])
  })
})

describe('a rule by source', () => {
  const bySource: Admitted = { ...admitted, sshSources: ['192.0.2.7', '192.0.2.8'] }

  test('is proven where it does not admit, and unknown anywhere else', () => {
    const from = (maySsh: boolean, said: PortWord, web: PortWord = 'refused') =>
      sourceCheck(bySource, seen({ 22: said, 80: web }, { maySsh }), at).status

    expect(from(false, 'silent')).toBe('pass')
    expect(from(false, 'open')).toBe('fail')
    expect(from(true, 'silent')).toBe('unknown')
    expect(from(false, 'silent', 'silent')).toBe('unknown')
    expect(sourceCheck(bySource, undefined, at).status).toBe('unknown')
    expect(sourceCheck(admitted, undefined, at).status).toBe('not_applicable')
  })

  test('needs two admitted places, and Nexus among them', () => {
    const codeOf = (sshSources: string[], controlAddresses: string[]) => {
      try {
        refuseLoneSource({ ...defaultSettings, sshSources, controlAddresses })
      } catch (thrown) {
        return toFailure(thrown).code
      }
      return 'taken'
    }

    expect(codeOf([], [])).toBe('taken')
    expect(codeOf(['192.0.2.7'], ['192.0.2.7'])).toBe('host.lone_ssh_source')
    expect(codeOf(['192.0.2.7', '192.0.2.7'], ['192.0.2.7'])).toBe('host.lone_ssh_source')
    expect(codeOf(['192.0.2.0/24', '2001:db8::/48'], ['192.0.2.7', '2001:db8::9'])).toBe('taken')
    expect(codeOf(['192.0.2.7', '192.0.2.8'], ['198.51.100.1'])).toBe('host.control_shut_out')
    expect(codeOf(['192.0.2.7', '192.0.2.8'], [])).toBe('host.control_shut_out')
    expect(codeOf(['here', 'there'], ['192.0.2.7'])).toBe('host.bad_ssh_source')
  })
})
