import { z } from 'zod'
import type { CheckStepAgain } from '../flows/deliver-order/attest-step.ts'
import { attestableSteps, isAttestable } from '../flows/deliver-order/delivery.ts'
import type { Orders } from '../modules/orders/index.ts'
import { type Actor, insideGrant, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import { type Database, joinTransaction } from '../platform/db.ts'
import { NexusError, toFailure } from '../platform/errors.ts'
import type { FlowEngine } from '../platform/flow-engine.ts'
import { lastFailedStep, showRun } from '../views/run-board.ts'

type Run = Awaited<ReturnType<typeof showRun>>
type Step = { readonly position: number; readonly name: string }
export type Ask = { readonly step: string; readonly reason: string }

export type ResumingDeps = {
  readonly db: Database
  readonly engine: () => FlowEngine
  readonly now: () => Date
  readonly orders: Pick<Orders, 'unblock'>
  readonly checkAgain: CheckStepAgain
}

/** Runs that ended go on: from a step a person names, or from the failed one that a person vouches for. */
export function runResuming({ db, engine, now, orders, checkAgain }: ResumingDeps) {
  async function goOn(actor: Actor, run: Run, from: Step, reason: string, attested: boolean): Promise<void> {
    requirePermission(actor, 'runs.write')
    await db.inTransaction(async (tx) => {
      const ended = await tx.row('select 1 as ok from run where id = $1 and ended_at is not null for no key update', [
        run.id,
      ])
      if (!ended) throw stillRunning(run.id)
      if (run.flow === 'deliver-order') {
        await joinTransaction(tx, () => orders.unblock(actor, run.subject, { reason, resumesRun: true }))
      }
      await tx.rows(
        `update run set cancel_wanted_at = null, ended_at = null, outcome = null, failure = null, resumed_at = $2
          where id = $1`,
        [run.id, now()],
      )
      // They are begun anew, with times of their own.
      await tx.rows('delete from run_step where run_id = $1 and position >= $2', [run.id, from.position])
      const trail = { subject: run.id, reason, at: now() }
      if (attested) await recordAudit(tx, actor, { action: 'run.attested', ...trail, after: { step: from.name } })
      await recordAudit(tx, actor, { action: 'run.resumed', ...trail, after: { from: from.name } })
      // Last, and within: killed before this commits, the run goes on all the same and says so itself.
      await engine().resume(run.id, from.position)
    })
  }

  return {
    resume: async (actor: Actor, runId: string, { step, reason }: Ask): Promise<void> => {
      const run = await showRun(db, runId)
      const from = lastTimeOf(run.steps, step)
      if (!from) throw noSuchStep(run, step)
      if (run.state === 'running') throw stillRunning(runId)
      await goOn(actor, run, from, reason, false)
    },

    /** The person's word stands in the trail; the check decides: where it does not pass now, nothing goes on. */
    attest: async (actor: Actor, runId: string, { step, reason }: Ask): Promise<void> => {
      requirePermission(actor, 'runs.write')
      requirePermission(actor, 'checks.attest')
      // Read once for each permission: a grant of either may be limited to some orders, and both have to reach this one.
      const run = await showRun(db, runId)
      await insideGrant(actor, 'checks.attest', () => showRun(db, runId))
      if (!run.steps.some((each) => each.name === step)) throw noSuchStep(run, step)
      if (run.flow !== 'deliver-order' || !isAttestable(step)) throw notAttestable(runId, step)
      if (run.state === 'running') throw stillRunning(runId)
      const failed = await failedAt(runId)
      if (run.state === 'done' || run.state === 'cancelled' || failed?.name !== step) throw notFailed(run, step, failed)
      const row = await db.row<{ input: unknown }>('select input from run where id = $1', [runId])
      await checkAgain(DeliveryInput.parse(row?.input), step, actor.id).catch((thrown) => {
        throw stillFails(step, thrown)
      })
      await goOn(actor, run, failed, reason, true)
    },
  }

  /** Giving up on the records is the failure of the looking before it. */
  async function failedAt(runId: string): Promise<Step | undefined> {
    const failed = await lastFailedStep(db, runId)
    if (failed?.name !== 'give up on the DNS records') return failed
    const looked = (await showRun(db, runId)).steps.filter((each) => each.position < failed.position)
    return looked.findLast((each) => each.name === 'look at the DNS records')
  }
}

/** Where a step was begun last; one that was asked again and again is begun at the first time of that asking. */
function lastTimeOf(steps: readonly Step[], name: string): Step | undefined {
  let at = steps.findLastIndex((each) => each.name === name)
  while (at > 0 && steps[at - 1]?.name === name) at -= 1
  return steps[at]
}

export type RunResuming = ReturnType<typeof runResuming>

const DeliveryInput = z.object({ orderId: z.string(), ticket: z.string(), attempt: z.number() })

const noSuchStep = (run: Run, step: string) =>
  new NexusError('run.no_such_step', 'missing', `Run ${run.id} has no step called ${step}.`, {
    hint: `It has: ${[...new Set(run.steps.map((each) => each.name))].join(', ')}.`,
  })

const stillRunning = (runId: string) =>
  new NexusError('run.still_running', 'conflict', `Run ${runId} has not ended.`, {
    hint: `nexusctl run watch ${runId}`,
  })

const notAttestable = (runId: string, step: string) =>
  new NexusError('run.not_attestable', 'conflict', `"${step}" has no check that can be asked again.`, {
    hint: `Attested can be: ${attestableSteps.join(', ')}. Or: nexusctl run resume ${runId}`,
  })

const notFailed = (run: Run, step: string, failed: Step | undefined) =>
  new NexusError('run.step_not_failed', 'conflict', `Run ${run.id} did not end at a failure of "${step}".`, {
    hint: failed ? `It failed at: ${failed.name}` : `nexusctl run show ${run.id}`,
  })

/** What the check said, as a refusal of the attestation: never a reason to ask again by itself. */
function stillFails(step: string, thrown: unknown): NexusError {
  const { message, problems, hint } = toFailure(thrown)
  return new NexusError('run.check_still_fails', 'conflict', `"${step}" does not pass now either: ${message}`, {
    cause: thrown,
    ...(problems === undefined ? {} : { problems }),
    ...(hint === undefined ? {} : { hint }),
  })
}
