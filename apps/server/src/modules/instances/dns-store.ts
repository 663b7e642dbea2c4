import type { CheckResult } from '../../platform/check.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { DnsRecord } from './dns-provider.ts'

export type KeptWish = {
  readonly instanceId: string
  readonly domain: string
  readonly provider: string
  readonly records: readonly DnsRecord[]
  readonly contact?: string
  readonly askedAt: Date
  readonly remindedAt?: Date
  readonly lookedAt?: Date
  readonly results: readonly CheckResult[]
}

type Row = {
  instance_id: string
  domain: string
  provider: string
  records: DnsRecord[]
  contact: string | null
  asked_at: Date
  reminded_at: Date | null
  looked_at: Date | null
  results: CheckResult[]
}

const toWish = (row: Row): KeptWish => ({
  instanceId: row.instance_id,
  domain: row.domain,
  provider: row.provider,
  records: row.records,
  askedAt: row.asked_at,
  results: row.results,
  ...(row.contact === null ? {} : { contact: row.contact }),
  ...(row.reminded_at === null ? {} : { remindedAt: row.reminded_at }),
  ...(row.looked_at === null ? {} : { lookedAt: row.looked_at }),
})

export async function findWish(db: Db, instanceId: string): Promise<KeptWish | undefined> {
  const row = await db.row<Row>('select * from dns_wish where instance_id = $1', [instanceId])
  return row && toWish(row)
}

export async function saveWish(tx: Tx, wish: KeptWish): Promise<void> {
  await tx.rows(
    `insert into dns_wish (instance_id, domain, provider, records, contact, asked_at, reminded_at, looked_at, results)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (instance_id) do update set domain = $2, provider = $3, records = $4, contact = $5, asked_at = $6,
       reminded_at = $7, looked_at = $8, results = $9`,
    [
      wish.instanceId,
      wish.domain,
      wish.provider,
      JSON.stringify(wish.records),
      wish.contact ?? null,
      wish.askedAt,
      wish.remindedAt ?? null,
      wish.lookedAt ?? null,
      JSON.stringify(wish.results),
    ],
  )
}

export async function removeWish(tx: Tx, instanceId: string): Promise<void> {
  await tx.rows('delete from dns_wish where instance_id = $1', [instanceId])
}
