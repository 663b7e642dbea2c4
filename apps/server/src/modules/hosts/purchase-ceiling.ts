import { NexusError } from '../../platform/errors.ts'
import type { Bought, Price } from './ledger-store.ts'

/** What may be bought of one provider on one day (UTC) without asking anybody; 0 is no ceiling. */
export type PurchaseCeilings = { readonly hostsPerDay: number; readonly moneyPerDay: number }

export const dayOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))

/** Why one host more is above a ceiling, or undefined. A price that nobody knows is never below one. */
export function aboveCeiling(
  { hostsPerDay, moneyPerDay }: PurchaseCeilings,
  bought: Bought,
  price: Price | undefined,
): string | undefined {
  if (hostsPerDay > 0 && bought.hosts + 1 > hostsPerDay) {
    return `${bought.hosts} hosts were bought today, and ${hostsPerDay} a day is the ceiling (hostsPerDay).`
  }
  if (moneyPerDay <= 0) return undefined
  if (price === undefined || bought.priceUnknown > 0) {
    return `Nobody knows what it costs, and ${moneyPerDay} a day is the ceiling (hostMoneyPerDay).`
  }
  if (bought.money + price.perMonth > moneyPerDay) {
    return `Hosts for ${bought.money} ${price.currency} a month were bought today; with another ${price.perMonth} that is above the ceiling of ${moneyPerDay} (hostMoneyPerDay).`
  }
  return undefined
}

/** `approval`: who waits for it finds it in the problems. */
export const purchaseHeld = (name: string, why: string, approvalId: string | undefined) =>
  new NexusError('host.above_ceiling', 'conflict', `${name} is not bought yet: ${why}`, {
    hint:
      approvalId === undefined
        ? 'Spares are made again tomorrow (UTC), or when the setting is raised.'
        : `Somebody with hosts.write runs: nexusctl approval approve ${approvalId} --why TEXT. It goes on by itself then.`,
    ...(approvalId === undefined ? {} : { problems: [{ path: 'approval', message: approvalId }] }),
  })

export const purchaseRefused = (name: string, why: string) =>
  new NexusError('host.purchase_refused', 'conflict', `Buying ${name} above the ceiling was not approved: ${why}`, {
    hint: 'nexusctl order retry asks again; nexusctl order cancel gives everything back.',
  })

export const beingMade = (name: string) =>
  new NexusError('host.being_made', 'unavailable', `${name} is being asked for at this moment.`, {
    hint: 'It is looked for again by its label.',
  })
