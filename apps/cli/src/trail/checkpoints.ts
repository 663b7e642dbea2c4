import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { moment, wholeNumber } from '../show.ts'

export const checkpointsCommand = (deps: Deps) =>
  withExamples(
    new Command('checkpoints')
      .description('List the checkpoints the server keeps: the newest 10,000, of older ones the last of each hour')
      .option('--limit <n>', 'only the newest so many', wholeNumber(1_000_000), 100)
      .action(({ limit }: { limit: number }) => checkpoints(deps, limit)),
    'nexusctl trail checkpoints --limit 20',
    'nexusctl trail checkpoints -o json',
  )

export async function checkpoints({ api, io }: Deps, limit: number): Promise<void> {
  const { items } = await api.call('listTrailCheckpoints')
  const newest = items.slice(-limit)
  io.answer(newest, (all) =>
    all.length === 0
      ? 'No checkpoints yet: nexusctl trail checkpoint signs one.'
      : table(
          ['entries', 'signed', 'root', 'signatures'],
          all.map(({ size, at, note }) => [String(size), moment(at) ?? at, ...headOf(note)]),
        ),
  )
  if (newest.length < items.length) io.say(`There are more than these ${newest.length}: --limit takes a larger number.`)
}

/** The root and how many signed, as the note says; whether they hold is for `trail verify`. */
function headOf(note: string): readonly [root: string, signatures: string] {
  const lines = note.split('\n')
  return [lines[2] ?? '', String(lines.filter((each) => each.startsWith('\u2014 ')).length)]
}
