import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { backupService } from '../../src/modules/backups/index.ts'
import {
  acceptStack,
  composeRuntime,
  deployments,
  insideFolder,
  instanceService,
  type SecretsPort,
  systemdRuntime,
} from '../../src/modules/instances/index.ts'
import { releaseService } from '../../src/modules/releases/index.ts'
import { systemActor } from '../../src/platform/actor.ts'
import { migrate, openDatabase } from '../../src/platform/db.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { newSecret } from '../../src/platform/ids.ts'
import { migrations } from './database.ts'
import type { RentedHost } from './rented-host.ts'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '../../../..')

/** Secrets in memory: every reference opens what was put under it. Those it makes begin with a hyphen, as people's own may. */
export function memorySecrets(): SecretsPort & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  const put = async (tenant: string, name: string, value: string) => {
    const version = [...kept.keys()].filter((each) => each.startsWith(`secret:${tenant}/${name}@`)).length + 1
    const ref = `secret:${tenant}/${name}@${version}`
    kept.set(ref, value)
    return ref
  }
  return {
    kept,
    put: (_, { tenant, name, value }) => put(tenant, name, value),
    generate: (_, { tenant, name, bytes }) => put(tenant, name, `-${newSecret(bytes)}`),
    reveal: async (ref) => kept.get(ref) ?? Promise.reject(new Error(`nothing is kept under ${ref}`)),
  }
}

/** The control plane's parts for instances, wired to one real host, with a Postgres and a folder of stacks of their own. */
export async function workbench({ host, remote }: RentedHost) {
  const home = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres(home)
  const db = openDatabase(postgres.ownerUrl, 5)
  await migrate(db, migrations)
  const stacksFolder = await mkdtemp(join(tmpdir(), 'nexus-stacks-'))
  const now = () => new Date()
  const releases = releaseService({ db, now, stacksFolder, insideFolder, readFolder: acceptStack })
  const runtimeDeps = { remote, openArtifact: releases.openArtifact, weigh: async () => {} }
  const secrets = memorySecrets()
  const hosts = { address: async () => host }
  const runtimes = { systemd: systemdRuntime(runtimeDeps), compose: composeRuntime(runtimeDeps) }
  const deps = { db, now, remote, hosts, secrets, releases, runtimes }
  const steps = deployments(deps)
  const instances = instanceService({ ...deps, deployments: steps })
  const source = { source: instances.backupSource, migrationVersion: steps.migrationVersion }
  const backups = backupService({ db, now, remote, secrets, instances: source })
  const actor = systemActor('test')
  return {
    db,
    deps,
    secrets,
    releases,
    steps,
    instances,
    backups,
    actor,

    /** A release of the reference stack, as its own packager writes it. */
    release: async (version: string, runtime: 'systemd' | 'compose', fault = 'none') => {
      const words = ['apps/reference/package.ts', '--out', join(stacksFolder, version), '--version', version]
      await run(process.execPath, [...words, '--runtime', runtime, '--break', fault], { cwd: repository })
      const asked = { folder: version, manifest: `stack.${runtime}.yaml` }
      return (await releases.register(actor, asked)).release
    },

    close: async () => {
      await db.close()
      await postgres.stop()
      await rm(home, { recursive: true, force: true })
      await rm(stacksFolder, { recursive: true, force: true })
    },
  }
}

export type Workbench = Awaited<ReturnType<typeof workbench>>
