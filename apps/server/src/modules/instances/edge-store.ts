import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import { type DomainName, readHostName } from './domain.ts'
import type { EdgeSite } from './edge-file.ts'

const slot = z.object({ port: z.number(), weight: z.number() })
const keptSites = z.array(
  z.object({
    host: z.string().transform(readHostName),
    service: z.string(),
    slots: z.object({ a: slot, b: slot }),
    healthPath: z.string(),
    healthStatus: z.number().default(200),
  }),
)

export type EdgeEntry = {
  readonly instanceId: string
  readonly hostId: string
  readonly domain: DomainName
  readonly sites: readonly EdgeSite[]
}

type Row = { instance_id: string; host_id: string; domain: string; sites: unknown }

const toEntry = (row: Row): EdgeEntry => ({
  instanceId: row.instance_id,
  hostId: row.host_id,
  domain: readHostName(row.domain),
  sites: keptSites.parse(row.sites),
})

/** Holds the host's edge until the transaction ends, so that wishes for one host come one after the other. */
export async function lockEdgeHost(tx: Tx, hostId: string): Promise<number> {
  await tx.rows('insert into edge_host (host_id, generation) values ($1, 0) on conflict (host_id) do nothing', [hostId])
  const row = await tx.row<{ generation: number }>('select generation from edge_host where host_id = $1 for update', [
    hostId,
  ])
  return row?.generation ?? 0
}

export async function saveGeneration(tx: Tx, hostId: string, generation: number): Promise<void> {
  await tx.rows('update edge_host set generation = $2 where host_id = $1', [hostId, generation])
}

export async function saveEdgeEntry(tx: Tx, entry: EdgeEntry, at: Date): Promise<void> {
  await tx.rows(
    `insert into edge_site (instance_id, host_id, domain, sites, changed_at) values ($1, $2, $3, $4, $5)
     on conflict (instance_id) do update set host_id = $2, domain = $3, sites = $4, changed_at = $5`,
    [entry.instanceId, entry.hostId, entry.domain, JSON.stringify(entry.sites), at],
  )
}

export async function removeEdgeEntry(tx: Tx, instanceId: string): Promise<void> {
  await tx.rows('delete from edge_site where instance_id = $1', [instanceId])
}

export async function findEdgeEntry(db: Db, instanceId: string): Promise<EdgeEntry | undefined> {
  const row = await db.row<Row>('select instance_id, host_id, domain, sites from edge_site where instance_id = $1', [
    instanceId,
  ])
  return row && toEntry(row)
}

export async function listEdgeEntries(db: Db, hostId: string): Promise<readonly EdgeEntry[]> {
  const rows = await db.rows<Row>(
    'select instance_id, host_id, domain, sites from edge_site where host_id = $1 order by instance_id',
    [hostId],
  )
  return rows.map(toEntry)
}
