import { describe, expect, test } from 'vitest'
import { toFailure } from '../platform/errors.ts'
import { readSettings } from './config.ts'
import { settingsPage } from './settings.ts'

const refusal = (environment: Record<string, string>) => {
  try {
    readSettings(environment)
  } catch (thrown) {
    return toFailure(thrown)
  }
  return undefined
}

describe('settings', () => {
  test('have a default each', () => {
    expect(readSettings({}).listenPort).toBe(7400)
  })

  test('that are unknown refuse with the nearest name', () => {
    expect(refusal({ NEXUS_LISTEN_PROT: '1' })).toMatchObject({
      code: 'config.unknown_key',
      hint: expect.stringContaining('NEXUS_LISTEN_PORT'),
    })
  })

  test('that are wrong are named, all at once', () => {
    expect(refusal({ NEXUS_LISTEN_PORT: 'x', NEXUS_WORKERS: '0' })?.problems?.map((each) => each.path)).toEqual([
      'listenPort',
      'workers',
    ])
  })

  test('refuse plain HTTP beyond loopback', () => {
    expect(refusal({ NEXUS_LISTEN_HOST: '0.0.0.0' })?.code).toBe('config.plain_http')
  })

  test('take another address with TLS of its own, by files or by ACME', () => {
    const off = { NEXUS_LISTEN_HOST: '0.0.0.0' }
    const files = { NEXUS_TLS_CERTIFICATE: '/etc/nexus/c.pem', NEXUS_TLS_KEY: '/etc/nexus/k.pem' }

    expect(readSettings({ ...off, ...files }).listenHost).toBe('0.0.0.0')
    expect(readSettings({ ...off, NEXUS_TLS_ACME_NAMES: 'a.test, b.test' }).tlsAcmeNames).toEqual(['a.test', 'b.test'])
    expect(refusal({ ...off, NEXUS_TLS_CERTIFICATE: '/c.pem' })?.code).toBe('config.half_tls')
    expect(refusal({ ...files, NEXUS_TLS_ACME_NAMES: 'a.test' })?.code).toBe('config.two_certificates')
  })

  test('are all on the reference page', () => {
    expect(settingsPage()).toContain('| `listenPort` | `NEXUS_LISTEN_PORT` | `7400` |')
  })
})
