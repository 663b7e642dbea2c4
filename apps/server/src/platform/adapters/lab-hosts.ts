import { z } from 'zod'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

const LabServer = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  address: z.string(),
  state: z.string(),
  createdAt: z.string(),
  pricePerMonth: z.number(),
  currency: z.string(),
  renewsAt: z.string(),
})

type Keys = {
  readonly authorizedKeys: readonly string[]
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string }
}

/** The lab of this machine as a provider: real systems, made in two seconds. `fetch` is handed in by tests only. */
export function labHosts(options: { readonly url: string; readonly token: string; readonly fetch?: typeof fetch }) {
  const send = options.fetch ?? fetch

  async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const response = await send(`${options.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((cause: unknown) => {
      throw unavailable('does not answer', cause)
    })
    const text = await response.text().catch((cause: unknown) => {
      throw unavailable('broke off its answer', cause)
    })
    const json: unknown = text === '' ? undefined : parseJson(text)
    if (response.ok || response.status === 404) return { status: response.status, json }
    if (response.status >= 500) throw unavailable(`answered ${response.status}: ${plainLine(text, 200)}`)
    throw new NexusError(
      'provider.refused',
      'conflict',
      `The lab refused: ${plainLine(messageIn(json) ?? text, 200)}`,
      {
        hint: 'nexusctl lab status',
      },
    )
  }

  const list = async (query = '') => z.array(LabServer).parse((await ask('GET', `/servers${query}`)).json)

  return {
    name: 'lab',
    can: { create: true, rebuild: true, destroy: true },
    create: async (
      wanted: Keys & {
        readonly name: string
        readonly labels: Readonly<Record<string, string>>
        readonly region: string
        readonly plan: string
      },
    ) => LabServer.parse((await ask('POST', '/servers', wanted)).json),
    rebuild: async (id: string, keys: Keys) => {
      const { status, json } = await ask('POST', `/servers/${encodeURIComponent(id)}/rebuild`, keys)
      if (status === 404) throw gone(id)
      return LabServer.parse(json)
    },
    destroy: async (id: string) => {
      await ask('DELETE', `/servers/${encodeURIComponent(id)}`)
    },
    list: () => list(),
    find: async (id: string) => {
      const { status, json } = await ask('GET', `/servers/${encodeURIComponent(id)}`)
      return status === 404 ? undefined : LabServer.parse(json)
    },
    findByLabel: (key: string, value: string) => list(`?label=${encodeURIComponent(`${key}=${value}`)}`),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unavailable('answered something that is not JSON')
  }
}

const messageIn = (json: unknown): string | undefined => {
  const read = z.object({ message: z.string() }).safeParse(json)
  return read.success ? read.data.message : undefined
}

const unavailable = (what: string, cause?: unknown) =>
  new NexusError('provider.unavailable', 'unavailable', `The lab's provider ${what}.`, {
    hint: 'nexusctl lab up',
    cause,
  })

const gone = (id: string) =>
  new NexusError('provider.server_gone', 'conflict', `The lab has no server ${id} any more.`, {
    hint: 'nexusctl host retire',
  })
