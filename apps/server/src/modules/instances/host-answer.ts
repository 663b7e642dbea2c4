import type { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainText } from '../../platform/plain-text.ts'
import type { HostAddress, Program, ProgramResult, Remote } from '../../platform/remote.ts'

/** Text of a host inside a line of JSON: base64 survives whatever a service may print. */
export const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** A shell function for programs: the tail of a file as base64 on one line. */
export const tail64 = `tail64() { tail -c "$2" "$1" 2>/dev/null | base64 -w0; }\n`

/**
 * Runs a program that must succeed and answers its events, each read by the schema. An answer that cannot be read is a
 * failure: nothing is guessed.
 */
export async function ask<T>(
  remote: Remote,
  host: HostAddress,
  program: Program,
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const result = await remote.run(host, program)
  if (result.exit !== 0) throw programFailed(program, result)
  return result.events.map((event) => {
    const read = schema.safeParse(event)
    if (read.success) return read.data
    throw new NexusError(
      'instance.unreadable_answer',
      'unavailable',
      `The host's answer to "${program.name}" cannot be read.`,
    )
  })
}

/** The same where exactly one line is expected. */
export async function askOne<T>(remote: Remote, host: HostAddress, program: Program, schema: z.ZodType<T>): Promise<T> {
  const [first, ...more] = await ask(remote, host, program, schema)
  if (first !== undefined && more.length === 0) return first
  throw new NexusError(
    'instance.unreadable_answer',
    'unavailable',
    `The host answered "${program.name}" with ${more.length + (first ? 1 : 0)} lines instead of one.`,
  )
}

export async function tell(remote: Remote, host: HostAddress, program: Program): Promise<void> {
  const result = await remote.run(host, program)
  if (result.exit !== 0) throw programFailed(program, result)
}

export function programFailed(program: Program, result: ProgramResult): NexusError {
  const said = plainText(`${result.stderr}\n${result.noise}`.trim(), 1500)
  return new NexusError(
    'instance.host_refused',
    'conflict',
    `"${program.name}" ended with exit ${result.exit} on the host.`,
    {
      ...(said === '' ? {} : { problems: [{ path: 'host', message: said }] }),
    },
  )
}
