import type { Db, Tx } from '../../platform/db.ts'
import type { Certificate, CertificateState } from './certificate.ts'
import { type DomainName, readHostName } from './domain.ts'

type Row = {
  id: string
  instance_id: string
  domain: string
  names: string[]
  tenant: string
  directory_url: string
  state: CertificateState
  order_url: string | null
  serial: string | null
  not_before: Date | null
  not_after: Date | null
  renew_at: Date | null
  failure: string | null
  created_at: Date
}

const toCertificate = (row: Row): Certificate => ({
  id: row.id,
  instanceId: row.instance_id,
  domain: readHostName(row.domain),
  names: row.names,
  tenant: row.tenant,
  directoryUrl: row.directory_url,
  state: row.state,
  createdAt: row.created_at,
  ...(row.order_url === null ? {} : { orderUrl: row.order_url }),
  ...(row.serial === null ? {} : { serial: row.serial }),
  ...(row.not_before === null ? {} : { notBefore: row.not_before }),
  ...(row.not_after === null ? {} : { notAfter: row.not_after }),
  ...(row.renew_at === null ? {} : { renewAt: row.renew_at }),
  ...(row.failure === null ? {} : { failure: row.failure }),
})

const openStates = `('wanted', 'ordered', 'issued', 'installed')`

export async function addCertificate(tx: Tx, certificate: Certificate): Promise<void> {
  await tx.rows(
    `insert into certificate (id, instance_id, domain, names, tenant, directory_url, state, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      certificate.id,
      certificate.instanceId,
      certificate.domain,
      JSON.stringify(certificate.names),
      certificate.tenant,
      certificate.directoryUrl,
      certificate.state,
      certificate.createdAt,
    ],
  )
}

export async function saveCertificate(tx: Tx, certificate: Certificate, at: Date): Promise<void> {
  await tx.rows(
    `update certificate set state = $2, order_url = $3, serial = $4, not_before = $5, not_after = $6, renew_at = $7,
       failure = $8, changed_at = $9 where id = $1`,
    [
      certificate.id,
      certificate.state,
      certificate.orderUrl ?? null,
      certificate.serial ?? null,
      certificate.notBefore ?? null,
      certificate.notAfter ?? null,
      certificate.renewAt ?? null,
      certificate.failure ?? null,
      at,
    ],
  )
}

/** Holds the domain's certificates until the transaction ends: the one under way, if there is one. */
export async function lockOpenCertificate(tx: Tx, domain: DomainName): Promise<Certificate | undefined> {
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('certificate:' || $1, 0))`, [domain])
  const row = await tx.row<Row>(`select * from certificate where domain = $1 and state in ${openStates} for update`, [
    domain,
  ])
  return row && toCertificate(row)
}

export async function lockCertificate(tx: Tx, id: string): Promise<Certificate | undefined> {
  const row = await tx.row<Row>('select * from certificate where id = $1 for update', [id])
  return row && toCertificate(row)
}

export async function findValidCertificate(db: Db, domain: DomainName): Promise<Certificate | undefined> {
  const row = await db.row<Row>(`select * from certificate where domain = $1 and state = 'valid'`, [domain])
  return row && toCertificate(row)
}

export async function listCertificates(
  db: Db,
  instanceId: string,
  limit: number,
  after?: string,
): Promise<readonly Certificate[]> {
  const rows = await db.rows<Row>(
    'select * from certificate where instance_id = $1 and ($3::text is null or id < $3) order by id desc limit $2',
    [instanceId, limit, after ?? null],
  )
  return rows.map(toCertificate)
}

/** Of an instance that is taken away: nothing of it counts or is under way any more. */
export async function retireCertificates(tx: Tx, instanceId: string, at: Date): Promise<void> {
  await tx.rows(
    `update certificate set state = case when state = 'valid' then 'superseded' else 'failed' end,
       failure = case when state = 'valid' then failure else 'the instance was taken away' end, changed_at = $2
     where instance_id = $1 and (state = 'valid' or state in ${openStates})`,
    [instanceId, at],
  )
}

/** Those that count and should be renewed by then: what the schedule asks. */
export async function listDueCertificates(db: Db, by: Date): Promise<readonly Certificate[]> {
  const rows = await db.rows<Row>(
    `select * from certificate where state = 'valid' and renew_at <= $1 order by renew_at limit 500`,
    [by],
  )
  return rows.map(toCertificate)
}

export type AccountRow = { readonly keyRef: string; readonly accountUrl?: string }

export async function findAccount(db: Db, tenant: string, directoryUrl: string): Promise<AccountRow | undefined> {
  const row = await db.row<{ key_ref: string; account_url: string | null }>(
    'select key_ref, account_url from acme_account where tenant = $1 and directory_url = $2',
    [tenant, directoryUrl],
  )
  return row && { keyRef: row.key_ref, ...(row.account_url === null ? {} : { accountUrl: row.account_url }) }
}

/** The first one wins: two that begin at once use the same key afterwards. */
export async function addAccount(
  tx: Tx,
  tenant: string,
  directoryUrl: string,
  keyRef: string,
  at: Date,
): Promise<void> {
  await tx.rows(
    `insert into acme_account (tenant, directory_url, key_ref, created_at) values ($1, $2, $3, $4)
     on conflict (tenant, directory_url) do nothing`,
    [tenant, directoryUrl, keyRef, at],
  )
}

export async function saveAccountUrl(tx: Tx, tenant: string, directoryUrl: string, accountUrl: string): Promise<void> {
  await tx.rows('update acme_account set account_url = $3 where tenant = $1 and directory_url = $2', [
    tenant,
    directoryUrl,
    accountUrl,
  ])
}
