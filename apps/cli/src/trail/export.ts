import { type Layout, parseCheckpoint, parseEntry, parseNote, type StoredEntry, writeExport } from '@nexus/trail'
import { Command, Option } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { facts } from '../show.ts'
import { auditLine } from './audit-line.ts'
import { beginExport, type Exported, exportedEntries, storedEntries } from './exported-entries.ts'

const formats = ['audit-lines', 'jsonl', 'tiles'] as const

export type ExportOptions = {
  readonly format: (typeof formats)[number]
  readonly out?: string
  readonly reason?: string
  readonly dryRun: boolean
}

export const exportCommand = (deps: Deps) =>
  withExamples(
    new Command('export')
      .addOption(new Option('--format <format>', 'how').choices([...formats]).default('audit-lines'))
      .option('--out <folder>', 'a new folder for jsonl and tiles; audit-lines go to stdout')
      .option('--reason <text>', 'what for; the export is an entry of the log itself')
      .option('--dry-run', 'only say what would be exported; nothing is written, here or in the log', false)
      .description('Take the whole log out of Nexus, oldest entry first')
      .action((options: ExportOptions) => exportTrail(deps, options)),
    'nexusctl trail export --format jsonl --out ./export --reason "audit of the first quarter"',
    'nexusctl trail export --format tiles --out ./tiles',
    'nexusctl trail export --format audit-lines > audit.log',
  )

export async function exportTrail(deps: Deps, { format, out, reason, dryRun }: ExportOptions): Promise<void> {
  if (format === 'audit-lines' && out !== undefined)
    throw misused('Audit lines go to stdout.', 'Leave out --out and write: nexusctl trail export > audit.log')
  if (format !== 'audit-lines' && out === undefined)
    throw misused(`An export as ${format} needs a new folder.`, 'Name it: --out ./export')
  if (dryRun) return foretell(deps, { format, out })
  const begun = await beginExport(deps, { format, ...(reason === undefined ? {} : { reason }) })
  if (format !== 'audit-lines' && out !== undefined) return exportTo(deps, { layout: format, out, begun })
  for await (const each of exportedEntries(deps, begun)) deps.io.print(lineOf(each))
  deps.io.say(`${begun.checkpoint.size} entries.`)
}

async function foretell(
  { api, io }: Deps,
  { format, out }: { format: string; out: string | undefined },
): Promise<void> {
  const { items } = await api.call('listTrailCheckpoints')
  const told = { format, entries: items.at(-1)?.size ?? 0, to: out ?? 'stdout' }
  io.answer(told, ({ entries, to }) => `Would write ${entries} entries as ${format} to ${to}, and what came since.`)
}

type Begun = Awaited<ReturnType<typeof beginExport>>

async function exportTo(
  deps: Deps,
  { layout, out, begun }: { layout: Layout; out: string; begun: Begun },
): Promise<void> {
  const { api, io } = deps
  const { size, note } = begun.checkpoint
  const { items } = await api.call('listTrailCheckpoints', { timeoutSeconds: 300 })
  const written = await writeExport(out, layout, {
    origin: parseCheckpoint(parseNote(note).text).origin,
    entries: counted(deps, storedEntries(deps, begun), size),
    checkpoints: items.filter((each) => each.size <= size).map((each) => each.note),
  })
  const done = {
    folder: out,
    format: layout,
    entries: written.size,
    checkpoints: written.checkpoints,
    keys: begun.keys,
  }
  io.answer(done, ({ folder, entries, checkpoints, keys }) =>
    facts([
      ['folder', folder],
      ['entries', entries],
      ['checkpoints', checkpoints],
      ['key', keys[0]?.verifierKey],
      ['fingerprint', keys[0]?.fingerprint],
      ['next', `nexusctl trail verify ${folder} --key <the key, from elsewhere than this export>`],
    ]),
  )
}

async function* counted({ io }: Deps, entries: AsyncIterable<StoredEntry>, size: number): AsyncGenerator<StoredEntry> {
  let done = 0
  for await (const each of entries) {
    yield each
    done += 1
    if (done % 1000 === 0) io.status(`${done} of ${size} entries (${Math.floor((100 * done) / size)} %)`)
  }
}

function lineOf({ entry, personal }: Exported): string {
  const parsed = parseEntry(Buffer.from(entry))
  const beside = (personal?.data ?? parsed) as { readonly after?: unknown; readonly reason?: string }
  return auditLine(parsed, beside.after, beside.reason)
}
