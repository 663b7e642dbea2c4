import { parseEntry } from '@nexus/trail'
import { Command, Option } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { auditLine } from './audit-line.ts'
import { beginExport, type Exported, exportedEntries } from './exported-entries.ts'

export type ExportOptions = { readonly format: 'audit-lines'; readonly reason?: string }

export const exportCommand = (deps: Deps) =>
  withExamples(
    new Command('export')
      .addOption(new Option('--format <format>', 'how').choices(['audit-lines']).default('audit-lines'))
      .option('--reason <text>', 'what for; the export is an entry of the log itself')
      .description('Take the whole log out of Nexus, oldest entry first')
      .action((options: ExportOptions) => exportTrail(deps, options)),
    'nexusctl trail export --format audit-lines > audit.log',
  )

export async function exportTrail(deps: Deps, options: ExportOptions): Promise<void> {
  const begun = await beginExport(deps, options)
  for await (const each of exportedEntries(deps, begun)) deps.io.print(lineOf(each))
  deps.io.say(`${begun.checkpoint.size} entries.`)
}

function lineOf({ entry, personal }: Exported): string {
  const parsed = parseEntry(Buffer.from(entry))
  const beside = (personal?.data ?? parsed) as { readonly after?: unknown; readonly reason?: string }
  return auditLine(parsed, beside.after, beside.reason)
}
