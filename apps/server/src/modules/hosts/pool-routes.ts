import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Hosts } from './host-service.ts'
import type { HostEffect } from './ledger-store.ts'

const Target = z.object({
  region: z.string().min(1).max(60),
  plan: z.string().min(1).max(60),
  target: z.number().int().min(0).max(500),
})
const PoolView = z
  .object({
    items: z.array(
      Target.extend({
        ready: z.number(),
        coming: z.number(),
        cost: z.string().meta({ description: 'What the spares cost a month, by currency' }),
        priceUnknown: z.number().meta({ description: 'Spares whose price is not known' }),
        oldestSince: z.date().optional().meta({ description: 'When the oldest of their systems was made' }),
        checkedAt: z.date().optional().meta({ description: 'When the one unseen for longest was looked at' }),
        held: z.string().optional().meta({ description: 'Why no spare is bought today' }),
      }),
    ),
  })
  .meta({ id: 'Pool' })

const EffectView = z
  .object({
    id: z.string(),
    kind: z.enum(['create', 'rebuild', 'destroy']),
    state: z.enum(['open', 'done']).meta({ description: 'open: asked for, and nobody knows yet what came of it' }),
    hostId: z.string(),
    hostName: z.string().optional(),
    provider: z.string().optional(),
    region: z.string().optional(),
    plan: z.string().optional(),
    label: z.string().meta({ description: 'The deterministic name by which it is found at the provider' }),
    intendedAt: z.date(),
    doneAt: z.date().optional(),
    server: z.string().optional().meta({ description: 'Its id at the provider, from the receipt' }),
    pricePerMonth: z.string().optional(),
    currency: z.string().optional(),
    approvalId: z.string().optional().meta({ description: 'Bought above the ceiling of the day, with this approval' }),
  })
  .meta({ id: 'HostEffect' })

const toView = (effect: HostEffect): z.infer<typeof EffectView> => ({
  ...effect,
  state: effect.doneAt === undefined ? 'open' : 'done',
})

const Started = z.object({ runId: z.string() }).meta({ id: 'StartedRun' })
const Page = z.object({
  open: z.stringbool().default(false).meta({ description: 'Only intents that are open' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(64).optional(),
})

type Refill = (actor: Actor, of: { readonly region: string; readonly plan: string }) => Promise<string>

const read = { permission: 'hosts.read' } as const
const write = { permission: 'hosts.write' } as const
const tags = ['hosts']

/** The pool of spares, and what was bought for it and for orders. */
export const poolRoutes =
  ({ hosts, refill }: { readonly hosts: Hosts; readonly refill: Refill }): Routes =>
  async (app) => {
    app.get(
      '/pool',
      { config: read, schema: { operationId: 'getPool', tags, response: { 200: PoolView } } },
      async (request) => ({
        items: [...(await hosts.poolTargets(request.actor))],
      }),
    )

    app.put(
      '/pool',
      { config: write, schema: { operationId: 'setPoolTarget', tags, body: Target, response: { 200: Target } } },
      async (request) => hosts.setPoolTarget(request.actor, request.body),
    )

    app.post(
      '/pool/refill',
      {
        config: write,
        schema: {
          operationId: 'refillPool',
          tags,
          description: 'Makes spares up to the target now, in a run; where one is going already, that is the answer.',
          body: Target.omit({ target: true }),
          response: { 202: Started },
        },
      },
      async (request, reply) => reply.code(202).send({ runId: await refill(request.actor, request.body) }),
    )

    app.get(
      '/pool/ledger',
      {
        config: read,
        schema: {
          operationId: 'listHostEffects',
          tags,
          description: 'What was asked of providers that costs money or destroys, the newest first.',
          querystring: Page,
          response: { 200: z.object({ items: z.array(EffectView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query: { limit, open, after } }) => {
        const found = await hosts.effects(actor, { limit, open, ...(after === undefined ? {} : { after }) })
        const last = found.length === limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: last.id } : {}) }
      },
    )
  }
