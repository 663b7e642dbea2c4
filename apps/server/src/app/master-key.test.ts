import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSettings } from './config.ts'
import { nextMasterKey, readMasterKey } from './master-key.ts'

let folder: string
let home: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-key-'))
  home = join(folder, 'home')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const key = randomBytes(32)
const write = (file: string, mode = 0o600) => {
  writeFileSync(file, `${key.toString('base64')}\n`, { mode })
  return file
}
const keyWith = (more: Record<string, string>) =>
  readMasterKey(readSettings({ NEXUS_HOME: home, ...more }), process.env['PATH'])

describe('the master key', () => {
  test('is made beside the data at the first start, for its owner alone, and is the same ever after', () => {
    const made = keyWith({})

    expect(made).toHaveLength(32)
    expect(statSync(`${home}.key`).mode & 0o777).toBe(0o600)
    expect(existsSync(join(home, 'master.key'))).toBe(false)
    expect(keyWith({})).toEqual(made)
  })

  test('comes from a file, a variable, a systemd credential or a command', () => {
    const file = write(join(folder, 'own.key'))
    write(join(folder, 'master-key'), 0o400)

    expect(keyWith({ NEXUS_MASTER_KEY_FILE: file })).toEqual(key)
    expect(keyWith({ NEXUS_MASTER_KEY: key.toString('base64') })).toEqual(key)
    expect(keyWith({ CREDENTIALS_DIRECTORY: folder })).toEqual(key)
    expect(keyWith({ NEXUS_MASTER_KEY_COMMAND: `cat,${file}` })).toEqual(key)
    expect(() => keyWith({ NEXUS_MASTER_KEY_COMMAND: 'false' })).toThrow('Command failed')
  })

  test.each([
    ['in it', (at: string) => join(at, 'master.key')],
    ['deep in it', (at: string) => join(at, 'keys/here/master.key')],
    ['by a link', (at: string) => join(at, '../link/master.key')],
  ])('is refused below the data directory: %s', (_where, place) => {
    mkdirSync(home)
    symlinkSync(home, join(folder, 'link'))

    expect(() => keyWith({ NEXUS_MASTER_KEY_FILE: place(home) })).toThrow('must not lie below')
    expect(() => keyWith({ NEXUS_MASTER_KEY_NEXT_FILE: place(home) })).toThrow('must not lie below')
  })

  test('of an earlier version below the data directory is not silently replaced', () => {
    mkdirSync(home)
    write(join(home, 'master.key'))

    expect(() => keyWith({})).toThrow('must not lie below')
  })

  test('that others may read is refused, also the next one', () => {
    const file = write(join(folder, 'open.key'), 0o644)

    expect(() => keyWith({ NEXUS_MASTER_KEY_FILE: file })).toThrow('may be read by others')
    expect(() => nextMasterKey({ masterKeyNextFile: file })).toThrow('may be read by others')
    expect(nextMasterKey({ masterKeyNextFile: join(folder, 'none') })).toBeUndefined()
  })
})
