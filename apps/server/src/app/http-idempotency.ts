import { createHash } from 'node:crypto'
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import type { Database } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'

/** Who asked for what under which key. */
export type Claim = { readonly actor: string; readonly key: string; readonly route: string; readonly bodyHash: string }

export type KeptAnswer = { readonly status: number; readonly body: string | undefined }

/** `mine`: go on and do it. `running`: someone is at it. `other`: the key was used for something else. */
export type ClaimOutcome = 'mine' | 'running' | 'other' | KeptAnswer

export type IdempotencyStore = {
  readonly claim: (claim: Claim, at: Date) => Promise<ClaimOutcome>
  readonly keep: (claim: Claim, answer: KeptAnswer) => Promise<void>
  readonly release: (claim: Claim) => Promise<void>
}

const keptHours = 24
/** A claim without an answer is of a process that died; after this the next caller does the work. */
const runningSeconds = 120

type Row = { route: string; body_hash: string; status: number | null; answer: { body?: string } | null }

export const idempotencyStore = (db: Database): IdempotencyStore => ({
  claim: (claim, at) =>
    db.inTransaction(async (tx) => {
      const lapsed = new Date(at.getTime() - runningSeconds * 1000)
      const old = new Date(at.getTime() - keptHours * 3_600_000)
      await tx.rows(
        `delete from idempotency_key where (actor = $1 and key = $2 and status is null and created_at < $3)
         or ctid in (select ctid from idempotency_key where created_at < $4 limit 100 for update skip locked)`,
        [claim.actor, claim.key, lapsed, old],
      )
      const added = await tx.row(
        `insert into idempotency_key (actor, key, route, body_hash, created_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning key`,
        [claim.actor, claim.key, claim.route, claim.bodyHash, at],
      )
      if (added) return 'mine'
      const row = await tx.row<Row>(
        `select route, body_hash, status, answer from idempotency_key where actor = $1 and key = $2`,
        [claim.actor, claim.key],
      )
      if (!row) return 'running'
      if (row.route !== claim.route || row.body_hash !== claim.bodyHash) return 'other'
      return row.status === null ? 'running' : { status: row.status, body: row.answer?.body }
    }),
  keep: async (claim, { status, body }) => {
    await db.rows(`update idempotency_key set status = $3, answer = $4 where actor = $1 and key = $2`, [
      claim.actor,
      claim.key,
      status,
      JSON.stringify(body === undefined ? {} : { body }),
    ])
  },
  release: async ({ actor, key }) => {
    await db.rows(`delete from idempotency_key where actor = $1 and key = $2 and status is null`, [actor, key])
  },
})

/**
 * `Idempotency-Key` on every POST: the same key with the same body is answered as it was the first time; only
 * answers of success are kept, since a refused request changed nothing and may be tried again.
 */
export function keepAnswers(app: FastifyInstance, store: IdempotencyStore, now: () => Date): void {
  const claims = new WeakMap<FastifyRequest, Claim>()

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (key === undefined || !takesIdempotencyKeys(request.method, request.routeOptions.config)) return
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) throw badKey()
    const claim = {
      actor: request.actor.id,
      key,
      route: `${request.method} ${request.url}`,
      bodyHash: createHash('sha256').update(canonical(request.body)).digest('hex'),
    }
    const outcome = await store.claim(claim, now())
    if (outcome === 'mine') {
      claims.set(request, claim)
      return
    }
    if (outcome === 'running') throw stillRunning()
    if (outcome === 'other') throw usedForOther(key)
    if (outcome.body === undefined) throw answerNotKept()
    return reply
      .code(outcome.status)
      .header('idempotency-replayed', 'true')
      .type('application/json; charset=utf-8')
      .send(outcome.body)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const claim = claims.get(request)
    if (!claim) return
    claims.delete(request)
    const { secretAnswer } = request.routeOptions.config
    const done = reply.statusCode >= 200 && reply.statusCode < 300
    const body = secretAnswer === true ? undefined : typeof payload === 'string' ? payload : ''
    const kept = done ? store.keep(claim, { status: reply.statusCode, body }) : store.release(claim)
    await kept.catch((error: unknown) =>
      request.log.error({ err: error }, 'the answer for a repeated request was not kept'),
    )
  })
}

/** Every POST that knows who asks, but those that say that they create nothing. */
export const takesIdempotencyKeys = (method: string, { permission, idempotent }: FastifyContextConfig): boolean =>
  method === 'POST' && idempotent !== false && permission !== 'public'

/** The same value has the same text, whatever the order of its keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      each && typeof each === 'object' && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? ''
  )
}

const badKey = () =>
  new NexusError('idempotency.bad_key', 'invalid', 'An Idempotency-Key is 1 to 200 visible ASCII characters.')

const stillRunning = () =>
  Object.assign(
    new NexusError('idempotency.running', 'conflict', 'A request with this Idempotency-Key is being worked on.', {
      hint: 'Send the same request again in a moment; it is answered as the first one was.',
    }),
    { retryAfterSeconds: 2 },
  )

const usedForOther = (key: string) =>
  new NexusError('idempotency.other_request', 'conflict', `The Idempotency-Key ${key} was used for another request.`, {
    hint: 'Use a new key for a new request.',
  })

const answerNotKept = () =>
  new NexusError(
    'idempotency.answer_not_kept',
    'conflict',
    'This was done already, and its answer held a secret that is shown once.',
    {
      hint: 'If the answer was lost, revoke what was made and make a new one with a new key.',
    },
  )
