import { describe, expect, test } from 'vitest'
import { type Backup, backupCheck, differencesOf } from './backup.ts'

const at = new Date('2026-01-01T00:00:00Z')
const taken: Backup = {
  id: 'bak_1',
  instanceId: 'ins_1',
  state: 'taken',
  repository: '/var/backups/nexus/ins_1',
  keyRef: 'secret:acme/key@1',
  snapshot: 'abcdef01',
  tables: { 'public.note': 3 },
  migrationVersion: '2',
  bytes: 10,
  seconds: 1,
  failure: undefined,
  proof: undefined,
  startedAt: at,
  takenAt: at,
  provenAt: undefined,
}

describe('a backup', () => {
  test('is good only when it was restored and agreed', () => {
    expect(backupCheck(undefined, at).status).toBe('unknown')
    expect(backupCheck(taken, at).status).toBe('unknown')
    expect(backupCheck({ ...taken, state: 'failed', failure: 'it differs' }, at).status).toBe('fail')
    expect(backupCheck({ ...taken, state: 'proven' }, at).status).toBe('pass')
  })

  test('differs when a table, a row or the migration version does', () => {
    const saved = { tables: { a: 1, b: 2 }, migrationVersion: '2' }

    expect(differencesOf(saved, saved)).toEqual([])
    expect(differencesOf(saved, { tables: { a: 1, c: 2 }, migrationVersion: '1' })).toEqual([
      'b: 2 rows saved, no table restored',
      'c: no table rows saved, 2 restored',
      'migration version: 2 saved, 1 restored',
    ])
  })
})
