import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { now } from '../../src/platform/clock.ts'

const sample = join(import.meta.dirname, '../../../../examples/orders/acme.json')
export const webhookSecret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='

/** A paid order under a name of its own; `more` replaces fields. */
export const paidOrder = (name: string, more: object = {}): Record<string, unknown> => ({
  ...(JSON.parse(readFileSync(sample, 'utf8')) as Record<string, unknown>),
  orderNumber: `P-${name}`,
  organization: { legalName: `${name} GmbH` },
  domain: { strategy: 'own_domain', name: `${name.toLowerCase()}.test` },
  identityOrganization: { mode: 'new', reference: name.toLowerCase() },
  payment: { status: 'succeeded', paidAt: now().toISOString(), amount: 0, currency: 'EUR', reference: name },
  ...more,
})

/** As the shop sends it, signed; the answer as it came. */
export async function postWebhook(
  address: string,
  type: string,
  data: unknown,
  id = `msg_${randomBytes(8).toString('hex')}`,
  at = new Date(),
): Promise<{
  readonly status: number
  readonly ticket: string
  readonly code?: string
  readonly retryAfter: string | null
}> {
  const body = JSON.stringify({ type, data })
  const response = await fetch(`${address}/hooks/pulse`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(webhookSecret).sign(id, at, body),
    },
    body,
    signal: AbortSignal.timeout(60_000),
  })
  const answer = (await response.json()) as { ticket?: string; code?: string }
  return {
    status: response.status,
    ticket: answer.ticket ?? '',
    ...(answer.code === undefined ? {} : { code: answer.code }),
    retryAfter: response.headers.get('retry-after'),
  }
}
