import type { Db, Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { type DomainName, readHostName } from './domain.ts'

export const domainTaken = (name: string) =>
  new NexusError('domain.taken', 'conflict', `${name} already belongs to another instance.`, {
    hint: 'Give another domain, or take the other instance away first.',
  })

/** Answers false when it was this instance's already. */
export async function addDomain(tx: Tx, name: DomainName, instanceId: string, at: Date): Promise<boolean> {
  const added = await tx.row(
    `insert into domain (name, instance_id, claimed_at) values ($1, $2, $3) on conflict (name) do nothing returning name`,
    [name, instanceId, at],
  )
  if (added) return true
  const owner = await tx.row<{ instance_id: string }>('select instance_id from domain where name = $1', [name])
  if (owner?.instance_id !== instanceId) throw domainTaken(name)
  return false
}

export async function removeDomains(tx: Tx, instanceId: string): Promise<readonly DomainName[]> {
  const rows = await tx.rows<{ name: string }>('delete from domain where instance_id = $1 returning name', [instanceId])
  return rows.map((row) => readHostName(row.name))
}

export async function listDomains(db: Db, instanceId: string): Promise<readonly DomainName[]> {
  const rows = await db.rows<{ name: string }>('select name from domain where instance_id = $1 order by name', [
    instanceId,
  ])
  return rows.map((row) => readHostName(row.name))
}
