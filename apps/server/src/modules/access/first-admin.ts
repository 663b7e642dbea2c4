import { type Actor, requirePermission, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/db.ts'
import * as store from './access-store.ts'
import { admit, issue, shown } from './access-writing.ts'
import { bootstrapOver, bootstrapSeconds, hashOf, newBootstrapText } from './api-token.ts'
import { type Person, rolesInOrder } from './person.ts'

/** The way in: one token that can only create the first admin. */
export const firstAdmin = ({ db, now }: { readonly db: Database; readonly now: () => Date }) => {
  /**
   * The token for the first admin, as text for a terminal or a 0600 file, or undefined when there is an admin.
   * `rescue` gives one all the same: only for someone at the machine itself who lost every admin token.
   */
  async function bootstrap({ rescue = false }: { rescue?: boolean } = {}): Promise<string | undefined> {
    return db.inTransaction(async (tx) => {
      await store.lockAdmins(tx)
      if (!rescue && (await store.countActiveAdmins(tx)) > 0) return undefined
      const at = now()
      const text = newBootstrapText()
      await store.replaceBootstrap(tx, hashOf(text), at, addSeconds(at, bootstrapSeconds))
      await recordAudit(tx, systemActor('start'), {
        action: rescue ? 'access.rescued' : 'access.bootstrapped',
        subject: 'access',
        at,
      })
      return text
    })
  }

  /** Ends the bootstrap token and makes the first admin with a token of theirs, both or neither. */
  async function createFirstAdmin(actor: Actor, { name, email }: { name: string; email: string }) {
    requirePermission(actor, 'access.bootstrap')
    return db.inTransaction(async (tx) => {
      await store.lockAdmins(tx)
      const at = now()
      if (!(await store.useBootstrap(tx, at))) throw bootstrapOver()
      const person = await admitAdmin(tx, actor, { name, email }, at)
      const issued = await issue(tx, actor, person, { name: 'first token' }, at)
      return { person, ...issued }
    })
  }

  /** After a rescue the address may belong to someone already: they become admin (again). */
  async function admitAdmin(tx: Tx, actor: Actor, given: { name: string; email: string }, at: Date): Promise<Person> {
    const known = await store.findPersonByEmail(tx, given.email)
    if (!known) return admit(tx, actor, { ...given, roles: ['admin'] }, at)
    const after: Person = { ...known, roles: rolesInOrder([...known.roles, 'admin']), disabledAt: undefined }
    await store.savePerson(tx, after)
    await recordAudit(tx, actor, {
      action: 'person.made_admin',
      subject: known.id,
      before: shown(known),
      after: shown(after),
      at,
    })
    return after
  }

  return { bootstrap, createFirstAdmin }
}
