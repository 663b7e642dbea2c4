import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { caller, firstAdminToken } from '../../apps/server/test/harness/pretend-caller.ts'

export type Whose = 'ours' | 'theirs'
export type Ids = Readonly<Record<string, Readonly<Record<Whose, string>>>>

const allRoles = ['provisioning', 'platform', 'support', 'iam', 'auditor']

/** The same limits for every role of a person. */
export const everyRole = (scope: object) => Object.fromEntries(allRoles.map((role) => [role, scope]))

/** Two live orders of two customers, one of everything that hangs on each, and somebody limited to the first. */
export async function twoCustomers() {
  const app = await pretendApp()
  const admin = caller(app, await firstAdminToken(app))
  const ids: Record<string, Record<Whose, string>> = {}
  for (const name of ['ours', 'theirs'] as const) {
    for (const [key, value] of Object.entries(await deliver(app, name)))
      ids[key] = { ...(ids[key] ?? { ours: '', theirs: '' }), [name]: value }
  }

  const personWith = async (limits: object, roles: readonly string[] = allRoles) => {
    const email = `p${Math.random().toString(36).slice(2)}@example.test`
    const made = await admin('POST', '/people', { name: 'Lim', email, roles, limits })
    const personId = String(made.body['id'])
    const { body } = await admin('POST', '/tokens', { name: 'limited', personId })
    const token = String(body['token'])
    return { id: personId, token, ask: caller(app, token) }
  }
  const limited = await personWith(everyRole({ customers: ['ours GmbH'] }))
  const of = (key: string, whose: Whose): string => {
    const known = ids[key]?.[whose]
    if (!known) throw new Error(`Nothing is known as ${key}.`)
    return known
  }
  return { app, admin, limited, personWith, ids: ids as Ids, of, stop: () => app.stop() }
}

export type TwoCustomers = Awaited<ReturnType<typeof twoCustomers>>

async function deliver(app: PretendApp, name: Whose): Promise<Readonly<Record<string, string>>> {
  const { ticket } = await app.post('order_paid', app.order(name))
  await app.until(ticket, ['Live'])
  const order = await app.find(ticket)
  const [instance] = (await app.services.instances.list(app.me, { orderId: order.id })).items
  const idOf = async (sql: string, values: readonly unknown[]) =>
    (await app.db.row<{ id: string }>(sql, values))?.id ?? ''
  await app.db.rows(
    `insert into host_transcript (id, host_id, kind, asked_by, asked_by_name, reason, command_sealed, started_at, ends_by)
     values ($1, $2, 'exec', 'per_1', 'Ann', 'to see', 'sealed', now(), now())`,
    [`htr_${name}`, order.hostId],
  )
  await app.db.rows(
    `insert into host_deviation (id, host_id, item, reason, until, accepted_by, accepted_by_name, accepted_at)
     values ($1, $2, 'ssh', 'to see', now() + interval '1 day', 'per_1', 'Ann', now())`,
    [`hdv_${name}`, order.hostId],
  )
  return {
    number: ticket,
    hostId: order.hostId ?? '',
    instanceId: instance?.id ?? '',
    id: instance?.id ?? '',
    runId: `deliver-order:${ticket}:1`,
    tenant: instance?.tenant ?? '',
    transcriptId: `htr_${name}`,
    deviationId: `hdv_${name}`,
    taskId: await idOf(
      `insert into order_task (id, order_id, kind, title, created_at) values ('tsk_' || $1, $2, 'not_given_back', 't', now()) returning id`,
      [name, order.id],
    ),
    approvalId: await idOf(
      `insert into approval (id, kind, subject, what, act, act_hash, permission, reason, state, asked_by, asked_by_name, asked_at, expires_at)
       values ('apr_' || $1, 'host.deviation', $2, 'It differs.', '{}', $1, 'hosts.write', 'to see', 'open', 'system:test', 'test', now(),
         now() + interval '1 day') returning id`,
      [name, order.hostId],
    ),
    noticeId: await idOf(`select id from notice where kind = 'launch' and recipient = $1 and key like '%' || $2`, [
      'admin@acme.test',
      order.id,
    ]),
    entry: await idOf(`select id from audit_entry where subject = $1 order by id limit 1`, [instance?.id]),
    subject: order.id,
  }
}
