import { z } from 'zod'
import { NexusError, toFailure } from '../errors.ts'

/** What is asked of a pretend world in a process of its own, and by whom: its process, and the step it is at. */
export const Asked = z.object({
  part: z.string(),
  verb: z.string(),
  args: z.array(z.unknown()),
  pid: z.number().int().min(2),
  run: z.string(),
  step: z.string(),
})
export type Asked = z.infer<typeof Asked>

const Failure = z.object({
  code: z.string(),
  kind: z.string(),
  message: z.string(),
  hint: z.string().optional(),
})
const Answer = z.object({ answer: z.unknown().optional(), failure: Failure.optional() })

/** JSON, in which bytes and a value that is not there keep what they are. */
export const toWire = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => {
    if (each === undefined) return { $nothing: true }
    const bytes = Object(each) as { type?: unknown; data?: unknown }
    if (bytes.type === 'Buffer' && Array.isArray(bytes.data)) {
      return { $bytes: Buffer.from(bytes.data as number[]).toString('base64') }
    }
    return each
  })

export const fromWire = (text: string): unknown =>
  JSON.parse(text, (_key, each: unknown) => {
    const special = Object(each) as { $bytes?: unknown; $nothing?: unknown }
    if (typeof special.$bytes === 'string') return Buffer.from(special.$bytes, 'base64')
    return special.$nothing === true ? undefined : each
  })

export const answerOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    return toWire({ answer: await work() })
  } catch (thrown) {
    return toWire({ failure: toFailure(thrown) })
  }
}

/** What the other side answered, or the error it ended with, as if it had happened here. */
export function readAnswer(text: string): unknown {
  const { answer, failure } = Answer.parse(fromWire(text))
  if (failure === undefined) return answer
  const { code, message, hint } = failure
  throw new NexusError(code, toFailure(failure).kind, message, hint === undefined ? {} : { hint })
}
