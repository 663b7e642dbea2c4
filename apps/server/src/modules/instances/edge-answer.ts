import type { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import type { HostAddress, Program, Remote } from '../../platform/remote.ts'

type Refused = { readonly event: 'refused'; readonly code: string; readonly why: string }

/** Codes that only say "not now": the flow may try again. */
const passing = ['edge.busy', 'edge.not_running', 'certificate.not_shown']

/**
 * Runs a program of the edge that answers with one line. What the host refused becomes an error with the host's reason;
 * an answer that cannot be read is an error, too.
 */
export async function askEdge<Answer extends { readonly event: string }>(
  remote: Remote,
  host: HostAddress,
  program: Program,
  schema: z.ZodType<Answer>,
): Promise<Exclude<Answer, Refused>> {
  const result = await remote.run(host, program)
  const read = schema.safeParse(result.events.at(-1))
  if (!read.success) {
    throw new NexusError(
      'edge.unreadable_answer',
      'unavailable',
      `The host's answer to "${program.name}" cannot be read (exit ${result.exit}).`,
      {
        problems: [{ path: 'host', message: plainLine(`${result.stderr} ${result.noise}`, 800) }],
      },
    )
  }
  if (isRefused(read.data)) {
    const kind = passing.includes(read.data.code) ? 'unavailable' : 'conflict'
    throw new NexusError(read.data.code, kind, `The edge of the host refused: ${plainLine(read.data.why, 1500)}.`)
  }
  if (result.exit !== 0) {
    throw new NexusError(
      'edge.program_failed',
      'unavailable',
      `"${program.name}" ended with exit ${result.exit} on the host.`,
      {
        problems: [{ path: 'host', message: plainLine(result.stderr, 800) }],
      },
    )
  }
  return read.data as Exclude<Answer, Refused>
}

const isRefused = (answer: { readonly event: string }): answer is Refused => answer.event === 'refused'
