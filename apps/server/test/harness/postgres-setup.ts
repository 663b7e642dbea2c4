import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/** One real Postgres for the run of the tests, in a folder of its own that goes away with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'nexus-test-'))
  const { chmod } = await import('node:fs/promises')
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres(home)
  project.provide('postgresUrl', postgres.ownerUrl)
  return async () => {
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}
