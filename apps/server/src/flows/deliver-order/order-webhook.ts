import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { type OrderEvent, type Orders, orderEvents } from '../../modules/orders/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import type { Routes } from '../../platform/http-types.ts'
import { plainLine } from '../../platform/plain-text.ts'

const bodyLimitBytes = 256 * 1024
const toleranceSeconds = 300

export type OrderWebhookDeps = {
  readonly orders: Pick<Orders, 'receive'>
  /** `whsec_...`, one or, while they are rotated, two. */
  readonly secrets: readonly string[]
}

const message = z.object({ type: z.string().min(1).max(100), data: z.unknown() })

/**
 * The door through which an order comes in. The sender repeats until it hears 2xx; ticket and delivery are found again
 * by the webhook's id and by the order's number, so a repeat delivers once.
 */
export const orderWebhook = ({ orders, secrets }: OrderWebhookDeps): Routes => {
  const keys = secrets.map((secret) => new Webhook(secret))
  if (keys.length > 2) throw tooManySecrets()
  return async (app) => {
    keepRawBody(app)
    app.post(
      '/hooks/pulse',
      {
        bodyLimit: bodyLimitBytes,
        config: { permission: 'public', idempotent: false, unlimited: true },
        schema: {
          operationId: 'receivePulseWebhook',
          tags: ['orders'],
          summary: 'Events of orders, as Standard Webhooks',
        },
      },
      async (request, reply) => {
        const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const webhookId = verify(keys, raw, request.headers)
        const { type, data } = readMessage(raw)
        const event = orderEvents.find((each) => each === type)
        if (!event) return ignoreEvent(request.log, reply, webhookId, type)
        const { order, repeat } = await receive(orders, webhookId, event, data)
        return reply.code(repeat ? 200 : 202).send({ ticket: order.ticket })
      },
    )
  }
}

const receive = (orders: OrderWebhookDeps['orders'], webhookId: string, event: OrderEvent, body: unknown) =>
  orders.receive(systemActor('pulse-webhook'), { webhookId, event, body })

function ignoreEvent(
  log: FastifyBaseLogger,
  reply: { code: (status: number) => { send: (body: object) => unknown } },
  webhookId: string,
  type: string,
) {
  log.info({ webhookId, event: plainLine(type, 100) }, 'a webhook of an event we do not know was left alone')
  return reply.code(202).send({ ignored: plainLine(type, 100) })
}

/** The signature is over the bytes as they came, so nothing may parse them before. */
function keepRawBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
    done(null, body),
  )
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The id of a message that one of our secrets has signed within the last five minutes. */
function verify(keys: readonly Webhook[], raw: Buffer, headers: Headers): string {
  const signed = {
    'webhook-id': one(headers['webhook-id']),
    'webhook-timestamp': one(headers['webhook-timestamp']),
    'webhook-signature': one(headers['webhook-signature']),
  }
  const id = signed['webhook-id']
  if (!/^[\x21-\x7e]{1,200}$/.test(id) || !/^[0-9]{1,12}$/.test(signed['webhook-timestamp'])) throw notSigned()
  if (Math.abs(Date.now() / 1000 - Number(signed['webhook-timestamp'])) > toleranceSeconds) throw stale()
  if (keys.some((key) => isSignedBy(key, raw, signed))) return id
  throw notSigned()
}

function isSignedBy(key: Webhook, raw: Buffer, headers: Record<string, string>): boolean {
  try {
    key.verify(raw, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}

const one = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '')

function readMessage(raw: Buffer): z.infer<typeof message> {
  const read = message.safeParse(parseJson(raw))
  if (read.success) return read.data
  throw new NexusError('webhook.malformed', 'invalid', 'The webhook has no `type` and `data`.', {
    hint: 'Send {"type": "order_paid", "timestamp": "...", "data": {...}}.',
  })
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
  } catch (cause) {
    throw new NexusError('webhook.malformed', 'invalid', 'The body of the webhook is not JSON.', { cause })
  }
}

const notSigned = () =>
  new NexusError('webhook.bad_signature', 'unauthenticated', 'The webhook is not signed by a secret we share.', {
    hint: 'Sign it as Standard Webhooks says: webhook-id, webhook-timestamp and webhook-signature.',
  })

const stale = () =>
  new NexusError(
    'webhook.stale',
    'unauthenticated',
    'The webhook was signed more than five minutes ago, or ahead of time.',
    {
      hint: 'Sign each try anew, and check the clocks.',
    },
  )

const tooManySecrets = () =>
  new NexusError('webhook.too_many_secrets', 'invalid', 'At most two webhook secrets hold at once.', {
    hint: 'Take the oldest one out of the configuration.',
  })
