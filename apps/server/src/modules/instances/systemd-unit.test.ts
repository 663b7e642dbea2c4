import { describe, expect, test } from 'vitest'
import type { Placement } from './runtime.ts'
import { readStack } from './stack-manifest.ts'
import { placeSlot, runOnce } from './systemd-commands.ts'
import { environmentFile, unitText, unitWord } from './systemd-unit.ts'

const read = readStack(`version: 1
name: shop
release: 1.0.0
runtime: systemd
artifact: { file: a.tgz }
services:
  api: { command: [bin/api, "100%", $HOME], port: 4781, health: { path: /health }, needs: [db] }
  db: { command: [sh, -c, "exec db"], port: 4782, health: { path: /health }, memory: 256M }
`)
if (!read.ok) throw new Error(JSON.stringify(read.problems))
const placement: Placement = {
  host: { hostId: 'hst_1', address: '192.0.2.1', port: 22, user: 'root', hostKey: '' },
  instance: 'ins_1',
  slot: 'b',
  release: 'rel_1',
  stack: read.stack,
  artifacts: [],
  compose: undefined,
}
const { api, db } = read.stack.services

describe('the unit of a service', () => {
  test('runs it from its slot, as its own user, confined, after what it needs', () => {
    const text = api ? unitText(placement, 'api', api) : ''

    expect(text).toContain('ExecStart="/srv/nexus/ins_1/slots/b/bin/api" "100%%" "$$HOME"')
    expect(text).toContain('After=network-online.target postgresql.service nexus-ins_1-b-db.service')
    for (const line of [
      'User=nx-1',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'PrivateTmp=yes',
      'Restart=always',
      'MemoryMax=1G',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toContain('EnvironmentFile=/srv/nexus/ins_1/env/b/api.env')
  })

  test('takes a plain name from the path of the system and its own memory limit', () => {
    const text = db ? unitText(placement, 'db', db) : ''

    expect(text).toContain('ExecStart="sh" "-c" "exec db"')
    expect(text).toContain('MemoryMax=256M')
  })

  test('quotes what systemd would read otherwise', () => {
    expect(unitWord('a"b\\c%n$X')).toBe('"a\\"b\\\\c%%n$$X"')
  })

  test('gets its environment by a file, values of several lines and marks included', () => {
    expect(environmentFile({ A: 'x"$y`\\', B: 'one\ntwo' })).toBe('A="x\\"\\$y\\`\\\\"\nB="one\ntwo"\n')
  })

  test('has its secrets in the script that goes by stdin, never in a parameter', () => {
    const placed = placeSlot(placement, { api: { KEY: 'hunter22' } })
    const once = runOnce(placement, {
      service: 'api',
      command: ['bin/api', '--check'],
      timeoutSeconds: 5,
      instead: { KEY: 'hunter22' },
    })

    expect(placed.script).toContain('KEY="hunter22"')
    expect(placed.args).toBeUndefined()
    expect(once.script.split('\n').find((line) => line.startsWith('systemd-run'))).not.toContain('hunter22')
  })
})
