import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'

const Wish = z.object({
  hosts: z.array(z.string().min(1).max(80)).max(2000).default([]).meta({ description: 'Empty: all of them' }),
  reboot: z.boolean().default(false).meta({ description: 'Where the updates ask for it' }),
  first: z.number().int().min(1).max(50).default(1).meta({ description: 'How many before the others' }),
  atOnce: z.number().int().min(1).max(50).default(5),
  now: z.boolean().default(false).meta({ description: 'Without waiting for the window of the hosts' }),
})
export type PatchWish = Readonly<z.infer<typeof Wish>>

const Plan = z
  .object({
    window: z.string(),
    isOpen: z.boolean().meta({ description: 'Whether the window is open at this moment' }),
    waves: z.array(z.array(z.object({ id: z.string(), name: z.string(), state: z.string(), updates: z.string() }))),
  })
  .meta({ id: 'PatchPlan' })
export type PatchPlan = z.infer<typeof Plan>

export type PatchPort = {
  readonly planPatch: (actor: Actor, wish: PatchWish) => Promise<PatchPlan>
  readonly patch: (actor: Actor, wish: PatchWish) => Promise<string>
}

const tags = ['hosts']

/** Updates and reboots of many hosts, in waves. */
export const patchRoutes =
  ({ runs }: { readonly runs: PatchPort }): Routes =>
  async (app) => {
    app.post(
      '/hosts/patch/plan',
      {
        config: { permission: 'hosts.read' },
        schema: {
          operationId: 'planPatch',
          tags,
          description: 'The waves, and what each host says of its updates; nothing is changed.',
          body: Wish,
          response: { 200: Plan },
        },
      },
      async ({ actor, body }) => runs.planPatch(actor, body),
    )

    app.post(
      '/hosts/patch',
      {
        config: { permission: 'hosts.write' },
        schema: {
          operationId: 'patchHosts',
          tags,
          description: 'Starts a run; where one is going already, it is refused.',
          body: Wish,
          response: { 202: z.object({ runId: z.string() }).meta({ id: 'StartedRun' }) },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send({ runId: await runs.patch(actor, body) }),
    )
  }
