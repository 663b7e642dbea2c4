import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnswerOf } from '@nexus/client'
import type { Api } from '../api.ts'
import type { Deps } from '../deps.ts'
import { toFailed } from '../failure.ts'
import type { Io } from '../io.ts'
import { type WatchedOrder, watchOrder } from '../order/watch.ts'
import type { QuickstartFlags } from './flags.ts'

/** The order for one's own machine and domain. The number comes from the domain: asked again it is the same order. */
export async function ownOrder(
  flags: Pick<QuickstartFlags, 'order' | 'domain' | 'email'>,
  sample: string,
  now: Date,
): Promise<Record<string, unknown>> {
  const order = JSON.parse(await readFile(flags.order ?? sample, 'utf8')) as Record<string, unknown>
  const domain = flags.domain ?? ''
  const payment = { ...(order['payment'] as object), paidAt: now.toISOString() }
  const here = { plan: 'own', region: 'own', domain: { strategy: 'own_domain', name: domain }, payment }
  if (flags.order) return { ...order, ...here }
  const email = flags.email ?? ''
  const contact = { name: email, email }
  const word = domain.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 40)
  return {
    ...order,
    ...here,
    orderNumber: `own-${word}`,
    organization: { legalName: domain },
    billingContact: contact,
    technicalContact: contact,
    incidentContact: contact,
    escalationContact: contact,
    initialAdminEmail: email,
    identityOrganization: { mode: 'new', reference: word },
  }
}

type Dns = AnswerOf<'getInstanceDns'>

/** Says the exact records as soon as they are known, once. Ends with `signal`. */
export async function tellRecords(api: Api, orderId: string, io: Io, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const found = await recordsOf(api, orderId).catch(() => undefined)
    if (found) {
      if (found.provider !== 'manual') return
      io.say('Set these records at whoever keeps your DNS; they are looked for until they are there:')
      for (const record of found.records) io.say(`  ${record}`)
      return
    }
    await pause(2000, undefined, { signal }).catch(() => {})
  }
}

async function recordsOf(api: Api, orderId: string): Promise<Dns | undefined> {
  const { items } = await api.call('listInstances', { query: { limit: 200 } })
  const instance = items.find((each) => each.orderId === orderId)
  return instance && api.call('getInstanceDns', { params: { id: instance.id } })
}

/** As `watchOrder`, but records that are not set yet are no end: it goes on when they are. */
export async function watchOwnOrder(
  deps: Deps,
  { ticket, seconds, signal }: { readonly ticket: string; readonly seconds: number; readonly signal: AbortSignal },
): Promise<WatchedOrder> {
  const limit = deps.now().getTime() + seconds * 1000
  const over = new AbortController()
  const { id } = await deps.api.call('getOrder', { params: { number: ticket } })
  const telling = tellRecords(deps.api, id, deps.io, AbortSignal.any([over.signal, signal]))
  try {
    for (;;) {
      const left = (limit - deps.now().getTime()) / 1000
      const watched = await watchOrder(deps, { ticket, until: 'Live', timeoutSeconds: Math.max(1, left) })
      const waits = watched.state === 'Blocked' && watched.order.blocked?.kind === 'dns'
      if (!waits || watched.timedOut || signal.aborted) return watched
      deps.io.say(`${watched.order.blocked?.reason ?? ''} Waiting for them.`)
      await untilMoved(deps, ticket, limit, signal)
    }
  } finally {
    over.abort()
    await telling
  }
}

async function untilMoved(deps: Deps, ticket: string, limit: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && deps.now().getTime() < limit) {
    const { state } = await deps.api
      .call('getOrder', { params: { number: ticket }, timeoutSeconds: 15 })
      .catch((thrown: unknown) => {
        if (toFailed(thrown).kind !== 'unavailable') throw thrown
        return { state: 'Blocked' }
      })
    if (state !== 'Blocked') return
    await deps.pause(5, signal)
  }
}
