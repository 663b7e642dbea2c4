import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../../apps/server/src/platform/embedded-postgres.ts'
import { until } from './child.ts'

export type OwnPostgres = Awaited<ReturnType<typeof ownPostgres>>

/** A Postgres of one test that may be killed, cut off and starved; on a disk of its own where it is to run full. */
export async function ownPostgres(diskMegabytes?: number) {
  const home = mkdtempSync(join(tmpdir(), 'nexus-own-postgres-'))
  chmodSync(home, 0o755)
  const data = join(home, 'postgres', 'data')
  if (diskMegabytes !== undefined) {
    mkdirSync(data, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', data])
  }
  let server = await startEmbeddedPostgres(home)
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const runs = (number: number) => {
    try {
      process.kill(number, 0)
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${number}/status`, 'utf8'))
    } catch {
      return false
    }
  }
  return {
    /** One role for everything: who may change the trail is not asked here. */
    url: server.ownerUrl,
    socket: join(home, 'postgres', 'socket', '.s.PGSQL.5432'),
    /** Ends it at once, nothing written out. */
    kill: async () => {
      const number = pid()
      process.kill(number, 'SIGKILL')
      await until('Postgres is gone', 20, () => !runs(number))
    },
    /** Up again, where it is not. */
    start: async () => {
      server = await startEmbeddedPostgres(home)
    },
    /** Not a byte is left on its disk. */
    fill: () => {
      const file = openSync(join(data, 'filler'), 'w')
      for (const size of [1 << 20, 1 << 12, 1]) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size))
        } catch (thrown) {
          if (Reflect.get(Object(thrown), 'code') !== 'ENOSPC') throw thrown
        }
      }
      closeSync(file)
    },
    free: () => rmSync(join(data, 'filler')),
    stop: async () => {
      await server.stop()
      if (diskMegabytes !== undefined) execFileSync('umount', ['-l', data])
      rmSync(home, { recursive: true, force: true })
    },
  }
}
