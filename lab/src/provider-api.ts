import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { releases } from './base-image.ts'
import { bytesOf } from './host-record.ts'
import { LabError } from './lab-error.ts'
import type { HostNow, LabHosts } from './lab-hosts.ts'
import type { Answer, Asked } from './lab-http.ts'

const HostKeyBody = z.object({
  privateKey: z.string().includes('PRIVATE KEY'),
  publicKey: z.string().startsWith('ssh-ed25519 '),
})
const Keys = z.object({ authorizedKeys: z.array(z.string().min(1)).default([]), hostKey: HostKeyBody.optional() })
const NewServer = Keys.extend({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/),
  labels: z.record(z.string().max(63), z.string().max(255)).default({}),
  region: z.string().default('lab'),
  plan: z.string().default('lab'),
  image: z.string().default(''),
  memory: z.string().default('2G'),
})

const monthlyPrice = 4.2

/** Names a provider's customer would use for the release the lab's base was built from. */
export const imageNames: Record<(typeof releases)[number], readonly string[]> = {
  bookworm: ['bookworm', 'debian-12', 'lab'],
  trixie: ['trixie', 'debian-13', 'lab'],
}

export type Server = ReturnType<typeof serverView>

/** What a customer of the provider sees. Keys given to it never come back. */
export const serverView = (host: HostNow) => ({
  id: host.id,
  name: host.name,
  labels: host.labels,
  region: host.region,
  plan: host.plan,
  image: host.image,
  address: host.address,
  state: host.state,
  cut: host.cut,
  createdAt: host.createdAt,
  pricePerMonth: monthlyPrice,
  currency: 'EUR',
  renewsAt: oneMonthAfter(host.createdAt),
})

export function oneMonthAfter(date: string): string {
  const from = new Date(date)
  const to = new Date(from)
  to.setUTCMonth(to.getUTCMonth() + 1)
  if (to.getUTCDate() !== from.getUTCDate()) to.setUTCDate(0)
  return to.toISOString()
}

/** The stand-in for a provider of servers: creates, rebuilds, finds and destroys, and can be told to let things fail. */
export const providerApi =
  (hosts: LabHosts, place: { readonly token: string; readonly release: (typeof releases)[number] }) =>
  async (asked: Asked): Promise<Answer> => {
    if (asked.path === '/health') return { status: 200, json: { ok: true } }
    if (!isBearer(asked.headers.authorization, place.token)) {
      throw new LabError('request.unauthorized', 'A bearer token is needed; it is in lab.json.')
    }
    const [, noun, id, verb] = asked.path.split('/')
    if (noun !== 'servers') throw new LabError('route.not_found', `There is no ${asked.path} here.`)
    if (!id) return asked.method === 'POST' ? create(asked) : list(asked)
    if (!verb) return asked.method === 'DELETE' ? destroy(id) : { status: 200, json: serverView(hosts.get(id)) }
    if (asked.method !== 'POST')
      throw new LabError('route.not_found', `There is no ${asked.method} ${asked.path} here.`)
    if (verb === 'rebuild')
      return { status: 200, json: serverView(await hosts.rebuild(id, keysOf(parsed(Keys, await asked.body())))) }
    return { status: 200, json: serverView(await verbOf(hosts, verb)(id)) }

    async function create({ body }: Asked): Promise<Answer> {
      const wish = parsed(NewServer, await body())
      const memoryBytes = bytesOf(wish.memory)
      if (memoryBytes === undefined) throw new LabError('request.invalid', 'memory reads like 2G or 512M.')
      const image = wish.image || place.release
      const known = imageNames[place.release]
      if (!known.includes(image))
        throw new LabError('request.invalid', `There is no image ${image}; there is ${known.join(', ')}.`)
      const { name, labels, region, plan } = wish
      const host = await hosts.create({ name, labels, region, plan, image, memoryBytes, ...keysOf(wish) })
      return { status: 201, json: serverView(host) }
    }

    function list({ query }: Asked): Answer {
      const labels = query.getAll('label').map((pair) => pair.split(/=(.*)/s))
      const name = query.get('name')
      const found = hosts
        .list()
        .filter(
          (host) =>
            (!name || host.name === name) && labels.every(([key = '', value = '']) => host.labels[key] === value),
        )
      return { status: 200, json: found.map(serverView) }
    }

    async function destroy(server: string): Promise<Answer> {
      await hosts.destroy(server)
      return { status: 204 }
    }
  }

function verbOf(hosts: LabHosts, verb: string): (id: string) => Promise<HostNow> {
  const { kill, start, stop, cut, heal, reboot } = hosts
  const found = new Map(Object.entries({ kill, start, stop, cut, heal, reboot })).get(verb)
  if (!found) throw new LabError('route.not_found', `A server cannot be told to ${verb}.`)
  return found
}

const keysOf = ({ authorizedKeys, hostKey }: z.infer<typeof Keys>) => ({
  authorizedKeys,
  ...(hostKey ? { hostKey } : {}),
})

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const first = read.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')
  throw new LabError('request.invalid', first)
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
