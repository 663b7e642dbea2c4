import type { CheckResult } from '../../platform/check.ts'
import type { Db, Tx } from '../../platform/db.ts'
import {
  type Instance,
  type InstanceIdentity,
  type InstanceSlot,
  type InstanceState,
  instanceNotFound,
  type KeptVariables,
  type OpenClawLink,
} from './instance.ts'
import { isSlot, type Slot } from './stack-schema.ts'
import type { Given } from './stack-variables.ts'

type InstanceRow = {
  id: string
  order_id: string
  environment: string
  tenant: string
  stack: string
  plan: string
  host_id: string
  domain: string
  app_url: string
  api_url: string
  state: InstanceState
  active_slot: string | null
  database_password_ref: string | null
  database_url_ref: string | null
  identity: InstanceIdentity | null
  openclaw: OpenClawLink | null
  created_at: Date
  changed_at: Date
}

const toInstance = (row: InstanceRow): Instance => ({
  id: row.id,
  orderId: row.order_id,
  environment: row.environment,
  tenant: row.tenant,
  stack: row.stack,
  plan: row.plan,
  hostId: row.host_id,
  domain: row.domain,
  appUrl: row.app_url,
  apiUrl: row.api_url,
  state: row.state,
  activeSlot: isSlot(row.active_slot) ? row.active_slot : undefined,
  databasePassword: row.database_password_ref ?? undefined,
  databaseUrl: row.database_url_ref ?? undefined,
  identity: row.identity ?? undefined,
  openclaw: row.openclaw ?? undefined,
  createdAt: row.created_at,
  changedAt: row.changed_at,
})

export async function findInstance(db: Db, id: string): Promise<Instance> {
  const row = await db.row<InstanceRow>('select * from instance where id = $1', [id])
  if (!row) throw instanceNotFound(id)
  return toInstance(row)
}

/** Holds the row until the transaction ends. */
export async function lockInstance(tx: Tx, id: string): Promise<Instance> {
  const row = await tx.row<InstanceRow>('select * from instance where id = $1 for update', [id])
  if (!row) throw instanceNotFound(id)
  return toInstance(row)
}

export async function instanceOfOrder(db: Db, orderId: string, environment: string): Promise<Instance | undefined> {
  const row = await db.row<InstanceRow>('select * from instance where order_id = $1 and environment = $2', [
    orderId,
    environment,
  ])
  return row && toInstance(row)
}

export async function instanceOfDomain(db: Db, domain: string): Promise<Instance | undefined> {
  const row = await db.row<InstanceRow>(`select * from instance where domain = $1 and state <> 'withdrawn'`, [domain])
  return row && toInstance(row)
}

export type InstanceFilter = {
  readonly orderId?: string | undefined
  readonly hostId?: string | undefined
  readonly state?: InstanceState | undefined
  readonly limit: number
  readonly after?: string | undefined
}

/** Newest first. */
export async function listInstances(db: Db, filter: InstanceFilter): Promise<Instance[]> {
  const rows = await db.rows<InstanceRow>(
    `select * from instance
      where ($1::text is null or order_id = $1) and ($2::text is null or host_id = $2)
        and ($3::text is null or state = $3) and ($4::text is null or id < $4)
      order by id desc limit $5`,
    [filter.orderId ?? null, filter.hostId ?? null, filter.state ?? null, filter.after ?? null, filter.limit],
  )
  return rows.map(toInstance)
}

const columns = `id, order_id, environment, tenant, stack, plan, host_id, domain, app_url, api_url, state, active_slot,
  database_password_ref, database_url_ref, identity, openclaw, created_at, changed_at`

const valuesOf = (each: Instance) => [
  each.id,
  each.orderId,
  each.environment,
  each.tenant,
  each.stack,
  each.plan,
  each.hostId,
  each.domain,
  each.appUrl,
  each.apiUrl,
  each.state,
  each.activeSlot ?? null,
  each.databasePassword ?? null,
  each.databaseUrl ?? null,
  each.identity === undefined ? null : JSON.stringify(each.identity),
  each.openclaw === undefined ? null : JSON.stringify(each.openclaw),
  each.createdAt,
  each.changedAt,
]

/** False when the order has an instance already; the caller reads that one. */
export async function addInstance(tx: Tx, instance: Instance): Promise<boolean> {
  const marks = valuesOf(instance).map((_, index) => `$${index + 1}`)
  const rows = await tx.rows(
    `insert into instance (${columns}) values (${marks.join(', ')}) on conflict (order_id, environment) do nothing returning id`,
    valuesOf(instance),
  )
  return rows.length > 0
}

