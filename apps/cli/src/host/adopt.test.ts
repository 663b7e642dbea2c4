import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const item = (id: string, status: string, before = '') => ({ id, status, seconds: 0, before, after: '' })
const machine = {
  address: 'root@192.0.2.10:22',
  facts: { os: 'debian', osVersion: '12', kernel: '6.1', cpus: 2, memoryMb: 2048, diskGb: 20, diskFreeGb: 9 },
  services: [{ unit: 'nginx.service', state: 'running', title: 'A web server' }],
  sockets: [{ protocol: 'tcp', address: '0.0.0.0', port: '3306', program: 'mariadbd' }],
  sites: [],
  certificates: [{ path: '/etc/x.pem', names: 'shop.example', expires: '2026-01-11T00:00:00Z' }],
  schedules: [],
  backups: [],
  users: [
    { name: 'olga', uid: '1000', shell: '/bin/bash', password: 'yes', sudo: 'yes', groups: 'olga docker', keys: [] },
  ],
  containers: [],
  unread: ['containers'],
  baseline: {
    ok: 1,
    differs: 1,
    skipped: 0,
    items: [item('users.nexus', 'differs', 'there is no such user'), item('time.sync', 'ok')],
  },
}

async function adopt(url: string, body: object = machine, ...words: string[]) {
  server = await pretendServer({ 'POST /api/v1/hosts/adopt': () => ({ body }) })
  const called = await call(['host', 'adopt', url, ...words], {
    server: server.url,
    now: () => new Date('2026-01-01T00:00:00Z'),
  })
  return { ...called, body: server.asked[0]?.body }
}

describe('host adopt', () => {
  test('says what runs there, what ends soon and what differs; what was not read is unknown, not none', async () => {
    const { out, exit } = await adopt('ssh://root@192.0.2.10')

    expect(exit).toBe(0)
    expect(out).toContain('shop.example  2026-01-11 (10 days)')
    expect(out).toContain('Containers: unknown, it could not be read')
    expect(out).toContain('Sites:\nnone')
    expect(out).toContain('Baseline: 1 of 2 items differ')
    expect(out).toContain('there is no such user')
  })

  test('never calls a machine that was not compared one without differences', async () => {
    const { baseline: _, ...rest } = machine
    const { out } = await adopt('ssh://root@192.0.2.10', { ...rest, notCompared: 'The host runs fedora 40.' })

    expect(out).toContain('Baseline: unknown, it was not compared: The host runs fedora 40.')
  })

  test('takes a URL of ssh with user, address and port, and a jump', async () => {
    expect(
      (await adopt('ssh://me@[2001:db8::1]:2222', machine, '--jump', 'a@b:22', '--fingerprint', 'SHA256:x')).body,
    ).toEqual({
      user: 'me',
      address: '2001:db8::1',
      port: 2222,
      jump: 'a@b:22',
      fingerprint: 'SHA256:x',
    })
    for (const wrong of ['root@192.0.2.10', 'ssh://192.0.2.10', 'https://root@a', 'ssh://root@a b']) {
      await server?.kill()
      expect((await adopt(wrong)).exit).toBe(64)
    }
  })

  test('is the whole report as JSON', async () => {
    expect(JSON.parse((await adopt('ssh://root@192.0.2.10', machine, '-o', 'json')).out)).toEqual(machine)
  })
})
