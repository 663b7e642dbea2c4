import { describe, expect, test } from 'vitest'
import { aptSettings, sourcesList } from './base-image.ts'
import { bytesOf, hostnameOf } from './host-record.ts'
import { opensslTime } from './lab-ca.ts'
import { hierarchies } from './lab-cgroups.ts'
import { oneMonthAfter } from './provider-api.ts'
import { upstreamsOf } from './services-host.ts'
import { whyNot } from './why-no-lab.ts'

describe('a machine', () => {
  const able = {
    platform: 'linux',
    userId: 0,
    capabilities: (1n << 12n) | (1n << 21n),
    filesystems: 'nodev\toverlay\n',
  }

  test('that can run a lab has no reason against it', () => {
    expect(whyNot(able)).toBeUndefined()
  })

  test.each([
    ['Linux', { ...able, platform: 'darwin' }],
    ['root', { ...able, userId: 1000 }],
    ['CAP_SYS_ADMIN', { ...able, capabilities: 1n << 12n }],
    ['CAP_NET_ADMIN', { ...able, capabilities: 1n << 21n }],
    ['overlayfs', { ...able, filesystems: '\text4\n' }],
  ])('without %s says so in one sentence', (what, machine) => {
    expect(whyNot(machine)).toMatch(new RegExp(`^[^.]*${what}[^.]*\\.$`))
  })
})

describe('a base image', () => {
  test('takes over how the machine fetches packages, and nothing else of its apt settings', () => {
    const dump = 'APT::Foo "1";\nAcquire::Check-Date "false";\nAcquire::http::Proxy "http://p:1";\nDir::Cache "";\n'
    expect(aptSettings(dump, { http_proxy: 'http://other', https_proxy: 'http://q:2' }).split('\n')).toEqual([
      'Acquire::Check-Date "false";',
      'Acquire::http::Proxy "http://p:1";',
      'Acquire::https::Proxy "http://q:2";',
    ])
  })

  test('takes security updates from beside its mirror', () => {
    expect(sourcesList('bookworm', 'http://m/debian')).toContain('deb http://m/debian-security bookworm-security main')
  })
})

describe('the resolvers a host can use', () => {
  test('are those of the machine that are not its loopback', () => {
    expect(
      upstreamsOf(
        'nameserver 127.0.0.53\n# nameserver 9.9.9.9\nnameserver 10.0.0.1\nnameserver ::1\nnameserver 10.0.0.1',
      ),
    ).toEqual(['10.0.0.1'])
  })
})

describe('a server', () => {
  test('renews a month later, on the last day of a short month', () => {
    expect(oneMonthAfter('2026-01-31T10:00:00.000Z')).toBe('2026-02-28T10:00:00.000Z')
    expect(oneMonthAfter('2026-12-05T10:00:00.000Z')).toBe('2027-01-05T10:00:00.000Z')
  })

  test('has a host name that every tool accepts', () => {
    expect(hostnameOf('Acme, Inc. (prod)')).toBe('acme-inc-prod')
    expect(hostnameOf('...')).toBe('host')
  })

  test('has its memory read from words', () => {
    expect([bytesOf('2G'), bytesOf('512M'), bytesOf('1.5G'), bytesOf('much')]).toEqual([
      2 ** 31,
      2 ** 29,
      1.5 * 2 ** 30,
      undefined,
    ])
  })
})

test('the cgroup hierarchies are told apart by version', () => {
  const mounts =
    'cgroup /sys/fs/cgroup/memory cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\nproc /proc proc rw 0 0'
  expect(hierarchies(mounts)).toEqual({ v1: ['/sys/fs/cgroup/memory'], v2: ['/sys/fs/cgroup/unified'] })
})

test('a certificate ends at the second it was asked for', () => {
  expect(opensslTime(Date.UTC(2030, 0, 2, 3, 4, 5))).toBe('20300102030405Z')
})
