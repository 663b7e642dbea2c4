import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import { portWords } from '../../platform/sight.ts'
import type { Hosts } from './host-service.ts'
import { PreflightView, preflightView } from './host-shapes.ts'

const Params = z.object({ hostId: z.string().min(1).max(80) })
const portNumber = z.number().int().min(1).max(65_535)
const place = z.string().min(2).max(60)

const ProbeQuestions = z
  .object({
    addresses: z.array(z.string()),
    ports: z.array(z.number()),
    users: z.array(z.string()),
    sshPort: z.number(),
  })
  .meta({ id: 'ProbeQuestions' })

const ProbeAnswers = z.object({
  vantage: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/)
    .meta({ description: 'A name of the place that was looked from' }),
  ports: z
    .array(
      z.object({
        address: place,
        answers: z.array(z.object({ port: portNumber, said: z.enum(portWords) })).max(65_535),
      }),
    )
    .max(20),
  logins: z
    .array(z.object({ address: place, user: z.string().max(32), methods: z.array(z.string().max(40)).max(10) }))
    .max(100),
})

const Proof = z.object({
  from: z.string().max(80).optional().meta({ description: 'Another host to look from' }),
  allPorts: z.boolean().default(false).meta({ description: 'All 65,535 TCP ports from the control plane' }),
})

type Keep = (actor: Actor, hostId: string, results: readonly CheckResult[]) => Promise<void>

const tags = ['hosts']

/** What a host looks like from outside: asked from here and from another host, or told by who looked from elsewhere. */
export const proofRoutes =
  ({ hosts, keep }: { readonly hosts: Hosts; readonly keep: Keep }): Routes =>
  async (app) => {
    app.post(
      '/hosts/:hostId/proof',
      {
        config: { permission: 'hosts.write' },
        schema: { operationId: 'proveHost', tags, params: Params, body: Proof, response: { 200: PreflightView } },
      },
      async (request) => {
        const { from, allPorts } = request.body
        const results = await hosts.prove(request.actor, request.params.hostId, {
          allPorts,
          ...(from === undefined ? {} : { from }),
        })
        await keep(request.actor, request.params.hostId, results)
        return preflightView(results)
      },
    )

    app.get(
      '/hosts/:hostId/probe',
      {
        config: { permission: 'hosts.read' },
        schema: { operationId: 'getProbeQuestions', tags, params: Params, response: { 200: ProbeQuestions } },
      },
      async (request) => {
        const { addresses, ports, users, admitted } = await hosts.questions(request.actor, request.params.hostId)
        return { addresses: [...addresses], ports: [...ports], users: [...users], sshPort: admitted.sshPort }
      },
    )

    app.post(
      '/hosts/:hostId/probe',
      {
        config: { permission: 'hosts.write' },
        schema: {
          operationId: 'tellProbe',
          tags,
          description:
            'What was seen of a host from elsewhere; the address it is sent from decides what a rule by source says.',
          params: Params,
          body: ProbeAnswers,
          response: { 200: PreflightView },
        },
      },
      async (request) => {
        const sight = { ...request.body, vantage: `probe ${request.body.vantage}`, source: request.ip }
        const results = await hosts.judgeSight(request.actor, request.params.hostId, sight)
        await keep(request.actor, request.params.hostId, results)
        return preflightView(results)
      },
    )
  }
