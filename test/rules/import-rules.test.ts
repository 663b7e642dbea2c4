import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')

type Cruise = {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[]
  }
}

async function cruise(where: string, ...paths: string[]): Promise<Cruise['summary']> {
  const words = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...paths]
  const { stdout } = await run(join(root, 'node_modules/.bin/depcruise'), words, { cwd: where, maxBuffer: 64e6 }).catch(
    (error) => error,
  )
  return (JSON.parse(stdout) as Cruise).summary
}

const sources = async (folder: string): Promise<number> =>
  (await readdir(join(root, folder), { recursive: true })).filter(
    (each) => /\.tsx?$/.test(each) && !/(^|\/)(node_modules|dist|out)\//.test(each),
  ).length

const orders = 'apps/server/src/modules/orders'
/** Planted violations of every rule: the file to plant, what it imports. */
const planted: Record<string, readonly (readonly [string, string])[]> = {
  'no-circles': [
    [`${orders}/planted-there.ts`, './planted-back.ts'],
    [`${orders}/planted-back.ts`, './planted-there.ts'],
  ],
  'nothing-imports-app': [[`${orders}/planted-upward.ts`, '../../app/config.ts']],
  'modules-stay-below': [['apps/server/src/platform/planted-upward.ts', '../views/order-timeline.ts']],
  'platform-knows-no-domain': [['apps/server/src/platform/planted-domain.ts', '../modules/orders/index.ts']],
  'modules-are-strangers': [[`${orders}/planted-stranger.ts`, '../hosts/index.ts']],
  'through-the-door': [['apps/server/src/views/planted-rule.ts', '../modules/orders/order.ts']],
  'adapters-only-from-app': [
    ['apps/server/src/modules/hosts/planted-rule.ts', '../../platform/adapters/ssh-remote.ts'],
  ],
  'flows-only-tell': [['apps/server/src/flows/deliver-order/planted-rule.flow.ts', 'node:fs']],
  'cli-and-console-only-by-client': [['apps/cli/src/planted-rule.ts', '../../server/src/platform/ids.ts']],
  'server-alone': [['apps/server/src/platform/planted-lab.ts', '../../../../lab/src/index.ts']],
  'no-tests-in-code': [['apps/server/src/app/planted-harness.ts', '../../test/harness/database.ts']],
}

/** The sources once more, where planting disturbs nobody who reads them meanwhile. */
let copy = ''
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'nexus-import-rules-'))
  for (const folder of ['apps', 'lab']) {
    await cp(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (each) => !/\/(node_modules|dist|out)$/.test(each),
    })
  }
  for (const each of ['node_modules', 'packages']) await symlink(join(root, each), join(copy, each))
  await copyFile(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'))
})
afterAll(() => rm(copy, { recursive: true, force: true }))

describe('import rules', () => {
  test('hold, and every source file was looked at', { timeout: 60_000 }, async () => {
    const summary = await cruise(root, 'apps', 'packages', 'lab')

    expect(summary.violations.map((each) => `${each.rule.name}: ${each.from}`)).toEqual([])
    expect(summary.totalCruised).toBeGreaterThanOrEqual(
      (await sources('apps')) + (await sources('packages')) + (await sources('lab')),
    )
  })

  test('are each tried here', async () => {
    const { default: rules } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
      readonly default: { readonly forbidden: readonly { readonly name: string }[] }
    }

    expect(Object.keys(planted).sort()).toEqual(rules.forbidden.map((each) => each.name).sort())
  })

  test('refuse each a planted violation', { timeout: 120_000 }, async () => {
    const files = Object.values(planted).flat()
    for (const [file, target] of files) {
      await mkdir(dirname(join(copy, file)), { recursive: true })
      await writeFile(join(copy, file), `import * as planted from '${target}'\nexport const found = planted\n`)
    }

    const { violations } = await cruise(copy, ...files.map(([file]) => file))

    const found = new Set(violations.map((each) => each.rule.name))
    expect(Object.keys(planted).filter((rule) => !found.has(rule))).toEqual([])
  })
})
