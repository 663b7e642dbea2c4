import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { Trail } from './trail-service.ts'
import { CheckpointView, ExportedView, KeyView, VerificationView } from './trail-shapes.ts'

const tags = ['trail']
/** A proof, a checkpoint and a verdict tell of the log as a whole. */
const whole = { permission: 'trail.read', scope: 'whole' } as const

/** What makes the trail provable: checkpoints, keys, proofs, and the judgement of the server itself. */
export const verificationRoutes =
  ({ trail }: { readonly trail: Trail }): Routes =>
  async (app) => {
    app.get(
      '/trail/key',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'getTrailKey',
          tags,
          summary:
            'The public keys of the log, newest first: what a verifier needs. Compare the fingerprint over another way.',
          response: { 200: z.object({ items: z.array(KeyView) }) },
        },
      },
      async () => ({ items: [...(await trail.keys())] }),
    )

    app.post(
      '/trail/checkpoint',
      {
        config: { ...whole, idempotent: false },
        schema: {
          operationId: 'checkpointTrail',
          tags,
          summary: 'Places what is there, signs a checkpoint and brings it outside, at once.',
          response: { 200: CheckpointView },
        },
      },
      ({ actor }) => trail.checkpoint(actor),
    )

    app.get(
      '/trail/checkpoints',
      {
        config: whole,
        schema: {
          operationId: 'listTrailCheckpoints',
          tags,
          summary: 'Checkpoints by size: the newest 10,000, and of older ones the last of each hour.',
          response: { 200: z.object({ items: z.array(CheckpointView) }) },
        },
      },
      async ({ actor }) => ({ items: [...(await trail.checkpoints(actor))] }),
    )

    app.get(
      '/trail/entries/:entry/proof',
      {
        config: whole,
        schema: {
          operationId: 'proveTrailEntry',
          tags,
          summary: 'The inclusion proof of an entry (RFC 9162), against the smallest checkpoint that covers it.',
          params: z.object({ entry: z.string().max(64) }),
          response: {
            200: z.object({ entry: ExportedView, size: z.int(), proof: z.array(z.string()), checkpoint: z.string() }),
          },
        },
      },
      async ({ actor, params }) => {
        const found = await trail.prove(actor, params.entry)
        return { ...found, proof: [...found.proof] }
      },
    )

    app.get(
      '/trail/consistency',
      {
        config: whole,
        schema: {
          operationId: 'proveTrailConsistency',
          tags,
          summary: 'The proof that the log of one size begins with the log of another (RFC 9162).',
          querystring: z.object({ first: z.coerce.number().int().min(0), second: z.coerce.number().int().min(0) }),
          response: { 200: z.object({ proof: z.array(z.string()) }) },
        },
      },
      async ({ actor, query }) => ({ proof: [...(await trail.consistency(actor, query.first, query.second))] }),
    )

    app.get(
      '/trail/verify',
      {
        config: whole,
        schema: {
          operationId: 'verifyTrail',
          tags,
          summary: 'Goes through the whole log and holds it against every checkpoint, also those outside the database.',
          response: { 200: VerificationView },
        },
      },
      async ({ actor }) => {
        const { verdict, size, findings, holds, limits, waiting } = await trail.verify(actor)
        return { verdict, size, findings: [...findings], holds: [...holds], limits: [...limits], waiting }
      },
    )
  }
