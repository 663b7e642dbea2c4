import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { Contacts } from './contact-service.ts'

const TracesView = z
  .object({
    contact: z.string().meta({ description: 'How the trail names them: a hash of the address.' }),
    rows: z.int(),
    places: z.record(z.string(), z.int()).meta({ description: 'Rows by table.' }),
  })
  .meta({ id: 'ContactTraces' })
const email = z.email().max(254)

export const contactRoutes =
  ({ contacts }: { readonly contacts: Contacts }): Routes =>
  async (app) => {
    const tags = ['contacts']
    const config = { permission: 'contacts.erase' as const, idempotent: false }

    // The address is in the body, never in an address that logs and proxies keep.
    app.post(
      '/contacts/find',
      {
        config,
        schema: {
          operationId: 'findContact',
          tags,
          summary: 'Where Nexus holds something of a contact of a customer; changes nothing.',
          body: z.strictObject({ email }),
          response: { 200: TracesView },
        },
      },
      async ({ actor, body }) => contacts.find(actor, body.email),
    )

    app.post(
      '/contacts/erase',
      {
        config,
        schema: {
          operationId: 'eraseContact',
          tags,
          summary: 'Erases a contact for good, once a second person approved it.',
          body: z.strictObject({ email, reason: z.string().trim().min(1).max(400) }),
          response: { 200: TracesView },
        },
      },
      async ({ actor, body }) => contacts.erase(actor, body),
    )
  }