export async function saveInstance(tx: Tx, instance: Instance): Promise<void> {
  await tx.rows(
    `update instance set host_id = $2, state = $3, active_slot = $4, database_password_ref = $5, database_url_ref = $6,
       identity = $7, openclaw = $8, changed_at = $9 where id = $1`,
    [
      instance.id,
      instance.hostId,
      instance.state,
      instance.activeSlot ?? null,
      instance.databasePassword ?? null,
      instance.databaseUrl ?? null,
      instance.identity === undefined ? null : JSON.stringify(instance.identity),
      instance.openclaw === undefined ? null : JSON.stringify(instance.openclaw),
      instance.changedAt,
    ],
  )
}

export async function keptVariables(db: Db, instanceId: string): Promise<KeptVariables> {
  const rows = await db.rows<{ name: string; plain: string | null; secret_ref: string | null }>(
    'select name, plain, secret_ref from instance_variable where instance_id = $1 order by name',
    [instanceId],
  )
  return Object.fromEntries(
    rows.map((row) => [row.name, row.secret_ref === null ? { plain: row.plain ?? '' } : { secret: row.secret_ref }]),
  )
}

export async function keepVariable(
  tx: Tx,
  instanceId: string,
  name: string,
  value: Given,
  by: string,
  at: Date,
): Promise<void> {
  await tx.rows(
    `insert into instance_variable (instance_id, name, plain, secret_ref, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (instance_id, name) do update set plain = excluded.plain, secret_ref = excluded.secret_ref,
       set_by = excluded.set_by, set_at = excluded.set_at`,
    [instanceId, name, 'plain' in value ? value.plain : null, 'secret' in value ? value.secret : null, by, at],
  )
}

type SlotRow = {
  slot: Slot
  release_id: string
  steps_done: number
  migration_version: string | null
  changed_at: Date
}

export async function slotsOf(db: Db, instanceId: string): Promise<InstanceSlot[]> {
  const rows = await db.rows<SlotRow>('select * from instance_slot where instance_id = $1 order by slot', [instanceId])
  return rows.map((row) => ({
    slot: row.slot,
    releaseId: row.release_id,
    stepsDone: row.steps_done,
    migrationVersion: row.migration_version ?? undefined,
    changedAt: row.changed_at,
  }))
}

export async function saveSlot(tx: Tx, instanceId: string, slot: InstanceSlot): Promise<void> {
  await tx.rows(
    `insert into instance_slot (instance_id, slot, release_id, steps_done, migration_version, changed_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (instance_id, slot) do update set release_id = excluded.release_id, steps_done = excluded.steps_done,
       migration_version = excluded.migration_version, changed_at = excluded.changed_at`,
    [instanceId, slot.slot, slot.releaseId, slot.stepsDone, slot.migrationVersion ?? null, slot.changedAt],
  )
}

export async function dropSlots(tx: Tx, instanceId: string): Promise<void> {
  await tx.rows('delete from instance_slot where instance_id = $1', [instanceId])
}

export async function saveChecks(tx: Tx, instanceId: string, results: readonly CheckResult[]): Promise<void> {
  for (const each of results) {
    await tx.rows(
      `insert into instance_check (instance_id, name, result, at) values ($1, $2, $3, $4)
       on conflict (instance_id, name) do update set result = excluded.result, at = excluded.at`,
      [instanceId, each.name, JSON.stringify(each), each.at],
    )
  }
}

export async function checksOf(db: Db, instanceId: string): Promise<CheckResult[]> {
  const rows = await db.rows<{ result: CheckResult }>(
    'select result from instance_check where instance_id = $1 order by name',
    [instanceId],
  )
  return rows.map((row) => row.result)
}

/** Instances that run with a reference that begins so and is not this one, in the order they came. */
export async function runningWithOther(db: Db, name: string, to: string) {
  const rows = await db.rows<{ instance_id: string; secret_ref: string }>(
    `select distinct v.instance_id, v.secret_ref from instance_variable v join instance i on i.id = v.instance_id
     where starts_with(v.secret_ref, $1) and v.secret_ref <> $2 and i.state = 'running' order by 1, 2`,
    [name, to],
  )
  return rows.map((row) => ({ instanceId: row.instance_id, from: row.secret_ref }))
}
