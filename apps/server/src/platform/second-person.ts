import type { Actor, Permission } from './actor.ts'
import type { Tx } from './db.ts'

/** What takes a second person, asked for and used by the one who does it. */
export type SecondPerson = {
  readonly require: (
    actor: Actor,
    act: {
      readonly kind: string
      readonly subject: string
      readonly parameters: Readonly<Record<string, unknown>>
      readonly what: string
      readonly permission: Permission
    },
    reason: string,
  ) => Promise<{ readonly id: string }>
  readonly use: (tx: Tx, actor: Actor, id: string) => Promise<unknown>
}
