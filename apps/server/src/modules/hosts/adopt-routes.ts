import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { Adoption } from './adopt-host.ts'
import { adoptParts } from './adopt-program.ts'
import { ItemEvent } from './baseline-report.ts'
import { HostFacts } from './host-facts.ts'
import { definedOf, placedMachine } from './host-routes.ts'
import type { Hosts } from './host-service.ts'

const word = z.string()
const AdoptionView = z
  .object({
    address: word,
    facts: HostFacts,
    services: z.array(z.object({ unit: word, state: word, title: word })),
    sockets: z.array(z.object({ protocol: word, address: word, port: word, program: word })),
    sites: z.array(z.object({ name: word, by: word })),
    certificates: z.array(z.object({ path: word, names: word, expires: word })),
    schedules: z.array(z.object({ by: word, when: word, runs: word, where: word })),
    backups: z.array(z.object({ program: word, scheduled: word })),
    users: z.array(
      z.object({
        name: word,
        uid: word,
        shell: word,
        password: word,
        sudo: word,
        groups: word,
        keys: z.array(z.object({ fingerprint: word, comment: word })),
      }),
    ),
    containers: z.array(z.object({ name: word, image: word, state: word, ports: word })),
    unread: z.array(z.enum(adoptParts)).meta({ description: 'What could not be read: nothing is known of it.' }),
    baseline: z
      .object({
        ok: z.number(),
        differs: z.number(),
        skipped: z.number(),
        items: z.array(ItemEvent.omit({ type: true, diff: true })),
      })
      .optional()
      .meta({ description: 'Against what the baseline would make of it.' }),
    notCompared: word.optional().meta({ description: 'Why it was not compared with the baseline.' }),
  })
  .meta({ id: 'Adoption' })

const toView = ({ baseline, ...rest }: Adoption): z.infer<typeof AdoptionView> =>
  AdoptionView.parse({
    ...rest,
    ...(baseline
      ? { baseline: { ...baseline, items: baseline.items.map(({ diff: _diff, type: _type, ...item }) => item) } }
      : {}),
  })

/** Looking at machines that are not in the inventory. */
export const adoptRoutes =
  ({ hosts }: { readonly hosts: Hosts }): Routes =>
  async (app) => {
    app.post(
      '/hosts/adopt',
      {
        config: { permission: 'hosts.write', idempotent: false },
        schema: {
          operationId: 'readMachine',
          tags: ['hosts'],
          summary: 'Reads an existing machine and changes nothing, there or here.',
          body: z.strictObject(placedMachine),
          response: { 200: AdoptionView },
        },
      },
      async ({ actor, body }) => toView(await hosts.adopt(actor, definedOf(body))),
    )
  }
