import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'
import { hostIdOf } from './host.ts'

export type TranscriptListOptions = { readonly host?: string; readonly limit: number }

export const transcriptListCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .option('--host <host>', 'of this host only')
      .option(...limitOption)
      .description('List what people ran and read on hosts, the newest first')
      .action((options: TranscriptListOptions) => transcriptList(deps, options)),
    'nexusctl host transcript list --host nexus-acme-prod',
  )

export async function transcriptList(deps: Deps, { host, limit }: TranscriptListOptions): Promise<void> {
  const hostId = host === undefined ? undefined : await hostIdOf(deps.api, host)
  const found = await listOf(deps.api, 'listHostTranscripts', { hostId, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No transcripts.'
      : table(
          ['transcript', 'kind', 'state', 'exit', 'host', 'by', 'at', 'approval', 'reason'],
          items.map((each) => [
            each.id,
            each.kind,
            each.state,
            each.exit === undefined ? '' : String(each.exit),
            each.hostId,
            each.askedByName,
            moment(each.startedAt) ?? '',
            each.breakGlass ? 'BREAK-GLASS' : (each.approvalId ?? ''),
            each.reason,
          ]),
        ),
  )
  sayMore(deps, found)
}
