import type { Db } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'

/** What an evidence bundle is asked for. */
export type EvidenceAbout = { readonly kind: 'order' | 'run' | 'customer'; readonly id: string }

export type EvidenceScope = {
  readonly about: EvidenceAbout
  readonly subjects: readonly string[]
  readonly runs: readonly { readonly id: string; readonly from: Date; readonly to: Date | undefined }[]
}

/** What belongs to an order, a run, or every order of a customer: subjects of the trail, and the runs that worked for them. */
export async function evidenceScope(db: Db, about: EvidenceAbout): Promise<EvidenceScope> {
  if (about.kind === 'run') {
    const [run] = await listRuns(db, { ids: [about.id], subjects: [] })
    if (!run) throw notFound(about, 'nexusctl run list shows them.')
    return { about, subjects: [run.id], runs: [run] }
  }
  const orders = await listOrders(db, about)
  if (orders.length === 0) throw notFound(about, 'nexusctl order list --all shows them, each with its customer.')
  const subjects = orders.flatMap(({ id, ticket, instances, tenants }) => [id, ticket, ...instances, ...tenants])
  const runs = await listRuns(db, { ids: [], subjects })
  const named = about.kind === 'order' ? { kind: about.kind, id: orders[0]?.ticket ?? about.id } : about
  return { about: named, subjects: [...new Set([...subjects, ...runs.map((each) => each.id)])], runs }
}

type OrderRow = { id: string; ticket: string; instances: string[]; tenants: string[] }

const listOrders = (db: Db, { kind, id }: EvidenceAbout): Promise<OrderRow[]> =>
  db.rows<OrderRow>(
    `select o.id, o.ticket,
        array(select i.id from instance i where i.order_id = o.id) as instances,
        array(select t.tenant from tenant t where t.order_id = o.id) as tenants
       from orders o
      where $2 = 'order' and $1 in (o.id, o.ticket) or $2 = 'customer' and lower(o.organization) = lower($1)
      order by o.id`,
    [id, kind],
  )

type Runs = { readonly ids: readonly string[]; readonly subjects: readonly string[] }

async function listRuns(db: Db, { ids, subjects }: Runs): Promise<EvidenceScope['runs']> {
  const rows = await db.rows<{ id: string; started_at: Date; ended_at: Date | null }>(
    `select r.id, r.started_at, r.ended_at from run r where r.id = any($1) or r.subject = any($2)
      order by r.started_at, r.id`,
    [ids, subjects],
  )
  return rows.map((row) => ({ id: row.id, from: row.started_at, to: row.ended_at ?? undefined }))
}

/** What checks found, by the hash that stands in their entries; what is not as it was hashed is left out. */
export async function evidenceTexts(db: Db, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ hash: string; text: string }>(
    `select hash, text from check_evidence where hash = any($1) and encode(sha256(convert_to(text, 'UTF8')), 'hex') = hash`,
    [hashes],
  )
  return new Map(rows.map((row) => [row.hash, row.text]))
}

const notFound = ({ kind, id }: EvidenceAbout, hint: string) =>
  new NexusError('trail.nothing_about', 'missing', `There is no ${kind} ${id}.`, { hint })
