import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Deviation } from './drift-store.ts'
import type { HostCheck } from './host-drift.ts'
import type { Hosts } from './host-service.ts'

const Params = z.object({ hostId: z.string().min(1).max(80) })
const itemId = z.string().min(1).max(80)
const reason = z.string().trim().min(3).max(500)

const HostCheckView = z
  .object({
    hostId: z.string(),
    hostName: z.string(),
    verdict: z.enum(['pass', 'fail', 'unknown']).meta({ description: 'unknown: nobody could tell, or not lately' }),
    summary: z.string(),
    version: z.string().optional().meta({ description: 'The version of the baseline that it should have' }),
    seenAt: z.date().optional().meta({ description: 'When it last answered wholly' }),
    items: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        found: z.string(),
        firstSeen: z.date(),
        accepted: z.object({ id: z.string(), until: z.date(), reason: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'HostCheck' })
const checkView = (check: HostCheck): z.infer<typeof HostCheckView> => ({ ...check, items: [...check.items] })

const DeviationView = z
  .object({
    id: z.string(),
    hostId: z.string(),
    item: z.string(),
    reason: z.string(),
    until: z.date(),
    acceptedBy: z.string(),
    acceptedByName: z.string(),
    acceptedAt: z.date(),
    approvalId: z.string().optional(),
    endedAt: z.date().optional(),
    endedBy: z.string().optional(),
    endedWhy: z.string().optional(),
  })
  .meta({ id: 'HostDeviation' })
const deviationView = (deviation: Deviation): z.infer<typeof DeviationView> => ({ ...deviation })

const Started = z.object({ runId: z.string() }).meta({ id: 'StartedRun' })
const Page = z.object({
  host: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(64).optional(),
})

type Mend = (actor: Actor, hostId: string, items: readonly string[]) => Promise<string>

const read = { permission: 'hosts.read' } as const
const write = { permission: 'hosts.write' } as const
const tags = ['hosts']

/** Whether the baseline holds, how it holds again, and what may differ for a while. */
export const driftRoutes =
  ({ hosts, mend }: { readonly hosts: Hosts; readonly mend: Mend }): Routes =>
  async (app) => {
    app.post(
      '/hosts/:hostId/check',
      {
        config: read,
        schema: {
          operationId: 'checkHost',
          tags,
          description: 'Runs the checks of the baseline on the host now, and changes nothing there.',
          params: Params,
          response: { 200: HostCheckView },
        },
      },
      async ({ actor, params }) => checkView(await hosts.checkDrift(actor, params.hostId)),
    )

    app.get(
      '/hosts/:hostId/check',
      {
        config: read,
        schema: {
          operationId: 'getHostCheck',
          tags,
          description: 'What the last look said, as a gate sees it: one that is too old is unknown.',
          params: Params,
          response: { 200: HostCheckView },
        },
      },
      async ({ actor, params }) => checkView(await hosts.lastCheck(actor, params.hostId)),
    )

    app.post(
      '/hosts/:hostId/mend',
      {
        config: write,
        schema: {
          operationId: 'mendHost',
          tags,
          description: 'Makes what differs so again, in a run: the named items, or all but accepted deviations.',
          params: Params,
          body: z.object({ items: z.array(itemId).max(200).default([]) }),
          response: { 202: Started },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(202).send({ runId: await mend(actor, params.hostId, body.items) }),
    )

    app.post(
      '/hosts/:hostId/deviations',
      {
        config: write,
        schema: {
          operationId: 'acceptDeviation',
          tags,
          params: Params,
          body: z.object({ item: itemId, reason, until: z.iso.datetime() }),
          response: { 200: DeviationView },
        },
      },
      async ({ actor, params, body }) => {
        const wanted = { ...body, hostId: params.hostId, until: new Date(body.until) }
        return deviationView(await hosts.acceptDeviation(actor, wanted))
      },
    )

    app.get(
      '/host-deviations',
      {
        config: read,
        schema: {
          operationId: 'listDeviations',
          tags,
          querystring: Page,
          response: { 200: z.object({ items: z.array(DeviationView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query: { host, limit, after } }) => {
        const page = {
          limit,
          ...(host === undefined ? {} : { hostId: host }),
          ...(after === undefined ? {} : { after }),
        }
        const found = await hosts.deviations(actor, page)
        const last = found.length === limit ? found.at(-1) : undefined
        return { items: found.map(deviationView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.post(
      '/host-deviations/:deviationId/end',
      {
        config: write,
        schema: {
          operationId: 'endDeviation',
          tags,
          params: z.object({ deviationId: z.string().min(1).max(64) }),
          body: z.object({ reason }),
          response: { 200: DeviationView },
        },
      },
      async ({ actor, params, body }) =>
        deviationView(await hosts.endDeviation(actor, params.deviationId, body.reason)),
    )
  }
