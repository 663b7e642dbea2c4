import type { Db } from '../platform/db.ts'

/** Whose secrets may stand on the host of this order. */
export async function hostTenants(db: Db, orderId: string): Promise<string[]> {
  const rows = await db.rows<{ tenant: string }>(
    `select i.tenant from instance i where i.order_id = $1
     union select t.tenant from tenant t where t.order_id = $1`,
    [orderId],
  )
  return rows.map((row) => row.tenant)
}
