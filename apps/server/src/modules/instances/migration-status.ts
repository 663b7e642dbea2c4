import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import type { CommandEnd } from './runtime.ts'

const status = z.object({ version: z.union([z.string(), z.number()]).transform(String), pending: z.array(z.string()) })
export type MigrationStatus = z.output<typeof status>

/** The last line of what the status command printed; anything else is unknown, and unknown is refused. */
export function readMigrationStatus(end: CommandEnd): MigrationStatus {
  const line = end.out.trim().split('\n').at(-1) ?? ''
  const read = status.safeParse(parse(line))
  if (end.exit === 0 && read.success) return read.data
  throw new NexusError(
    'deployment.migration_unknown',
    'conflict',
    'The migration status cannot be read: it must print {"version":..., "pending":[...]}.',
    {
      problems: [{ path: 'status', message: `exit ${end.exit}: ${`${end.err}\n${end.out}`.trim().slice(-1000)}` }],
    },
  )
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
