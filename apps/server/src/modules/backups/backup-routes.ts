import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { type Backup, backupStates } from './backup.ts'
import type { Backups } from './backup-service.ts'

const BackupView = z.object({
  id: z.string(),
  instanceId: z.string(),
  state: z.enum(backupStates),
  repository: z.string(),
  snapshot: z.string().optional(),
  tables: z
    .record(z.string(), z.number())
    .optional()
    .meta({ description: 'Rows by table, in the snapshot that was saved' }),
  migrationVersion: z.string().optional(),
  bytes: z.number().optional(),
  failure: z.string().optional(),
  startedAt: z.iso.datetime(),
  takenAt: z.iso.datetime().optional(),
  provenAt: z.iso.datetime().optional(),
})

const backupView = (each: Backup): z.output<typeof BackupView> => ({
  id: each.id,
  instanceId: each.instanceId,
  state: each.state,
  repository: each.repository,
  startedAt: each.startedAt.toISOString(),
  ...(each.snapshot === undefined ? {} : { snapshot: each.snapshot }),
  ...(each.tables === undefined ? {} : { tables: { ...each.tables } }),
  ...(each.migrationVersion === undefined ? {} : { migrationVersion: each.migrationVersion }),
  ...(each.bytes === undefined ? {} : { bytes: each.bytes }),
  ...(each.failure === undefined ? {} : { failure: each.failure }),
  ...(each.takenAt === undefined ? {} : { takenAt: each.takenAt.toISOString() }),
  ...(each.provenAt === undefined ? {} : { provenAt: each.provenAt.toISOString() }),
})

export const backupRoutes =
  ({ backups }: { readonly backups: Backups }): Routes =>
  async (app) => {
    app.get(
      '/instances/:instanceId/backups',
      {
        config: { permission: 'instances.read' },
        schema: {
          operationId: 'listInstanceBackups',
          tags: ['backups'],
          params: z.object({ instanceId: z.string().max(64) }),
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(200).optional(),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(BackupView), next: z.string().optional() }) },
        },
      },
      async (request) => {
        const { items, next } = await backups.list(request.actor, request.params.instanceId, request.query)
        return { items: items.map(backupView), ...(next === undefined ? {} : { next }) }
      },
    )
  }
