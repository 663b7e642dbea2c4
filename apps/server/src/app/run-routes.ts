import { z } from 'zod'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Database } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'
import type { EventHub } from '../platform/event-hub.ts'
import type { Happening } from '../platform/happening.ts'
import type { Routes } from '../platform/http-types.ts'
import { isScoped, stayInScopes } from '../platform/scope.ts'
import { listRuns, showRun } from '../views/run-board.ts'
import type { RunResuming } from './run-resuming.ts'

const Failure = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  problems: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .readonly()
    .optional(),
})
const RunView = z
  .object({
    id: z.string(),
    flow: z.string(),
    subject: z.string(),
    startedBy: z.string(),
    startedAt: z.string(),
    resumedAt: z.string().optional(),
    endedAt: z.string().optional(),
    state: z.enum(['running', 'done', 'blocked', 'cancelled', 'failed']),
    takeovers: z.number(),
    cancelWanted: z.boolean(),
    failure: Failure.optional(),
  })
  .meta({ id: 'Run' })
const StepView = z
  .object({
    position: z.number(),
    name: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    attempts: z.number(),
    startedAt: z.string(),
    endedAt: z.string().optional(),
    seconds: z.number().optional(),
    note: z.string().optional(),
    failure: Failure.optional(),
  })
  .meta({ id: 'RunStep' })
const RunDetail = RunView.extend({ steps: z.array(StepView) }).meta({ id: 'RunDetail' })
const RunId = z.object({ runId: z.string().min(1).max(200) })

export type RunRouteDeps = {
  readonly db: Database
  readonly hub: EventHub
  readonly now: () => Date
  readonly resuming: RunResuming
}

export const runRoutes =
  ({ db, hub, now, resuming }: RunRouteDeps): Routes =>
  async (app) => {
    app.get(
      '/runs',
      {
        config: { permission: 'runs.read' },
        schema: {
          operationId: 'listRuns',
          tags: ['runs'],
          querystring: z.object({
            subject: z.string().optional(),
            state: RunView.shape.state.optional(),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().optional(),
          }),
          response: { 200: z.object({ items: z.array(RunView), next: z.string().optional() }) },
        },
      },
      async ({ query }) => {
        const { subject, state, after, limit } = query
        return listRuns(db, {
          limit,
          ...(subject === undefined ? {} : { subject }),
          ...(state === undefined ? {} : { state }),
          ...(after === undefined ? {} : { after }),
        })
      },
    )

    app.get(
      '/runs/:runId',
      {
        config: { permission: 'runs.read' },
        schema: { operationId: 'getRun', tags: ['runs'], params: RunId, response: { 200: RunDetail } },
      },
      async ({ params }) => showRun(db, params.runId),
    )

    app.get(
      '/events',
      {
        config: { permission: 'runs.read' },
        schema: {
          operationId: 'watchEvents',
          tags: ['runs'],
          description: 'Server-sent events: what changed, as it happens. `look.again` after a gap.',
          querystring: z.object({ subject: z.string().optional() }),
        },
      },
      async (request, reply) => {
        const { subject } = request.query
        const scoped = isScoped()
        await reply.sse((send) => {
          const tell = (happening: Happening) => send({ event: 'happened', data: happening })
          const tellSeen = stayInScopes(async (happening: Happening) => {
            if (await isSeen(db, happening.subject)) tell(happening)
          })
          return hub.subscribe((happening: Happening) => {
            if (happening.subject === '*') tell(happening)
            else if (subject && happening.subject !== subject) return
            else if (scoped)
              tellSeen(happening).catch((error: unknown) => request.log.warn({ err: error }, 'an event was left out'))
            else tell(happening)
          })
        })
      },
    )

    app.post(
      '/runs/:runId/cancel',
      {
        config: { permission: 'runs.write', idempotent: false },
        schema: {
          operationId: 'cancelRun',
          tags: ['runs'],
          params: RunId,
          body: z.object({ reason: z.string().trim().min(3).max(500) }),
          response: { 200: RunDetail },
        },
      },
      async (request) => {
        await wishCancel(db, request.actor, request.params.runId, request.body.reason, now())
        return showRun(db, request.params.runId)
      },
    )

    app.post(
      '/runs/:runId/resume',
      {
        config: { permission: 'runs.write', idempotent: false },
        schema: {
          operationId: 'resumeRun',
          tags: ['runs'],
          description:
            'Runs an ended run again from a step on. What that step and the ones after it had answered is forgotten.',
          params: RunId,
          body: z.object({ fromStep: z.string().min(1).max(200), reason: z.string().trim().min(3).max(500) }),
          response: { 200: RunDetail },
        },
      },
      async (request) => {
        const { fromStep: step, reason } = request.body
        await resuming.resume(request.actor, request.params.runId, { step, reason })
        return showRun(db, request.params.runId)
      },
    )

    app.post(
      '/runs/:runId/attest',
      {
        config: { permission: 'runs.write', idempotent: false },
        schema: {
          operationId: 'attestRunStep',
          tags: ['runs'],
          description:
            'A person vouches for the step a run ended at. Its check is asked again: where it passes the run goes on from that step, otherwise this is refused with what the check said.',
          params: RunId,
          body: z.object({ step: z.string().min(1).max(200), reason: z.string().trim().min(3).max(500) }),
          response: { 200: RunDetail },
        },
      },
      async (request) => {
        await resuming.attest(request.actor, request.params.runId, request.body)
        return showRun(db, request.params.runId)
      },
    )
  }

/** Whether a subject lies within the limits of whoever asks. */
const isSeen = async (db: Database, subject: string): Promise<boolean> =>
  (await db.row<{ seen: boolean }>('select scope_sees($1) as seen', [subject]))?.seen === true

/** A wish: the flow reads it before its next step, then takes back what it announced. */
async function wishCancel(db: Database, actor: Actor, id: string, reason: string, at: Date): Promise<void> {
  requirePermission(actor, 'runs.write')
  await db.inTransaction(async (tx) => {
    const row = await tx.row<{ ended_at: Date | null; wanted: boolean }>(
      'select ended_at, cancel_wanted_at is not null as wanted from run where id = $1 for no key update',
      [id],
    )
    if (!row) throw new NexusError('run.not_found', 'missing', `There is no run ${id}.`, { hint: 'nexusctl run list' })
    if (row.ended_at)
      throw new NexusError('run.ended', 'conflict', `Run ${id} has ended already.`, { hint: `nexusctl run show ${id}` })
    if (row.wanted) return
    await tx.rows('update run set cancel_wanted_at = $2, cancel_wanted_by = $3 where id = $1', [id, at, actor.id])
    await recordAudit(tx, actor, { action: 'run.cancel_wanted', subject: id, reason, at })
  })
}
