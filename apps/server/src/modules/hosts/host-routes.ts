import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import { newId } from '../../platform/ids.ts'
import { driftRoutes } from './drift-routes.ts'
import { hostStates } from './host.ts'
import { HostFacts } from './host-facts.ts'
import type { Hosts } from './host-service.ts'
import {
  BaselineView,
  baselineView,
  HostListView,
  HostView,
  hostView,
  PreflightView,
  preflightView,
} from './host-shapes.ts'
import { type PatchPort, patchRoutes } from './patch-routes.ts'
import { poolRoutes } from './pool-routes.ts'
import { proofRoutes } from './proof-routes.ts'

const Params = z.object({ hostId: z.string().min(1).max(80) })
const Query = z.object({
  state: z.enum(hostStates).optional(),
  region: z.string().max(60).optional(),
  plan: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(80).optional(),
})
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: 'small letters, digits and hyphens, at most 63' })
const place = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, { error: 'an address or a name' })
/** Where a machine is, and the key by which a person knows it. */
export const placedMachine = {
  address: place,
  port: z.number().int().min(1).max(65_535).default(22),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
    .default('root'),
  jump: z.string().max(300).optional().meta({ description: 'user@address:port of a machine in between' }),
  hostKey: z
    .string()
    .regex(/^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/=]{40,2000}$/)
    .optional()
    .meta({
      description: 'With a jump only: the public host key as read on the machine, since nobody sees it from here',
    }),
  fingerprint: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The host key as compared on the machine; without it the answer shows what was seen' }),
}
const OwnMachine = z.object({
  name,
  ...placedMachine,
  region: z.string().min(1).max(60),
  plan: z.string().min(1).max(60),
  pricePerMonth: z.number().nonnegative().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
})
const OutlineQuery = z.object({
  os: z.enum(['debian', 'ubuntu']),
  osVersion: z.string().max(20),
  port: z.coerce.number().int().min(1).max(65_535).default(22),
})
const words = z.array(z.string())
const OutlineItem = z.object({ id: z.string(), title: z.string(), packages: words, files: words, units: words })

const Started = z.object({ runId: z.string() }).meta({ id: 'StartedRun' })

/** What takes minutes is a run; who starts runs stands above this module. */
export type HostRunsPort = PatchPort & {
  readonly keepProofs: (actor: Actor, hostId: string, results: readonly CheckResult[]) => Promise<void>
  readonly prepare: (actor: Actor, hostId: string) => Promise<string>
  /** All that differs but accepted deviations, where no item is named. */
  readonly mend: (actor: Actor, hostId: string, items: readonly string[]) => Promise<string>
  readonly refill: (actor: Actor, of: { readonly region: string; readonly plan: string }) => Promise<string>
}

const read = { permission: 'hosts.read' } as const
const write = { permission: 'hosts.write' } as const
const tags = ['hosts']

