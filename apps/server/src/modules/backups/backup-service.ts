import { z } from 'zod'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { plainText } from '../../platform/plain-text.ts'
import type { HostAddress, Program, Remote } from '../../platform/remote.ts'
import { type Backup, backupCheck, differencesOf, type TableCounts } from './backup.ts'
import { type BackupPlace, dropScratch, restoreScratch, takeBackup } from './backup-commands.ts'
import * as store from './backup-store.ts'

/** What there is to save: told by instances. */
export type BackupSource = {
  readonly host: HostAddress
  readonly tenant: string
  readonly database: string
  /** The one other database the instance's role may enter. */
  readonly scratch: string
  readonly role: string
}

export type BackupDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly remote: Remote
  readonly instances: {
    readonly source: (instanceId: string) => Promise<BackupSource>
    /** The migration version the stack reports for its own database, or for the one named. */
    readonly migrationVersion: (instanceId: string, database?: string) => Promise<string>
  }
  readonly secrets: {
    readonly generate: (actor: Actor, secret: { tenant: string; name: string; bytes: number }) => Promise<string>
    readonly reveal: (ref: string) => Promise<string>
  }
}

const repositoryOf = (instanceId: string) => `/var/backups/nexus/${instanceId}`
const counted = z.object({ table: z.string(), rows: z.number().int() })
const saved = z.object({ snapshot: z.string().regex(/^[0-9a-f]{8,64}$/), bytes: z.number().int().positive() })

