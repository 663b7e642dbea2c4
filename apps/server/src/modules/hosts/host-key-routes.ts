import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Hosts } from './host-service.ts'

const Params = z.object({ hostId: z.string().min(1).max(80) })
const HostKeyView = z
  .object({
    hostId: z.string(),
    name: z.string(),
    own: z
      .boolean()
      .meta({ description: 'False: the key of the first contact, which opens every host without its own.' }),
    line: z.string().meta({ description: 'As it stands in authorized_keys.' }),
    placedAt: z.date().optional(),
    underWay: z.boolean().meta({ description: 'A rekey was begun and not finished.' }),
    from: z.array(z.string()).meta({ description: 'Where a new key would be taken from; empty is everywhere.' }),
  })
  .meta({ id: 'HostControlKey' })

/** The keys with which Nexus opens hosts. */
export const hostKeyRoutes =
  ({
    hosts,
    rekey,
  }: {
    readonly hosts: Hosts
    readonly rekey: (actor: Actor, hostId: string) => Promise<string>
  }): Routes =>
  async (app) => {
    const tags = ['hosts']

    app.get(
      '/hosts/:hostId/control-key',
      {
        config: { permission: 'hosts.read' },
        schema: { operationId: 'getHostControlKey', tags, params: Params, response: { 200: HostKeyView } },
      },
      async ({ actor, params }) => {
        const { host, from, ...rest } = await hosts.keysOf(actor, params.hostId)
        return { ...rest, hostId: host.id, name: host.name, from: [...from] }
      },
    )

    app.post(
      '/hosts/:hostId/rekey',
      {
        config: { permission: 'hosts.write' },
        schema: {
          operationId: 'rekeyHost',
          tags,
          description: 'Starts a run: a new key, proven by a fresh session before the old one goes.',
          params: Params,
          response: { 202: z.object({ runId: z.string() }) },
        },
      },
      async ({ actor, params }, reply) => reply.code(202).send({ runId: await rekey(actor, params.hostId) }),
    )
  }
