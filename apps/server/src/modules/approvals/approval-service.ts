import { type Actor, insideGrant, requirePermission, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { outsideScope } from '../../platform/scope.ts'
import {
  type Act,
  type Approval,
  type ApprovalId,
  approvalNeeded,
  approvalOver,
  expiryOf,
  hashOfAct,
  isHolding,
  notAPerson,
  ownApproval,
} from './approval.ts'
import * as store from './approval-store.ts'

export type ApprovalDeps = {
  readonly db: Database
  readonly now: () => Date
  /** Whether these people may still act: what a disabled person asked for or said yes to is worth nothing. */
  readonly activePeople: (ids: readonly string[]) => Promise<ReadonlySet<string>>
}

const isPerson = (id: string): boolean => id.startsWith('per_')

/** The person behind an actor: a flow acts for whoever started it, and two tokens of one person are one person. */
export const personBehind = ({ id, onBehalfOf }: Actor): string => {
  const person = onBehalfOf ?? id
  if (!isPerson(person)) throw notAPerson()
  return person
}

/** Whoever asks where nobody waits for the answer: a flow for the person that started it, else the house itself. */
const askerOf = ({ id, onBehalfOf }: Actor): string =>
  onBehalfOf !== undefined && isPerson(onBehalfOf) ? onBehalfOf : id

const house = systemActor('approvals')

export const approvalService = ({ db, now, activePeople }: ApprovalDeps) => {
  async function change(tx: Tx, actor: Actor, action: string, before: Approval, after: Approval): Promise<Approval> {
    await store.saveApproval(tx, after)
    const { kind, subject, what } = after
    await recordAudit(tx, actor, {
      action,
      subject: after.id,
      before: { state: before.state },
      after: { state: after.state, kind, subject, what, askedBy: after.askedBy, decidedBy: after.decidedBy },
      at: now(),
      ...(after.decidedWhy && after.decidedWhy !== before.decidedWhy ? { reason: after.decidedWhy } : {}),
    })
    return after
  }

  const lapse = (tx: Tx, before: Approval) =>
    change(tx, house, 'approval.lapsed', before, { ...before, state: 'lapsed', endedAt: now() })

  /** Its time is not over and everybody in it may still act. */
  async function stillHolds(approval: Approval): Promise<boolean> {
    if (!isHolding(approval, now())) return false
    const people = [approval.askedBy, ...(approval.decidedBy ? [approval.decidedBy] : [])].filter(isPerson)
    const active = await activePeople(people)
    return people.every((each) => active.has(each))
  }

  async function ask(tx: Tx, actor: Actor, act: Act, reason: string): Promise<Approval> {
    const at = now()
    const approval: Approval = {
      ...act,
      id: newId('apr', at) as ApprovalId,
      reason,
      state: 'open',
      askedBy: askerOf(actor),
      askedByName: actor.name,
      askedAt: at,
      expiresAt: expiryOf(at),
      decidedBy: undefined,
      decidedByName: undefined,
      decidedAt: undefined,
      decidedWhy: undefined,
      endedAt: undefined,
    }
    await store.addApproval(tx, approval)
    const { kind, subject, what, parameters, expiresAt } = approval
    await recordAudit(tx, actor, {
      action: 'approval.asked',
      subject: approval.id,
      after: { kind, subject, what, parameters, expiresAt },
      reason,
      at,
    })
    return approval
  }

  /** What the act takes may have other limits than deciding has: it must lie within both. */
  async function requireWithin(actor: Actor, id: string): Promise<void> {
    const { permission } = await store.findApproval(db, id)
    const seen = await insideGrant(actor, permission, () => store.isSeen(db, id))
    if (!seen) throw outsideScope()
  }

  async function decide(actor: Actor, id: string, state: 'approved' | 'refused', why: string): Promise<Approval> {
    const person = personBehind(actor)
    requirePermission(actor, 'approvals.decide')
    await requireWithin(actor, id)
    const decided = await db.inTransaction(async (tx) => {
      const before = await store.lockApproval(tx, id)
      if (before.askedBy === person) throw ownApproval()
      requirePermission(actor, before.permission)
      if (before.state === state && before.decidedBy === person) return before
      if (!(await stillHolds(before)) || before.state !== 'open') return { over: before }
      return change(tx, actor, `approval.${state}`, before, {
        ...before,
        state,
        decidedBy: person,
        decidedByName: actor.name,
        decidedAt: now(),
        decidedWhy: why,
        endedAt: state === 'refused' ? now() : undefined,
      })
    })
    if ('over' in decided) throw approvalOver(decided.over)
    return decided
  }

  return {
    /**
     * For a verb that takes two people, first thing: passes when another person approved exactly this act for the one
     * who does it. Otherwise it is asked for (once, however often the verb is tried) and refused with what to do.
     */
    async require(actor: Actor, act: Act, reason: string): Promise<Approval> {
      const person = personBehind(actor)
      requirePermission(actor, act.permission)
      const hash = hashOfAct(act)
      const found = await db.inTransaction(async (tx) => {
        await store.lockAct(tx, person, hash)
        const held = await store.lockHolding(tx, person, hash)
        if (held && (await stillHolds(held))) return held
        if (held) await lapse(tx, held)
        return ask(tx, actor, act, reason)
      })
      if (found.state !== 'approved') throw approvalNeeded(found)
      return found
    },

    /**
     * For a flow, which waits and looks again: asks once and answers what was said so far, also a no. Another act (such as
     * the same one in another run) is asked for anew.
     */
    async seek(tx: Tx, actor: Actor, act: Act, reason: string): Promise<Approval> {
      requirePermission(actor, act.permission)
      const hash = hashOfAct(act)
      await store.lockAct(tx, askerOf(actor), hash)
      const newest = await store.lockNewest(tx, askerOf(actor), hash)
      if (!newest) return ask(tx, actor, act, reason)
      const isOver = (newest.state === 'open' || newest.state === 'approved') && !(await stillHolds(newest))
      return isOver ? lapse(tx, newest) : newest
    },

    /** In the transaction of the act itself: an approval is good for doing it once. */
    async use(tx: Tx, actor: Actor, id: string): Promise<Approval> {
      const before = await store.lockApproval(tx, id)
      requirePermission(actor, before.permission)
      if (before.state !== 'approved' || before.askedBy !== askerOf(actor) || !(await stillHolds(before))) {
        throw approvalOver(before)
      }
      return change(tx, actor, 'approval.used', before, { ...before, state: 'used', endedAt: now() })
    },

    approve: (actor: Actor, id: string, why: string) => decide(actor, id, 'approved', why),
    refuse: (actor: Actor, id: string, why: string) => decide(actor, id, 'refused', why),

    async find(actor: Actor, id: string): Promise<Approval> {
      requirePermission(actor, 'approvals.read')
      return store.findApproval(db, id)
    },

    async list(actor: Actor, page: store.ApprovalPage): Promise<Approval[]> {
      requirePermission(actor, 'approvals.read')
      return store.listApprovals(db, page)
    },

    /** Ends those whose time is over or whose people may not act any more; made every so often. */
    async lapseOver(): Promise<number> {
      return db.inTransaction(async (tx) => {
        const over: Approval[] = []
        for (const each of await store.lockUnended(tx)) if (!(await stillHolds(each))) over.push(each)
        for (const each of over) await lapse(tx, each)
        return over.length
      })
    },
  }
}

export type Approvals = ReturnType<typeof approvalService>
