import { execFile } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')

type Cruise = {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[]
  }
}

async function cruise(...folders: string[]): Promise<Cruise['summary']> {
  const words = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders]
  const { stdout } = await run(join(root, 'node_modules/.bin/depcruise'), words, { cwd: root, maxBuffer: 64e6 }).catch(
    (error) => error,
  )
  return (JSON.parse(stdout) as Cruise).summary
}

const sources = async (folder: string): Promise<number> =>
  (await readdir(join(root, folder), { recursive: true })).filter(
    (each) => /\.tsx?$/.test(each) && !/(^|\/)(node_modules|dist|out)\//.test(each),
  ).length

/** One planted violation a rule: the file to plant, what it imports. */
const planted: Record<string, readonly [string, string]> = {
  'nothing-imports-app': ['apps/server/src/modules/orders/planted-upward.ts', '../../app/config.ts'],
  'modules-stay-below': ['apps/server/src/platform/planted-upward.ts', '../views/order-timeline.ts'],
  'modules-are-strangers': ['apps/server/src/modules/orders/planted-stranger.ts', '../hosts/index.ts'],
  'through-the-door': ['apps/server/src/views/planted-rule.ts', '../modules/orders/order.ts'],
  'adapters-only-from-app': ['apps/server/src/modules/hosts/planted-rule.ts', '../../platform/adapters/ssh-remote.ts'],
  'flows-only-tell': ['apps/server/src/flows/deliver-order/planted-rule.flow.ts', 'node:fs'],
  'cli-and-console-only-by-client': ['apps/cli/src/planted-rule.ts', '../../server/src/platform/ids.ts'],
  'server-alone': ['apps/server/src/platform/planted-lab.ts', '../../../../lab/src/index.ts'],
}

afterEach(async () => {
  for (const [file] of Object.values(planted)) await rm(join(root, file), { force: true })
})

describe('import rules', () => {
  test('hold, and every source file was looked at', { timeout: 60_000 }, async () => {
    const summary = await cruise('apps', 'packages', 'lab')

    expect(summary.violations.map((each) => `${each.rule.name}: ${each.from}`)).toEqual([])
    expect(summary.totalCruised).toBeGreaterThanOrEqual(
      (await sources('apps')) + (await sources('packages')) + (await sources('lab')),
    )
  })

  test('refuse each a planted violation', { timeout: 120_000 }, async () => {
    for (const [file, target] of Object.values(planted)) {
      await mkdir(dirname(join(root, file)), { recursive: true })
      await writeFile(join(root, file), `import * as planted from '${target}'\nexport const found = planted\n`)
    }

    const found = new Set((await cruise('apps', 'lab')).violations.map((each) => each.rule.name))

    expect(Object.keys(planted).filter((rule) => !found.has(rule))).toEqual([])
  })
})
