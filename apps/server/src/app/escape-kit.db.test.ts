import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/harness/database.ts'
import { systemActor } from '../platform/actor.ts'
import { backupFolder } from '../platform/adapters/backup-folder.ts'
import type { Database } from '../platform/db.ts'
import { type EscapeKitDeps, isKitDue, makeEscapeKit } from './escape-kit.ts'

const folder = mkdtempSync(join(tmpdir(), 'nexus-escape-'))
const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/running-nexus.md'), 'utf8')
const kits = join(folder, 'kits')
const secrets = new Map([
  ['secret:nexus/control-key@1', '-----BEGIN OPENSSH PRIVATE KEY-----\ncontrol\n-----END OPENSSH PRIVATE KEY-----'],
  ['secret:acme/backup-key@1', `restic's "key"`],
])
let db: Database
let at = new Date('2026-06-01T02:00:00Z')
let deps: EscapeKitDeps

/** The command of the guide, as it stands there, with the names of this test. */
const opening = (kit: string, key: string): string => {
  const [line = ''] = /^openssl cms -decrypt .*$/m.exec(guide) ?? []
  return line.replace(/nexus-escape-kit-\S+\.cms/, kit).replace('escape.key', key)
}
const opened = (kit: string, key = 'escape.key'): string => {
  const into = mkdtempSync(join(folder, 'opened-'))
  for (const name of ['escape.key', 'other.key']) writeFileSync(join(into, name), readFileSync(join(folder, name)))
  writeFileSync(join(into, kit), readFileSync(join(kits, kit)))
  execFileSync('bash', ['-o', 'pipefail', '-c', opening(kit, key)], {
    cwd: into,
    stdio: 'pipe',
    env: { PATH: '/usr/bin:/bin' },
  })
  return join(into, 'escape-kit')
}

beforeAll(async () => {
  db = await testDatabase()
  for (const name of ['escape', 'other']) {
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
    const kind = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Nexus escape kit']
    execFileSync('openssl', [...kind, '-days', '3650', ...files], { stdio: 'ignore' })
  }
  await db.rows(`insert into orders (id, ticket, environment, state, state_since, fields, organization, created_at)
    values ('ord_1', 'NX-1001', 'prod', 'Live', now(), '{}', 'Acme, "GmbH"', now())`)
  await db.rows(
    `insert into host (id, name, state, state_since, address, port, host_key, provider, region, plan, order_id, ticket, created_at) values
     ('hst_1', 'NX-HOST-1', 'live', now(), '198.51.100.7', 2222, $1, 'static', 'eu-1', 'pro', 'ord_1', 'NX-1001', now()),
     ('hst_2', 'NX-HOST-2', 'ready', now(), '2001:db8::7', 22, $1, 'static', 'eu-1', 'pro', null, null, now()),
     ('hst_3', 'NX-GONE', 'retired', now(), '198.51.100.9', 22, null, 'static', 'eu-1', 'pro', null, null, now())`,
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGplanted comment'],
  )
  await db.rows(`insert into instance (id, order_id, environment, tenant, stack, plan, host_id, domain, app_url, api_url, state, created_at, changed_at)
    values ('ins_1', 'ord_1', 'prod', 'acme', 'reference', 'pro', 'hst_1', 'acme.test', 'https://acme.test', 'https://api.acme.test', 'running', now(), now())`)
  await db.rows(`insert into backup (id, instance_id, state, repository, key_ref, snapshot, started_at, taken_at) values
    ('bak_1', 'ins_1', 'taken', '/var/backups/nexus/ins_1', 'secret:acme/backup-key@1', 'aaaa1111', now(), now() - interval '1 day'),
    ('bak_2', 'ins_1', 'proven', '/var/backups/nexus/ins_1', 'secret:acme/backup-key@1', 'bbbb2222', now(), now()),
    ('bak_3', 'ins_1', 'failed', '/var/backups/nexus/ins_1', 'secret:acme/backup-key@1', null, now(), null)`)
  await db.rows(`insert into certificate (id, instance_id, domain, names, tenant, directory_url, state, not_after, created_at, changed_at) values
    ('crt_1', 'ins_1', 'acme.test', '[]', 'acme', 'd', 'valid', '2026-07-01', now(), now()),
    ('crt_2', 'ins_1', 'first.test', '[]', 'acme', 'd', 'valid', '2026-06-10', now(), now())`)
  mkdirSync(kits)
  deps = {
    db,
    reveal: async (ref) => secrets.get(ref) ?? '',
    keysOf: async ({ hostId }) => [`key of ${hostId}`, secrets.get('secret:nexus/control-key@1') ?? ''],
    certificateFile: join(folder, 'escape.pem'),
    place: backupFolder(kits),
    spool: join(folder, 'spool'),
    now: () => at,
  }
})

