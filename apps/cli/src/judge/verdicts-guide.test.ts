import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { call } from '../test/call.ts'

const root = resolve(import.meta.dirname, '../../../..')

test('the worked example of the guide is what the command prints', async () => {
  const guide = await readFile(join(root, 'docs/guides/verdicts.md'), 'utf8')

  const { exit, out } = await call(['judge', join(root, 'examples/judge/rollout.csv')])

  expect(exit).toBe(1)
  expect(guide).toContain(`\n${out.trimEnd()}\n$ echo $?\n1\n`)
})
