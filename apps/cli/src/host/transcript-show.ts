import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts, moment } from '../show.ts'

export const transcriptShowCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument('<transcript>', 'as listed by `nexusctl host transcript list`')
      .description('Show a transcript: the command and all that came back; reading it stands in the trail')
      .action((transcriptId: string) => transcriptShow(deps, { transcriptId })),
    'nexusctl host transcript show htr_01jd5y8q2m',
  )

export async function transcriptShow({ api, io }: Deps, { transcriptId }: { transcriptId: string }): Promise<void> {
  const found = await api.call('getHostTranscript', { params: { transcriptId } })
  io.answer(found, () =>
    [
      facts([
        ['Transcript', found.id],
        ['Host', found.hostId],
        ['By', `${found.askedByName} (${found.askedBy})`],
        ['Reason', found.reason],
        ['Second person', found.breakGlass ? 'none: break-glass' : found.approvalId],
        ['Began', moment(found.startedAt)],
        ['State', found.exit === undefined ? found.state : `${found.state}, exit ${found.exit}`],
        ['Failure', found.failure && `${found.failure.message} (${found.failure.code})`],
        ['Cut', found.cut ? 'yes: more came back than is kept' : undefined],
        ['Command', found.command],
      ]),
      '',
      found.output.map((each) => each.text).join(''),
    ].join('\n'),
  )
}
