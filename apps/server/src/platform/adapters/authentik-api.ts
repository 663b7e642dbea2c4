import { z } from 'zod'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

/** The parts of authentik's answers that are used. More fields may come; these must. */
export const AuthentikGroup = z.object({
  pk: z.string(),
  name: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
})
export const AuthentikUser = z.object({
  pk: z.int(),
  username: z.string(),
  email: z.string().default(''),
  groups: z.array(z.string()).default([]),
  groups_obj: z.array(z.object({ pk: z.string(), name: z.string() })).nullish(),
  attributes: z.record(z.string(), z.unknown()).default({}),
})
export const AuthentikOauth = z.object({
  pk: z.int(),
  name: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
})
export const AuthentikNamed = z.object({ pk: z.string(), name: z.string() })
export const AuthentikApplication = z.object({ pk: z.string(), slug: z.string() })
export const AuthentikBinding = z.object({ pk: z.string(), group: z.string().nullish() })
export const AuthentikLink = z.object({ link: z.url() })
export const AuthentikVersion = z.object({ version_current: z.string() })
export const AuthentikBrand = z.object({ flow_recovery: z.string().nullish() })
export const AuthentikMe = z.object({ user: z.object({ username: z.string() }) })

export type AuthentikApi = ReturnType<typeof authentikApi>

const secondsPerRequest = 20

/** authentik's REST API: a bearer token asked for at each request, and answers that are parsed before they are believed. */
export function authentikApi({ url, token }: { readonly url: string; readonly token: () => Promise<string> }) {
  const base = `${url.replace(/\/+$/, '')}/api/v3`

  async function ask<T>(method: string, path: string, shape: z.ZodType<T>, body?: object): Promise<T | undefined> {
    const response = await fetch(`${base}${path}`, {
      method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${await token()}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(secondsPerRequest * 1000),
    }).catch((cause: unknown) => {
      throw new NexusError('identity.provider_away', 'unavailable', `authentik does not answer at ${base}.`, { cause })
    })
    const text = await response.text()
    if (response.status === 404 && method !== 'POST') return undefined
    if (!response.ok) throw refused(method, path, response.status, text)
    const parsed = shape.safeParse(text === '' ? undefined : parseJson(text))
    if (parsed.success) return parsed.data
    const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    throw new NexusError(
      'identity.provider_changed',
      'conflict',
      `authentik answered ${method} ${path} in a shape that is not known.`,
      {
        hint: 'nexusctl identity check',
        problems,
      },
    )
  }

  const must = <T>(found: T | undefined, path: string): T => {
    if (found === undefined)
      throw new NexusError('identity.provider_missing', 'missing', `authentik has nothing at ${path}.`)
    return found
  }

  return {
    find: <T>(path: string, shape: z.ZodType<T>) => ask('GET', path, shape),
    get: async <T>(path: string, shape: z.ZodType<T>) => must(await ask('GET', path, shape), path),
    list: async <T>(path: string, shape: z.ZodType<T>): Promise<readonly T[]> =>
      must(await ask('GET', path, z.object({ results: z.array(shape) })), path).results,
    post: async <T>(path: string, body: object, shape: z.ZodType<T>) =>
      must(await ask('POST', path, shape, body), path),
    patch: async <T>(path: string, body: object, shape: z.ZodType<T>) =>
      must(await ask('PATCH', path, shape, body), path),
    send: async (path: string, body: object): Promise<void> => void (await ask('POST', path, z.unknown(), body)),
    remove: async (path: string): Promise<void> => void (await ask('DELETE', path, z.unknown())),
  }
}

function refused(method: string, path: string, status: number, text: string): NexusError {
  const sentence = `authentik refused ${method} ${path} with ${status}: ${plainLine(text, 200)}`
  if (status === 401 || status === 403)
    return new NexusError('identity.provider_forbids', 'conflict', sentence, {
      hint: 'Look at the API token: nexusctl identity check',
    })
  if (status === 429 || status >= 500) return new NexusError('identity.provider_away', 'unavailable', sentence)
  return new NexusError('identity.provider_refused', 'conflict', sentence)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
