import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { Problem } from '../../platform/errors.ts'
import { moveOrder, type Order, type OrderState, type Owner } from './order.ts'
import { completeOrder } from './order-completeness.ts'
import type { OrderDesk } from './order-desk.ts'
import { type CompleteOrder, hostNameOf } from './order-intake.ts'
import { endAttempt, hasActiveAttempt } from './order-ledger.ts'

/** What a delivery needs to know of its order: small, without secrets, and without people's addresses. */
export type OrderFacts = {
  readonly id: string
  readonly ticket: string
  readonly orderNumber: string
  readonly attempt: number
  readonly environment: string
  readonly organization: string
  readonly hostName: string
  readonly plan: string
  readonly stack: string
  readonly providers: readonly string[]
  readonly region: string
  readonly domain: string
  readonly slaTier: string
  readonly identity: { readonly mode: 'new' | 'existing'; readonly reference: string }
  readonly needsSso: boolean
  readonly backupRetentionDays: number
}

export type Triage = {
  /** False: the attempt is over (or unwanted) and the flow returns; what is missing is on the order. */
  readonly ready: boolean
  readonly cancelWanted: boolean
  readonly problems: readonly Problem[]
  readonly owner: Owner | undefined
  readonly dueAt: string | undefined
  readonly order: OrderFacts | undefined
}

const beforeTriage: readonly OrderState[] = ['Ready for Provisioning', 'Queued']

/** S0-49..51: validates payment and fields, gives the order an owner, starts its clock; `Queued` or `Blocked`. */
export const triageVerb =
  (desk: OrderDesk) =>
  async (actor: Actor, reference: string): Promise<Triage> => {
    requirePermission(actor, 'orders.write')
    const owners = await desk.provisioners()
    let problems: readonly Problem[] = []
    const order = await desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.cancelWantedAt || !beforeTriage.includes(before.state)) return undefined
      const found = desk.problemsOf(before.fields)
      problems = found
      if (found.length > 0) {
        const blocked = await desk.blockIncomplete(tx, actor, before, found, at)
        return { order: blocked, action: 'order.blocked', owners }
      }
      if (before.state === 'Queued' && before.owner) return undefined
      return { order: moveOrder(before, 'Queued', at), action: 'order.triaged', owners }
    })
    const cancelWanted = order.cancelWantedAt !== undefined
    const ready = !cancelWanted && !['Draft', 'Blocked', 'Cancelled', 'Live', 'Incident'].includes(order.state)
    return {
      ready,
      cancelWanted,
      problems: order.blocked?.problems ?? problems,
      owner: order.owner,
      dueAt: order.dueAt?.toISOString(),
      order: factsOf(desk, order),
    }
  }

/** Undefined while the order is incomplete. */
export function factsOf(desk: OrderDesk, order: Order): OrderFacts | undefined {
  const fields = completeOrder(order.fields)
  const plan = fields && desk.plans.find(fields.plan)
  const domain = fields && domainOf(fields, desk.subdomainsOf)
  if (!fields || !plan || domain === undefined) return undefined
  return {
    id: order.id,
    ticket: order.ticket,
    orderNumber: fields.orderNumber,
    attempt: order.attempt,
    environment: fields.environment,
    organization: fields.organization.legalName,
    hostName: hostNameOf(fields.organization.legalName, fields.environment),
    plan: plan.name,
    stack: plan.stack,
    providers: plan.providers,
    region: fields.region,
    domain,
    slaTier: fields.slaTier,
    identity: fields.identityOrganization,
    needsSso: plan.needsSso,
    backupRetentionDays: fields.backupRetentionDays,
  }
}

const domainOf = ({ domain }: CompleteOrder, subdomainsOf: string | undefined): string | undefined => {
  if (domain.strategy === 'own_domain') return domain.name
  return subdomainsOf === undefined ? undefined : `${domain.name}.${subdomainsOf}`
}

/** The flow's word that its attempt is over, however it ended. */
export const endDelivery = (desk: OrderDesk, actor: Actor, reference: string, outcome: string): Promise<Order> =>
  desk.hold(actor, 'orders.write', reference, async (tx, order, at) => {
    if (!(await hasActiveAttempt(tx, order.id))) return order
    await endAttempt(tx, order.id, outcome, at)
    return desk.keep(tx, actor, order, { order, action: 'order.attempt_ended', reason: outcome }, at)
  })