export const hostRoutes =
  ({ hosts, runs }: { readonly hosts: Hosts; readonly runs: HostRunsPort }): Routes =>
  async (app) => {
    const one = { params: Params, response: { 200: HostView } }

    app.get(
      '/hosts',
      { config: read, schema: { operationId: 'listHosts', tags, querystring: Query, response: { 200: HostListView } } },
      async (request) => {
        const { limit, ...filter } = definedOf(request.query)
        const found = await hosts.list(request.actor, { ...filter, limit: limit + 1 })
        const items = found.slice(0, limit)
        const last = items.at(-1)
        return { items: items.map(hostView), ...(found.length > limit && last ? { next: last.id } : {}) }
      },
    )

    app.post(
      '/hosts',
      { config: write, schema: { operationId: 'addHost', tags, body: OwnMachine, response: { 200: HostView } } },
      async (request) => hostView(await hosts.addStatic(request.actor, definedOf(request.body))),
    )

    app.get(
      '/hosts/control-key',
      {
        config: read,
        schema: {
          operationId: 'getControlKey',
          tags,
          response: { 200: z.object({ publicKey: z.string().meta({ description: 'A line for authorized_keys' }) }) },
        },
      },
      async (request) => hosts.controlKey(request.actor),
    )

    app.get(
      '/hosts/baseline-outline',
      {
        config: read,
        schema: {
          operationId: 'outlineBaseline',
          tags,
          querystring: OutlineQuery,
          response: { 200: z.object({ items: z.array(OutlineItem) }) },
        },
      },
      async (request) => ({ items: [...(await hosts.outlineBaseline(request.actor, request.query))] }),
    )

    app.get('/hosts/:hostId', { config: read, schema: { operationId: 'getHost', tags, ...one } }, async (request) =>
      hostView(await hosts.find(request.actor, request.params.hostId)),
    )

    app.get(
      '/hosts/:hostId/facts',
      {
        config: read,
        schema: {
          operationId: 'getHostFacts',
          tags,
          params: Params,
          response: { 200: z.object({ facts: HostFacts.nullable() }) },
        },
      },
      async (request) => ({ facts: (await hosts.facts(request.actor, request.params.hostId)) ?? null }),
    )

    app.post(
      '/hosts/:hostId/connect',
      { config: write, schema: { operationId: 'connectHost', tags, ...one } },
      async (request) => hostView(await hosts.connect(request.actor, request.params.hostId)),
    )

    app.post(
      '/hosts/:hostId/baseline',
      {
        config: write,
        schema: {
          operationId: 'applyBaseline',
          tags,
          description: 'Starts a run that takes minutes; its report is at /hosts/{hostId}/baseline/report then.',
          params: Params,
          response: { 202: Started },
        },
      },
      async (request, reply) =>
        reply.code(202).send({ runId: await runs.prepare(request.actor, request.params.hostId) }),
    )

    app.get(
      '/hosts/:hostId/baseline',
      {
        config: read,
        schema: { operationId: 'compareBaseline', tags, params: Params, response: { 200: BaselineView } },
      },
      async (request) => {
        const report = await hosts.compare(request.actor, request.params.hostId)
        return baselineView(await hosts.find(request.actor, request.params.hostId), report)
      },
    )

    app.get(
      '/hosts/:hostId/baseline/report',
      {
        config: read,
        schema: {
          operationId: 'getBaselineReport',
          tags,
          description: 'What the last baseline of this host did, also where it failed.',
          params: Params,
          response: { 200: BaselineView.extend({ at: z.iso.datetime() }).meta({ id: 'KeptBaselineReport' }) },
        },
      },
      async (request) => {
        const { report, at } = await hosts.lastBaseline(request.actor, request.params.hostId)
        const host = await hosts.find(request.actor, request.params.hostId)
        return { ...baselineView(host, report), at: at.toISOString() }
      },
    )

    app.post(
      '/hosts/:hostId/preflight',
      {
        config: read,
        schema: { operationId: 'preflightHost', tags, params: Params, response: { 200: PreflightView } },
      },
      async (request) => preflightView(await hosts.preflight(request.actor, request.params.hostId)),
    )

    await app.register(proofRoutes({ hosts, keep: runs.keepProofs }))

    app.post(
      '/hosts/:hostId/rebuild',
      { config: write, schema: { operationId: 'rebuildHost', tags, ...one } },
      async (request) => hostView(await hosts.rebuild(request.actor, request.params.hostId, newId('rbd'))),
    )

    app.post(
      '/hosts/:hostId/drain',
      { config: write, schema: { operationId: 'drainHost', tags, ...one } },
      async (request) => hostView(await hosts.drain(request.actor, request.params.hostId)),
    )

    app.post(
      '/hosts/:hostId/retire',
      {
        config: write,
        schema: {
          operationId: 'retireHost',
          tags,
          ...one,
          body: z.object({ reason: z.string().trim().min(1).max(500) }),
        },
      },
      async (request) => hostView(await hosts.retire(request.actor, request.params.hostId, request.body.reason)),
    )

    app.post(
      '/hosts/:hostId/key',
      {
        config: write,
        schema: {
          operationId: 'acceptHostKey',
          tags,
          ...one,
          body: z.object({ fingerprint: z.string().startsWith('SHA256:').max(100) }),
        },
      },
      async (request) =>
        hostView(await hosts.acceptKey(request.actor, request.params.hostId, request.body.fingerprint)),
    )

    await app.register(driftRoutes({ hosts, mend: runs.mend }))
    await app.register(patchRoutes({ runs }))
    await app.register(poolRoutes({ hosts, refill: runs.refill }))
  }

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** What was left out stays left out, rather than being there as undefined. */
export const definedOf = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>
