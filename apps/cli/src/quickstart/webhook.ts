import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** Posts an order as the shop does: Standard Webhooks, one id for every try. Answers the ticket. */
export async function postOrder({
  server,
  secret,
  order,
}: {
  server: string
  secret: string
  order: Record<string, unknown>
}): Promise<string> {
  const id = `msg_${randomUUID()}`
  const at = new Date()
  const body = JSON.stringify({ type: 'order_paid', timestamp: at.toISOString(), data: order })
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
  const answer = await fetch(`${server}/hooks/pulse`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(30_000),
  })
  const said = (await answer.json().catch(() => ({}))) as { ticket?: string; message?: string; hint?: string }
  if (!answer.ok || !said.ticket) {
    throw new Error(
      `The order was not taken: ${said.message ?? answer.status}${said.hint ? ` (hint: ${said.hint})` : ''}`,
    )
  }
  return said.ticket
}
