import type { AnswerOf } from '@nexus/client'
import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'

type Part = { readonly to: 'out' | 'err'; readonly text: string }
/** How it ended, as the stream tells it last. */
type Ended = Pick<AnswerOf<'getHostTranscript'>, 'id' | 'exit' | 'cut' | 'failure' | 'breakGlass'>

/** What both `exec` and `logs` are asked with. */
export type AskedOptions = {
  readonly reason: string
  readonly breakGlass?: boolean
  readonly timeout: number
}
export const reasonOption = ['--reason <text>', 'why; kept in the trail'] as const
export const breakGlassOption = [
  '--break-glass',
  'on a host of a customer, alone: without the second person, with an alert in the trail',
] as const

/** Shows what comes, as it comes, and ends with the exit code of the command itself. */
export async function passOutput({ api, io, verdict }: Deps, transcriptId: string): Promise<void> {
  const over = new AbortController()
  const output: Part[] = []
  let ended: Ended | undefined
  await api.stream(
    'watchHostTranscript',
    { transcriptId },
    ({ event, data }) => {
      if (event === 'output') {
        const { parts } = data as { readonly parts: readonly Part[] }
        output.push(...parts)
        if (io.format === 'table') for (const part of parts) io.pass(part.text, part.to)
      }
      if (event !== 'ended') return
      ended = data as Ended
      over.abort()
    },
    over.signal,
  )
  if (ended === undefined)
    throw fail('host.output_lost', 'unavailable', 'The end of the output was not heard.', hintOf(transcriptId))
  const { exit, cut, failure } = ended
  if (io.format !== 'table') io.answer({ ...ended, output }, () => '')
  if (cut) io.say('More came back than is kept: the end of the output is missing.')
  if (exit === undefined)
    throw fail(
      failure?.code ?? 'host.command_lost',
      'conflict',
      failure?.message ?? 'How it ended is not known.',
      hintOf(transcriptId),
    )
  verdict(exit)
}

const hintOf = (transcriptId: string) => `What was kept of it: nexusctl host transcript show ${transcriptId}`
