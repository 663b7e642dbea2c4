import { timingSafeEqual } from 'node:crypto'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { newSecret } from '../../platform/ids.ts'
import { running } from '../../platform/run-context.ts'
import { outsideScopes } from '../../platform/scope.ts'
import type { SecretBox } from '../../platform/secret-box.ts'
import { readingMeter } from './reading-meter.ts'
import {
  boundTo,
  fromRef,
  requireSecretName,
  requireSecretValue,
  revealRefused,
  type Secret,
  type SecretName,
  type SecretRef,
  secretNotFound,
  toRef,
} from './secret.ts'
import * as store from './secret-store.ts'

/** A place where a reference is used: an instance's environment, a registry login, a DNS account. */
export type SecretUse = { readonly subject: string; readonly place: string }

export type SecretDeps = {
  readonly db: Database
  readonly box: SecretBox
  readonly now: () => Date
  /** Asks those who hold references where this one is used. */
  readonly uses: (ref: SecretRef) => Promise<readonly SecretUse[]>
}

export type Rotation = SecretName & { readonly value?: string | undefined; readonly from?: number | undefined }

export type WhereUsed = { readonly ref: SecretRef; readonly version: number; readonly uses: readonly SecretUse[] }

export const secretService = ({ db, box, now, uses }: SecretDeps) => {
  async function add(
    tx: Tx,
    actor: Actor,
    of: SecretName,
    version: number,
    value: string,
    action: string,
  ): Promise<SecretRef> {
    const secret: Secret = { ...of, version, createdAt: now(), createdBy: actor.id }
    await store.addSecret(tx, secret, box.seal(value, boundTo(secret)))
    const ref = toRef(secret)
    await recordAudit(tx, actor, {
      action,
      subject: `secret:${of.tenant}/${of.name}`,
      after: { ref },
      at: secret.createdAt,
    })
    return ref
  }

  const readings = readingMeter()

  async function recordReading(actor: Actor, ref: string): Promise<void> {
    requirePermission(actor, 'secrets.read')
    const told = readings.take(ref, currentReader(actor), now())
    if (!told) return
    const { tenant, name } = fromRef(ref)
    await db.inTransaction(async (tx) => {
      await recordAudit(tx, actor, {
        action: 'secret.read',
        subject: `secret:${tenant}/${name}`,
        after: { ref, ...(told.leftOut === 0 ? {} : { leftOut: told.leftOut }) },
        at: now(),
      })
      tx.afterCommit(told.done)
    })
  }

  return {
    /** A new version with this value; the value that is there already is the same reference again. */
    async put(actor: Actor, { tenant, name, value }: SecretName & { readonly value: string }): Promise<SecretRef> {
      requirePermission(actor, 'secrets.write')
      requireSecretName({ tenant, name })
      requireSecretValue(value)
      return db.inTransaction(async (tx) => {
        await store.lockName(tx, { tenant, name })
        const latest = await store.findLatest(tx, { tenant, name })
        if (latest && sameText(box.open(latest.sealed, boundTo(latest.secret)), value)) return toRef(latest.secret)
        return add(tx, actor, { tenant, name }, (latest?.secret.version ?? 0) + 1, value, 'secret.put')
      })
    },

    /** A value nobody has seen; where there is one already, its reference. */
    async generate(
      actor: Actor,
      { tenant, name, bytes = 32 }: SecretName & { readonly bytes?: number },
    ): Promise<SecretRef> {
      requirePermission(actor, 'secrets.write')
      requireSecretName({ tenant, name })
      return db.inTransaction(async (tx) => {
        await store.lockName(tx, { tenant, name })
        const latest = await store.findLatest(tx, { tenant, name })
        return latest ? toRef(latest.secret) : add(tx, actor, { tenant, name }, 1, newSecret(bytes), 'secret.generated')
      })
    },

    /**
     * The next version: the given value, or one nobody has seen. `from` is the version to leave: when there is a
     * newer one already, a repeated call gets that and makes no third.
     */
    async rotate(actor: Actor, { tenant, name, value, from }: Rotation): Promise<SecretRef> {
      requirePermission(actor, 'secrets.write')
      if (value !== undefined) requireSecretValue(value)
      return db.inTransaction(async (tx) => {
        await store.lockName(tx, { tenant, name })
        const latest = await store.findLatest(tx, { tenant, name })
        if (!latest) throw secretNotFound({ tenant, name })
        const { version } = latest.secret
        if (from !== undefined && version > from) return toRef(latest.secret)
        return add(tx, actor, { tenant, name }, version + 1, value ?? newSecret(32), 'secret.rotated')
      })
    },

    /**
     * The value, for a flow that puts it where it is used. There is no route to it, and people are refused. A reading is
     * an entry, and without the entry there is no value.
     */
    async reveal(actor: Actor, ref: string): Promise<string> {
      requirePermission(actor, 'secrets.read')
      if (!actor.id.startsWith('system:')) throw revealRefused()
      return outsideScopes(async () => {
        const wanted = fromRef(ref)
        const found = await store.findVersion(db, wanted)
        if (!found) throw secretNotFound(wanted)
        await recordReading(actor, ref)
        return box.open(found.sealed, boundTo(found.secret))
      })
    },

    /** Every value of some tenants, old versions too: what must not stand in a text. For the house itself. */
    async valuesOf(actor: Actor, tenants: readonly string[]): Promise<string[]> {
      requirePermission(actor, 'secrets.read')
      if (!actor.id.startsWith('system:')) throw revealRefused()
      const found = await outsideScopes(() => store.listSealed(db, tenants))
      return found.map(({ secret, sealed }) => box.open(sealed, boundTo(secret)))
    },

    /** Names and versions, never values. */
    async list(actor: Actor, page: store.SecretPage): Promise<Secret[]> {
      requirePermission(actor, 'secrets.read')
      return store.listSecrets(db, page)
    },

    async latest(actor: Actor, of: SecretName): Promise<SecretRef> {
      requirePermission(actor, 'secrets.read')
      const found = await store.findLatest(db, of)
      if (!found) throw secretNotFound(of)
      return toRef(found.secret)
    },

    /** Every version and where it is used, so that one knows what still holds an old one. */
    async where(actor: Actor, of: SecretName): Promise<WhereUsed[]> {
      requirePermission(actor, 'secrets.read')
      const versions = await store.listVersions(db, of)
      if (versions.length === 0) throw secretNotFound(of)
      return Promise.all(
        versions.map(async (each) => ({ ref: toRef(each), version: each.version, uses: await uses(toRef(each)) })),
      )
    },
  }
}

export type Secrets = ReturnType<typeof secretService>

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Whoever reads: a run, or whoever acts outside of one. */
const currentReader = (actor: Actor): string => running.getStore()?.run ?? actor.id
