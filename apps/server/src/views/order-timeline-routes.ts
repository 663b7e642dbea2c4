import { z } from 'zod'
import { orderStates } from '../modules/orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { checkStatuses } from '../platform/check.ts'
import type { Routes } from '../platform/http-types.ts'
import type { OrderTimeline } from './order-timeline.ts'

const time = z.string().meta({ description: 'ISO 8601, UTC' })
const text = z.string()
const optional = text.optional()

const StepView = z.object({
  position: z.int(),
  name: text,
  state: z.enum(['running', 'done', 'failed']),
  attempts: z.int(),
  startedAt: time,
  endedAt: optional,
  seconds: z.number().optional(),
  note: optional,
  failure: z.object({ code: text, message: text, hint: optional }).optional(),
})

export const TimelineView = z.object({
  ticket: text,
  state: z.enum(orderStates),
  organization: text,
  owner: optional,
  dueAt: optional,
  liveAt: optional,
  elapsedSeconds: z.object({ customer: z.number(), internal: z.number() }).optional(),
  blocked: z.object({ kind: text, reason: text, waitingFor: text, commands: z.array(text) }).optional(),
  pauses: z.array(z.object({ cause: text, waitingFor: text, from: time, to: optional })),
  runs: z.array(
    z.object({
      id: text,
      flow: text,
      startedAt: time,
      endedAt: optional,
      outcome: optional,
      waitingFor: optional,
      steps: z.array(StepView),
    }),
  ),
  entries: z.array(z.object({ at: time, actor: text, onBehalfOf: optional, action: text, reason: optional })),
  checks: z.array(
    z.object({
      name: text,
      title: text,
      status: z.enum(checkStatuses),
      summary: text,
      asked: text,
      vantage: text,
      at: time,
      seconds: z.number().optional(),
      evidence: optional,
      runId: optional,
    }),
  ),
  links: z.array(z.object({ label: text, url: text })),
})

type Deps = { readonly timeline: (actor: Actor, reference: string) => Promise<OrderTimeline> }

export const orderTimelineRoutes =
  ({ timeline }: Deps): Routes =>
  async (app) => {
    app.get(
      '/orders/:number/timeline',
      {
        config: { permission: 'orders.read' },
        schema: {
          operationId: 'getOrderTimeline',
          tags: ['orders'],
          params: z.object({ number: z.string().min(1).max(80) }),
          response: { 200: TimelineView },
        },
      },
      async (request) => TimelineView.parse(toView(await timeline(request.actor, request.params.number))),
    )
  }

/** Parsed by the schema, which leaves out whatever is not there and anything that does not belong to the view. */
const toView = ({ order, pauses, elapsed, runs, entries, checks, links }: OrderTimeline): object => ({
  ticket: order.ticket,
  state: order.state,
  organization: order.organization,
  owner: order.owner?.name,
  dueAt: order.dueAt?.toISOString(),
  liveAt: order.liveAt?.toISOString(),
  elapsedSeconds: elapsed,
  blocked: order.blocked,
  pauses: pauses.map((pause) => ({ ...pause, from: pause.from.toISOString(), to: pause.to?.toISOString() })),
  runs,
  entries,
  checks,
  links,
})