export const backupService = ({ db, now, remote, instances, secrets }: BackupDeps) => {
  async function run(host: HostAddress, program: Program): Promise<readonly unknown[]> {
    const { exit, events, stderr, noise } = await remote.run(host, program)
    if (exit === 0) return events
    throw new NexusError('backup.host_refused', 'conflict', `"${program.name}" ended with exit ${exit} on the host.`, {
      problems: [{ path: 'host', message: plainText(`${stderr}\n${noise}`.trim(), 1500) }],
    })
  }

  async function move(actor: Actor, id: string, action: string, edit: (before: Backup) => Backup): Promise<Backup> {
    return db.inTransaction(async (tx) => {
      const before = await store.lockBackup(tx, id)
      const after = edit(before)
      await store.saveBackup(tx, after)
      const { state, tables, migrationVersion, snapshot, failure } = after
      await recordAudit(tx, actor, {
        action,
        subject: id,
        before: { state: before.state },
        after: { state, tables, migrationVersion, snapshot, failure },
        at: now(),
      })
      return after
    })
  }

  async function placeOf(backup: Backup): Promise<BackupPlace & { readonly host: HostAddress }> {
    const { host, database, scratch, role } = await instances.source(backup.instanceId)
    return { host, database, scratch, role, repository: backup.repository, key: await secrets.reveal(backup.keyRef) }
  }

  /** One key a repository: made with the first backup, the same for all that follow. */
  async function begin(actor: Actor, instanceId: string): Promise<Backup> {
    const [last] = await store.backupsOf(db, instanceId, 1)
    const { tenant } = await instances.source(instanceId)
    const keyRef =
      last?.keyRef ?? (await secrets.generate(actor, { tenant, name: `${instanceId}.backup-key`, bytes: 32 }))
    const at = now()
    const none = {
      snapshot: undefined,
      tables: undefined,
      migrationVersion: undefined,
      bytes: undefined,
      seconds: undefined,
    }
    const open = { failure: undefined, proof: undefined, takenAt: undefined, provenAt: undefined }
    const fresh: Backup = {
      id: newId('bak', at),
      instanceId,
      state: 'taking',
      repository: repositoryOf(instanceId),
      keyRef,
      startedAt: at,
      ...none,
      ...open,
    }
    await db.inTransaction(async (tx) => {
      await store.failUnfinished(tx, instanceId)
      await store.addBackup(tx, fresh)
      await recordAudit(tx, actor, {
        action: 'backup.begun',
        subject: fresh.id,
        after: { instanceId, repository: fresh.repository },
        at,
      })
    })
    return fresh
  }

  const failed = (actor: Actor, id: string, error: unknown) =>
    move(actor, id, 'backup.failed', (before) => ({ ...before, state: 'failed', failure: toFailure(error).message }))

  return {
    /** Saves the database and what it held at that very moment. One that was cut off is marked failed and taken again. */
    backUp: async (actor: Actor, { instanceId }: { readonly instanceId: string }): Promise<Backup> => {
      requirePermission(actor, 'instances.write')
      const backup = await begin(actor, instanceId)
      try {
        const { host, ...place } = await placeOf(backup)
        const before = await instances.migrationVersion(instanceId)
        const events = await run(host, takeBackup(place, backup.id))
        const after = await instances.migrationVersion(instanceId)
        if (before !== after) {
          throw new NexusError(
            'backup.migrated_meanwhile',
            'unavailable',
            'The database was migrated while it was saved; take the backup again.',
          )
        }
        const { snapshot, bytes } = saved.parse(events.at(-1))
        const tables = countsIn(events.slice(0, -1))
        const takenAt = now()
        const seconds = (takenAt.getTime() - backup.startedAt.getTime()) / 1000
        return await move(actor, backup.id, 'backup.taken', (each) => ({
          ...each,
          state: 'taken',
          snapshot,
          bytes,
          tables,
          migrationVersion: before,
          seconds,
          takenAt,
        }))
      } catch (error) {
        await failed(actor, backup.id, error)
        throw error
      }
    },

    /** Restores into a scratch database on the host and compares; what does not agree is failed, never proven. */
    proveRestore: async (actor: Actor, { backupId }: { readonly backupId: string }): Promise<Backup> => {
      requirePermission(actor, 'instances.write')
      const backup = await store.findBackup(db, backupId)
      if (backup.state === 'proven') return backup
      const { snapshot, tables, migrationVersion } = backup
      if (backup.state !== 'taken' || !snapshot || !tables || migrationVersion === undefined) {
        throw new NexusError(
          'backup.not_taken',
          'conflict',
          `${backupId} is ${backup.state}: there is nothing to restore.`,
        )
      }
      const { host, ...place } = await placeOf(backup)
      try {
        const restored = {
          tables: countsIn(await run(host, restoreScratch(place, snapshot))),
          migrationVersion: await instances.migrationVersion(backup.instanceId, place.scratch),
        }
        const differences = differencesOf({ tables, migrationVersion }, restored)
        const agrees = differences.length === 0
        const proof = { at: now().toISOString(), ...restored, agrees, differences }
        return await move(actor, backupId, agrees ? 'backup.proven' : 'backup.failed', (each) =>
          agrees
            ? { ...each, state: 'proven', proof, provenAt: now() }
            : { ...each, state: 'failed', proof, failure: `The restored copy differs: ${differences.join('; ')}` },
        )
      } finally {
        await run(host, dropScratch(place))
      }
    },

    list: async (
      actor: Actor,
      instanceId: string,
      page: { limit?: number | undefined; after?: string | undefined } = {},
    ) => {
      requirePermission(actor, 'instances.read')
      const limit = page.limit ?? 50
      const found = await store.backupsOf(db, instanceId, limit + 1, page.after)
      const items = found.slice(0, limit)
      return { items, next: found.length > limit ? items.at(-1)?.id : undefined }
    },

    /** S0-143 as a check: the newest backup, and only one that was proven passes. */
    check: async (actor: Actor, instanceId: string): Promise<CheckResult> => {
      requirePermission(actor, 'instances.read')
      const [newest] = await store.backupsOf(db, instanceId, 1)
      return backupCheck(newest, now())
    },
  }
}

export type Backups = ReturnType<typeof backupService>

function countsIn(events: readonly unknown[]): TableCounts {
  return Object.fromEntries(
    events.map((event) => {
      const { table, rows } = counted.parse(event)
      return [table, rows]
    }),
  )
}
