import { createHash } from 'node:crypto'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database } from '../../platform/db.ts'
import { entriesBeside, eraseBeside } from '../../platform/erase-beside.ts'
import { erasePerson, type PersonTraces, tracesOf } from '../../platform/erase-person.ts'
import { NexusError } from '../../platform/errors.ts'
import type { SecondPerson } from '../../platform/second-person.ts'

export type ContactDeps = {
  readonly db: Database
  readonly now: () => Date
  /** Left out where one person is enough. */
  readonly second?: SecondPerson | undefined
  /** Tickets that still need this contact. */
  readonly openTickets: (email: string) => Promise<readonly string[]>
  /** People of Nexus itself are disabled, not erased. */
  readonly isPerson: (email: string) => Promise<boolean>
}

export type Erased = { readonly contact: string; readonly places: PersonTraces; readonly rows: number }

/** What stands beside entries of the trail is erased by its own rules, and people of Nexus are not contacts. */
const kept = ['nexus.audit_entry', 'nexus.person', 'nexus.migration']

/** Names somebody in the trail and in approvals without saying who: whoever knows the address can find it again. */
export const contactId = (email: string): string =>
  `contact:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex').slice(0, 16)}`

const masked = (email: string): string => email.replace(/^(.).*@/, '$1…@')
/** Entries of the trail that lose what stands beside them count among the places. */
const withTrail = (places: PersonTraces, entries: readonly string[]): PersonTraces =>
  entries.length === 0 ? places : { ...places, 'nexus.audit_entry': entries.length }
const total = (places: PersonTraces): number => Object.values(places).reduce((sum, each) => sum + each, 0)

export const contactService = ({ db, now, second, openTickets, isPerson }: ContactDeps) => ({
  /** In how many rows of what; changes nothing. */
  async find(actor: Actor, email: string): Promise<Erased> {
    requirePermission(actor, 'contacts.erase')
    const places = await db.inTransaction(async (tx) =>
      withTrail(await tracesOf(tx, email, kept), await entriesBeside(tx, email)),
    )
    return { contact: contactId(email), places, rows: total(places) }
  },

  /** For good: their address, and the names and numbers that stand with it. */
  async erase(actor: Actor, { email, reason }: { readonly email: string; readonly reason: string }): Promise<Erased> {
    requirePermission(actor, 'contacts.erase')
    if (await isPerson(email)) throw isOurs()
    const open = await openTickets(email)
    if (open.length > 0) throw stillNeeded(open)
    const contact = contactId(email)
    const what = `What Nexus holds of ${masked(email)} is erased for good.`
    const act = { kind: 'contact.erase', subject: contact, parameters: {}, what, permission: 'contacts.erase' } as const
    const approval = await second?.require(actor, act, reason)
    return db.inTransaction(async (tx) => {
      if (approval) await second?.use(tx, actor, approval.id)
      const instead = `${contact.replace(':', '-')}@erased.invalid`
      const entries = await entriesBeside(tx, email)
      const places = withTrail(await erasePerson(tx, email, instead, kept), entries)
      await eraseBeside(tx, actor, { entries, subject: contact, at: now() })
      const rows = total(places)
      await recordAudit(tx, actor, {
        action: 'contact.erased',
        subject: contact,
        after: { places, rows },
        reason,
        at: now(),
      })
      return { contact, places, rows }
    })
  },
})

export type Contacts = ReturnType<typeof contactService>

const isOurs = () =>
  new NexusError('contact.is_person', 'conflict', 'This is the address of a person of Nexus itself.', {
    hint: 'Disable them: nexusctl access person disable.',
  })

const stillNeeded = (tickets: readonly string[]) =>
  new NexusError('contact.still_needed', 'conflict', `Orders on their way need this contact: ${tickets.join(', ')}.`, {
    hint: 'Wait until they are Live or Cancelled, or amend them to another contact first.',
  })
