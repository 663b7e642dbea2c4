import { z } from 'zod'
import type { ProgramResult } from '../../platform/remote.ts'
import { type AdoptPart, adoptParts } from './adopt-program.ts'

const text = z.string().max(200)
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('service'), unit: text, state: text, title: text }),
  z.object({ type: z.literal('socket'), protocol: text, address: text, port: text, program: text }),
  z.object({ type: z.literal('site'), name: text, by: text }),
  z.object({ type: z.literal('certificate'), path: text, names: text, expires: text }),
  z.object({ type: z.literal('schedule'), by: text, when: text, runs: text, where: text }),
  z.object({ type: z.literal('backup'), program: text, scheduled: text }),
  z.object({ type: z.literal('user'), name: text, uid: text, shell: text, password: text, sudo: text, groups: text }),
  z.object({ type: z.literal('key'), user: text, fingerprint: text, comment: text }),
  z.object({ type: z.literal('container'), name: text, image: text, state: text, ports: text }),
  z.object({ type: z.literal('part'), name: z.enum(adoptParts), was: z.enum(['read', 'unread']) }),
])
type Line = z.infer<typeof Line>
type Of<Type extends Line['type']> = Omit<Extract<Line, { type: Type }>, 'type'>

export type Machine = {
  readonly services: readonly Of<'service'>[]
  readonly sockets: readonly Of<'socket'>[]
  readonly sites: readonly Of<'site'>[]
  readonly certificates: readonly Of<'certificate'>[]
  readonly schedules: readonly Of<'schedule'>[]
  readonly backups: readonly Of<'backup'>[]
  readonly users: readonly (Of<'user'> & { readonly keys: readonly Omit<Of<'key'>, 'user'>[] })[]
  readonly containers: readonly Of<'container'>[]
  /** What could not be read: nothing is known of it. */
  readonly unread: readonly AdoptPart[]
}

/** What a machine said of itself. A part that did not say that it was read to its end is unread. */
export function readAdoption(result: ProgramResult): Machine {
  const lines = result.events.flatMap((each) => Line.safeParse(each).data ?? [])
  const of = <Type extends Line['type']>(type: Type): Of<Type>[] =>
    lines.flatMap((line) => {
      if (line.type !== type) return []
      const { type: _type, ...rest } = line
      // The line is of this type, which the compiler does not follow through the parameter.
      return [rest as unknown as Of<Type>]
    })
  const read = new Set(of('part').flatMap((each) => (each.was === 'read' ? [each.name] : [])))
  const keys = of('key')
  return {
    services: of('service'),
    sockets: of('socket'),
    sites: of('site'),
    certificates: of('certificate'),
    schedules: of('schedule'),
    backups: of('backup'),
    users: of('user').map((user) => ({
      ...user,
      keys: keys.filter((key) => key.user === user.name).map(({ user: _user, ...key }) => key),
    })),
    containers: of('container'),
    unread: adoptParts.filter((part) => !read.has(part)),
  }
}
