import { answer, type components, createClient, type ServerEvent } from '@nexus/client'
import type { Credential } from './session.ts'
import type { OrderDetail, OrderPage, Person, Timeline } from './shapes.ts'

export type Shown = 'all' | 'at-risk' | 'blocked'

/** What the pages ask of nexusd. Every call throws a `ClientError` when it is refused or nobody answers. */
export type NexusApi = {
  readonly whoAmI: () => Promise<Person>
  readonly signOut: () => Promise<void>
  readonly listOrders: (shown: Shown, after?: string) => Promise<OrderPage>
  readonly getOrder: (ticket: string) => Promise<OrderDetail>
  readonly getTimeline: (ticket: string) => Promise<Timeline>
  /** Tells what happens to the subject (to all without one); throws as soon as the stream cannot be had again. */
  readonly follow: (
    subject: string | undefined,
    onEvent: (event: ServerEvent) => void,
    signal: AbortSignal,
  ) => Promise<void>
  /** The time by the server's clock, so that a wrong clock of the viewer's machine makes no order overdue. */
  readonly now: () => number
}

export type WayIn = components['schemas']['WayIn']

/** How one signs in here, and whether this browser is signed in already. */
export const askWayIn = (origin: string = globalThis.location.origin): Promise<WayIn> =>
  answer(createClient({ server: origin }).GET('/api/v1/sign-in'))

export function createApi(credential: Credential, origin: string = globalThis.location.origin): NexusApi {
  let ahead = 0
  const fetchAndSetClock: typeof globalThis.fetch = async (...request) => {
    const response = await globalThis.fetch(...request)
    ahead = clockOffset(response.headers.get('date'), Date.now())
    return response
  }
  const nexus = createClient({ server: origin, ...credential, fetch: fetchAndSetClock, giveUpSeconds: 0 })
  // The border to the server: what it answers has the shapes of shapes.ts.
  const get = <T>(path: string): Promise<T> => answer(nexus.GET(path as '/api/v1/whoami') as Promise<{ data?: T }>)
  const order = (ticket: string) => `/api/v1/orders/${encodeURIComponent(ticket)}`

  return {
    whoAmI: () => get('/api/v1/whoami'),
    signOut: async () => {
      // A typed token is only forgotten; a session of the browser ends on the server too.
      if ('csrf' in credential) await nexus.POST('/api/v1/sign-out')
    },
    listOrders: (shown, after) => get(`/api/v1/orders?${listQuery(shown, after)}`),
    getOrder: (ticket) => get(order(ticket)),
    getTimeline: (ticket) => get(`${order(ticket)}/timeline`),
    follow: (subject, onEvent, signal) =>
      nexus.events(
        subject === undefined ? '/api/v1/events' : `/api/v1/events?subject=${encodeURIComponent(subject)}`,
        onEvent,
        signal,
      ),
    now: () => Date.now() + ahead,
  }
}

export function listQuery(shown: Shown, after: string | undefined): string {
  const query = new URLSearchParams({ limit: '100' })
  if (shown === 'at-risk') query.set('atRisk', 'true')
  if (shown === 'blocked') query.set('blocked', 'true')
  if (after !== undefined) query.set('after', after)
  return query.toString()
}

/** Milliseconds the server is ahead; the header has whole seconds, so less than two are no difference. */
export function clockOffset(dateHeader: string | null, localNow: number): number {
  const offset = Date.parse(dateHeader ?? '') - localNow
  return Number.isFinite(offset) && Math.abs(offset) >= 2000 ? offset : 0
}
