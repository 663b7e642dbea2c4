import { createHash } from 'node:crypto'
import { systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { rightsNotSeparated } from '../../platform/database-roles.ts'
import type { Database } from '../../platform/db.ts'
import type { CheckpointSink } from './checkpoint-sink.ts'
import * as log from './log-store.ts'
import { verifiersOf } from './trail-keys.ts'
import { lastAlert } from './trail-store.ts'
import { type LogReport, verifyLog, type Witnessed } from './verify-log.ts'

export type Verification = LogReport & {
  /** `unknown`: nothing was found wrong, and there is nothing outside to hold the log against, or it cannot be read. */
  readonly verdict: 'pass' | 'fail' | 'unknown'
  /** What this verdict does not prove, each a sentence. */
  readonly limits: readonly string[]
}

export type CheckDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly sinks: readonly CheckpointSink[]
}

const checker = systemActor('trail')

export const trailCheck = ({ db, now, sinks }: CheckDeps) => {
  async function verify(): Promise<Verification> {
    const inside = (await log.listCheckpoints(db)).map((each) => ({ ...each, source: 'the database' }))
    const { outside, unreadable } = await listOutside(sinks)
    const report = await verifyLog(db, [...inside, ...outside], await verifiersOf(db))
    const proven = report.holds.filter((each) => each.source !== 'the database')
    const reach = Math.max(0, ...proven.map((each) => each.size))
    const rights = await rightsNotSeparated(db)
    const limits = [
      ...unreadable.map(({ name, why }) => `${name} cannot be read: ${why}`),
      ...(proven.length === 0 ? ['no checkpoint outside the database: a rewrite of everything would not be seen'] : []),
      ...(rights === undefined ? [] : [`rights not separated: ${rights}`]),
      ...(sinks.every((each) => each.inOwnPower)
        ? ['provable only against outsiders: Nexus could overwrite every place its checkpoints go to']
        : []),
      ...(reach < report.size && proven.length > 0
        ? [`entries from ${reach} on are younger than every checkpoint outside`]
        : []),
      ...(report.beforeTheLog > 0 ? [`${report.beforeTheLog} entries are older than the log and not in it`] : []),
      ...report.restores.map((each) => `a restore went back from ${each.from} entries to ${each.to} (${each.id})`),
    ]
    const sure = proven.length > 0 && unreadable.length === 0
    return { ...report, limits, verdict: report.findings.length > 0 ? 'fail' : sure ? 'pass' : 'unknown' }
  }

  return {
    verify,

    /** Verifies, and writes an alert when the log does not hold; the same findings are one alert. */
    async check(): Promise<Verification> {
      const found = await verify()
      if (found.verdict !== 'fail') return found
      const sentences = found.findings.map((each) => each.sentence)
      const digest = createHash('sha256').update(sentences.join('\n')).digest('hex')
      await db.inTransaction(async (tx) => {
        await log.lockLog(tx)
        if ((await lastAlert(tx))?.digest === digest) return
        const after = { digest, findings: sentences.slice(0, 50), size: found.size }
        await recordAudit(tx, checker, { action: 'trail.alert', subject: 'trail', after, impersonal: true, at: now() })
      })
      return found
    },
  }
}

async function listOutside(sinks: readonly CheckpointSink[]) {
  const outside: Witnessed[] = []
  const unreadable: { name: string; why: string }[] = []
  for (const { name, list } of sinks) {
    if (!list) continue
    try {
      outside.push(...(await list()).map((each) => ({ ...each, source: name })))
    } catch (thrown) {
      unreadable.push({ name, why: thrown instanceof Error ? thrown.message : String(thrown) })
    }
  }
  return { outside, unreadable }
}
