import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { verificationRoutes } from './trail-proof-routes.ts'
import type { Trail } from './trail-service.ts'
import { CheckpointView, EntryView, ExportedView, KeyView } from './trail-shapes.ts'

const tags = ['trail']
const Reason = z.string().trim().min(3).max(500)

export const trailRoutes =
  ({ trail }: { readonly trail: Trail }): Routes =>
  async (app) => {
    await app.register(verificationRoutes({ trail }))

    app.get(
      '/trail/entries',
      {
        config: { permission: 'trail.read' },
        schema: {
          operationId: 'listTrail',
          tags,
          summary: 'Who changed what and when, newest first.',
          querystring: z.object({
            subject: z.string().max(200).optional(),
            actor: z.string().max(200).optional().meta({ description: 'Who acted, or on whose behalf.' }),
            action: z.string().max(100).optional().meta({ description: 'One action, or all of a noun: `order`.' }),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(EntryView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query }) => {
        const found = await trail.list(actor, query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found, ...(last ? { next: last.id } : {}) }
      },
    )

    app.get(
      '/trail/entries/:entry',
      {
        config: { permission: 'trail.read' },
        schema: {
          operationId: 'getTrailEntry',
          tags,
          summary: 'One entry, by its id or its place in the log.',
          params: z.object({ entry: z.string().max(64) }),
          response: { 200: EntryView },
        },
      },
      ({ actor, params }) => trail.find(actor, params.entry),
    )

    app.post(
      '/trail/exports',
      {
        config: { permission: 'trail.export' },
        schema: {
          operationId: 'startTrailExport',
          tags,
          summary: 'Begins an export, which is an entry itself; its pages can be read for an hour.',
          body: z.strictObject({ format: z.enum(['audit-lines', 'jsonl', 'tiles']), reason: Reason.optional() }),
          response: { 200: z.object({ id: z.string(), checkpoint: CheckpointView, keys: z.array(KeyView) }) },
        },
      },
      async ({ actor, body }) => {
        const begun = await trail.startExport(actor, body)
        return { ...begun, keys: [...begun.keys] }
      },
    )

    app.get(
      '/trail/exports/:exportId',
      {
        config: { permission: 'trail.export' },
        schema: {
          operationId: 'readTrailExport',
          tags,
          summary: 'A page of an export, in the order of the log.',
          params: z.object({ exportId: z.string().max(64) }),
          querystring: z.object({
            from: z.coerce.number().int().min(0).default(0),
            limit: z.coerce.number().int().min(1).max(2000).default(1000),
          }),
          response: { 200: z.object({ items: z.array(ExportedView), next: z.int().optional() }) },
        },
      },
      ({ actor, params, query }) => trail.exportPage(actor, params.exportId, query),
    )

    app.post(
      '/trail/key/rotate',
      {
        config: { permission: 'trail.write' },
        schema: {
          operationId: 'rotateTrailKey',
          tags,
          summary: 'A new signing key; the next checkpoint is signed by the old one too.',
          body: z.strictObject({ reason: Reason }),
          response: { 200: KeyView },
        },
      },
      ({ actor, body }) => trail.rotateKey(actor, body.reason),
    )

    app.post(
      '/trail/restores',
      {
        config: { permission: 'trail.write' },
        schema: {
          operationId: 'acceptTrailRestore',
          tags,
          summary:
            'Says that the database was restored: an entry with the old and the new size, with which the log goes on.',
          body: z.strictObject({ reason: Reason }),
          response: {
            200: z.object({ restored: z.boolean(), from: z.int().optional(), to: z.int().optional() }),
          },
        },
      },
      async ({ actor, body }) => {
        const accepted = await trail.acceptRestore(actor, body.reason)
        return { restored: accepted !== undefined, ...accepted }
      },
    )
  }
