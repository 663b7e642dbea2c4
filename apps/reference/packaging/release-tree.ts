import { join } from 'node:path'
import type { PlannedFault } from '../src/common/build-facts.ts'
import { filesBelow, type TreeFile, textFile } from './file-tree.ts'
import { runsInProduction, runtimeClosure } from './runtime-closure.ts'

export type ReleaseWish = { readonly version: string; readonly fault: PlannedFault }

const workspace = join(import.meta.dirname, '..')
const checkout = join(workspace, '..', '..')

/** What the services import at run time. */
export const runtimePackages = ['fastify', 'jose', 'openid-client', 'pg', 'prom-client'] as const

/** Our own sources, with what this release says about itself. */
export function sourceFiles({ version, fault }: ReleaseWish): readonly TreeFile[] {
  const facts = 'src/common/build-facts.ts'
  const sources = filesBelow(join(workspace, 'src'), 'src', (path) => !/\.test\.ts$/.test(path))
  const broken =
    fault === 'migration' ? [textFile('src/backend/migrations/9999-planned-fault.sql', plannedFaultSql)] : []
  return [
    ...sources.filter(({ path }) => path !== facts),
    ...broken,
    textFile(facts, factsText({ version, fault })),
    textFile(
      'package.json',
      `${JSON.stringify({ name: 'reference', version, private: true, type: 'module' }, null, 2)}\n`,
    ),
  ]
}

const plannedFaultSql = `-- This release was packaged so that its migration fails half way.
CREATE TABLE planned_fault (id integer);
SELECT planned_fault_does_not_exist();
`

const factsText = ({ version, fault }: ReleaseWish) =>
  `export const buildFacts = { version: ${JSON.stringify(version)}, fault: ${JSON.stringify(fault)} }\n`

/** Only JavaScript lies under node_modules: Node strips no types there. */
export function dependencyFiles(): readonly TreeFile[] {
  return runtimeClosure(checkout, runtimePackages).flatMap(({ folder, path }) =>
    filesBelow(folder, path, runsInProduction),
  )
}

export function nodeBinary(): string {
  return join(checkout, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
}