describe('an escape kit', () => {
  test('is opened by the command of the guide, and has what it takes to go on by hand', async () => {
    const { name } = await makeEscapeKit(systemActor('test'), deps, 3)
    const kit = opened(name)
    const read = (file: string) => readFileSync(join(kit, file), 'utf8')

    expect(readdirSync(kit).sort()).toEqual([
      'NOTES.md',
      'certificates.csv',
      'hosts.csv',
      'instances.csv',
      'inventory.json',
      'keys',
      'known_hosts',
      'restore',
      'ssh_config',
    ])
    expect(read('keys/NX-HOST-1')).toBe('key of hst_1\n')
    expect(read('keys/NX-HOST-1-2')).toBe(`${secrets.get('secret:nexus/control-key@1')}\n`)
    expect(statSync(join(kit, 'keys/NX-HOST-1')).mode & 0o777).toBe(0o600)
    expect(read('hosts.csv').split('\n')[1]).toBe(
      'NX-HOST-1,live,198.51.100.7,2222,root,,static,,eu-1,pro,NX-1001,"Acme, ""GmbH"""',
    )
    expect(read('hosts.csv')).not.toContain('NX-GONE')
    expect(read('certificates.csv')).toMatch(
      /^ends,.*\n2026-06-10T00:00:00Z,first.test,.*\n2026-07-01T00:00:00Z,acme.test,/,
    )
    expect(read('known_hosts')).toBe(
      '[198.51.100.7]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGplanted\n2001:db8::7 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGplanted\n',
    )
    const settings = execFileSync('ssh', ['-G', '-F', 'ssh_config', 'NX-HOST-1'], { cwd: kit, encoding: 'utf8' })
    expect(settings).toMatch(/^hostname 198.51.100.7$/m)
    expect(settings).toMatch(/^port 2222$/m)
    expect(settings).toMatch(/^identityfile .*keys\/NX-HOST-1$/m)
    expect(settings).toMatch(/^stricthostkeychecking (yes|true)$/m)
  })

  test('has a script that asks restic for the newest backup that was taken whole', async () => {
    const { name } = await makeEscapeKit(systemActor('test'), deps, 3)
    const kit = opened(name)
    const bin = join(kit, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'restic'), '#!/bin/sh\necho "$RESTIC_REPOSITORY|$RESTIC_PASSWORD|$*"\n', { mode: 0o755 })
    execFileSync('sh', ['restore/acme.test.sh'], { cwd: kit, env: { PATH: `${bin}:/usr/bin:/bin` } })

    expect(readFileSync(join(kit, 'acme.test.dump'), 'utf8')).toBe(
      `/var/backups/nexus/ins_1|restic's "key"|dump bbbb2222 database.dump\n`,
    )
  })

  test('opens for nobody else, nor when it was changed', async () => {
    const { name } = await makeEscapeKit(systemActor('test'), deps, 3)
    const whole = readFileSync(join(kits, name))

    expect(() => opened(name, 'other.key')).toThrow()
    expect(whole.includes('NX-HOST-1')).toBe(false)
    const changed = Buffer.from(whole)
    changed.writeUInt8((changed.readUInt8(changed.length - 200) + 1) % 256, changed.length - 200)
    writeFileSync(join(kits, name), changed)
    expect(() => opened(name)).toThrow()
    writeFileSync(join(kits, name), whole)
    expect(statSync(opened(name)).isDirectory()).toBe(true)
  })

  test('is made again when the newest is old enough, and only the newest stay', async () => {
    const due = [await isKitDue(deps.place, 24, at)]
    at = new Date(at.getTime() + 24 * 3_600_000)
    due.push(await isKitDue(deps.place, 24, at))
    for (let day = 0; day < 3; day += 1) {
      at = new Date(at.getTime() + 24 * 3_600_000)
      await makeEscapeKit(systemActor('test'), deps, 2)
    }

    expect(due).toEqual([false, true])
    expect(readdirSync(kits)).toEqual([
      'nexus-escape-kit-20260604T020000Z.cms',
      'nexus-escape-kit-20260605T020000Z.cms',
    ])
    expect(await db.rows(`select 1 from audit_entry where action = 'nexus.escape_kit'`)).not.toEqual([])
    expect(readdirSync(join(folder, 'spool'))).toEqual([])
  })

  test.each([
    ['no certificate', '', 'escape.no_certificate'],
    ['a missing one', '/nowhere.pem', 'escape.bad_certificate'],
  ])('is refused with %s', async (_says, certificateFile, code) => {
    await expect(makeEscapeKit(systemActor('test'), { ...deps, certificateFile }, 2)).rejects.toMatchObject({ code })
  })
})
