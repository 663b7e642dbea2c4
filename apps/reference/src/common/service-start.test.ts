import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withFiles } from './service-start.ts'

const folder = mkdtempSync(join(tmpdir(), 'reference-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a variable comes from its file where one is named, and from the environment first', () => {
  const file = join(folder, 'KEY')
  writeFileSync(file, 'from a file')

  expect(withFiles(['KEY', 'MORE'], { KEY_FILE: file, MORE: 'x', OTHER: 'y' })).toEqual({
    KEY: 'from a file',
    MORE: 'x',
  })
  expect(withFiles(['KEY'], { KEY_FILE: file, KEY: 'given' })).toEqual({ KEY: 'given' })
  expect(() => withFiles(['KEY'], { KEY_FILE: join(folder, 'none') })).toThrow('ENOENT')
})
