import { NexusError } from '../../platform/errors.ts'

/** One entry as people read it; `index` is its place in the log, once it has one. */
export type TrailEntry = {
  readonly id: string
  readonly index: number | undefined
  readonly at: Date
  readonly actor: string
  readonly onBehalfOf: string | undefined
  readonly action: string
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
  readonly reason: string | undefined
}

/** One entry as it is exported: `entry` are the bytes that are hashed, `personal` what stands beside them. */
export type ExportedEntry = {
  readonly index: number
  readonly entry: string
  readonly leaf: string
  readonly personal?: { readonly salt: string; readonly data: unknown }
}

export const entryNotFound = (id: string) =>
  new NexusError('trail.not_found', 'missing', `There is no entry ${id} in the trail.`, { hint: 'nexusctl trail tail' })

export const notPlaced = (id: string) =>
  new NexusError('trail.not_placed', 'unavailable', `Entry ${id} has no place in the log yet.`, {
    hint: 'It gets one within seconds; nexusctl trail checkpoint does it at once.',
  })

export const rewound = (why: string) =>
  new NexusError('trail.rewound', 'conflict', `The log does not hold what left this database: ${why}`, {
    hint: 'nexusctl trail verify shows what is missing. After a restore: nexusctl trail accept-restore.',
  })
