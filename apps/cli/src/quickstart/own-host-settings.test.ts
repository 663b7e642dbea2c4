import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownMachineOf, placeText, sshPlace } from './own-host-address.ts'
import { secretFile } from './own-host-ask.ts'
import { changesText, letInScript } from './own-host-entry.ts'
import { ownOrder } from './own-host-order.ts'
import { missingFor, smtpOf } from './own-host-settings.ts'
import { fingerprintOfKey, hostKeysIn } from './own-host-ssh.ts'

const flags = {
  domain: 'own.example',
  smtp: 'mail.own.example:587',
  identityOrigin: 'https://id.own.example',
  email: 'you@own.example',
  order: undefined,
  runtime: 'systemd',
} as const

describe('the address of your own machine', () => {
  test('has a user, an address and perhaps a port', () => {
    expect(ownMachineOf('ssh://root@192.0.2.1')).toEqual({ user: 'root', address: '192.0.2.1', port: undefined })
    expect(ownMachineOf('ssh://me@[2001:db8::1]:2222')).toEqual({ user: 'me', address: '2001:db8::1', port: 2222 })
    expect(placeText({ user: 'me', address: '2001:db8::1', port: 2222 })).toBe('me@[2001:db8::1]:2222')
  })

  test('is no way to hand ssh an option or another port than there is', () => {
    for (const word of ['-oProxyCommand=x@host', 'root@-oX', 'root@host:70000', 'root@host x', 'root@']) {
      expect(sshPlace(word)).toBeUndefined()
    }
    expect(ownMachineOf('https://root@host')).toBeUndefined()
  })
})

describe('an order on your own machine', () => {
  test('lacks nothing with a mail server, an identity provider, an address and a domain', () => {
    expect(missingFor(flags, {})).toEqual([])
  })

  test('is refused by name for each piece it lacks', () => {
    const bare = { ...flags, smtp: undefined, identityOrigin: undefined, email: undefined, domain: 'own.test' }
    const said = missingFor(bare, {}).join('\n')
    for (const word of ['--smtp', '--identity-origin', '--email', 'testDomains']) expect(said).toContain(word)
  })

  test('takes the same pieces from the settings', () => {
    const bare = { ...flags, smtp: undefined, identityOrigin: undefined }
    const extra = { mailHost: 'mail', identity: 'authentik', authentikUrl: 'https://a', authentikTokenFile: '/token' }
    expect(missingFor(bare, extra)).toEqual([])
    expect(missingFor(bare, { ...extra, authentikTokenFile: '' })).toHaveLength(1)
    expect(missingFor({ ...flags, identityOrigin: 'http://id.example' }, {})).toHaveLength(1)
  })

  test('is the same order each time for one domain, for the address given', async () => {
    const sample = join(import.meta.dirname, '../../../../examples/orders/acme.json')
    const order = await ownOrder(flags, sample, new Date('2026-01-01T00:00:00Z'))
    expect(order).toMatchObject({
      orderNumber: 'own-own-example',
      plan: 'own',
      region: 'own',
      domain: { strategy: 'own_domain', name: 'own.example' },
      initialAdminEmail: 'you@own.example',
    })
    expect(JSON.stringify(order)).not.toContain('acme')
  })

  test('reads the mail server with and without a port', () => {
    expect(smtpOf('mail.example:587')).toEqual(['mail.example', 587])
    expect(smtpOf('mail.example')).toEqual(['mail.example', 25])
    expect(smtpOf('mail example')).toBeUndefined()
  })
})

test('a password in a file that others may read is refused', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'nexus-password-')), 'password')
  writeFileSync(file, 'se cret\n', { mode: 0o644 })
  expect(() => secretFile(file)).toThrow('Others may read')
  chmodSync(file, 0o600)
  expect(secretFile(file)).toBe('se cret')
})

test('a host key is known by the fingerprint that ssh-keygen prints', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  expect(hostKeysIn(`${key} root@box\nnoise\n`)).toEqual([key])
  expect(fingerprintOfKey(key)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
  expect(fingerprintOfKey('noise')).toBeUndefined()
})

describe('what is said before a machine is changed', () => {
  const items = [{ id: 'packages.base', title: 'Base packages', packages: ['ufw'], files: [], units: [] }]

  test('names the packages, the ports that close and each item', () => {
    const said = changesText({ items, user: 'me', closed: [{ port: 3306, program: 'mariadbd' }] }).join('\n')
    for (const word of ['ufw', '3306 (mariadbd)', 'packages.base']) expect(said).toContain(word)
  })

  test('warns root that root cannot log in any more', () => {
    expect(changesText({ items, user: 'root', closed: [] }).join('\n')).toContain('root cannot log in any more')
    expect(changesText({ items, user: 'me', closed: [] }).join('\n')).not.toContain('YOUR LOGIN')
  })
})

test('the control key is one quoted word of the script that lets Nexus in', () => {
  expect(letInScript("ssh-ed25519 AAAA it's")).toContain("key='ssh-ed25519 AAAA it'\\''s'")
})
