import { join } from 'node:path'
import { parseEntry } from './entry.ts'
import { exportFiles, type Manifest, parsePersonalLine } from './export-format.ts'
import { linesIn, readBatches } from './export-reader.ts'
import { type Finding, mostListed } from './findings.ts'
import { verifyPersonal } from './personal.ts'

const longestLine = 1_048_576

/**
 * Compares what stands beside the entries before `end` with the entries, which are read a second time; nothing is read
 * when nothing is there.
 */
export async function personalFindings(dir: string, manifest: Manifest, end: number): Promise<Finding[]> {
  const findings: Finding[] = []
  const beside = personalLines(dir)
  let next = await beside.next()
  const take = async (found: Finding | undefined) => {
    if (found && findings.length < mostListed) findings.push(found)
    next = await beside.next()
  }
  const batches = next.done ? [] : readBatches(dir, manifest)
  for await (const { first, entries } of batches) {
    for (const [at, entry] of entries.entries()) {
      const place = first + at
      while (!next.done && place < end && (next.value.index ?? -1) <= place)
        await take(compare(next.value, place, entry))
    }
  }
  while (!next.done)
    await take((next.value.index ?? -1) < end ? wrong(next.value.index, 'There is no such entry.') : undefined)
  return findings
}

type Line = { readonly index: number | undefined; readonly read: () => ReturnType<typeof parsePersonalLine> }

async function* personalLines(dir: string): AsyncGenerator<Line> {
  for await (const lines of linesIn(join(dir, exportFiles.personal), longestLine)) {
    for (const each of lines) {
      const read = () => parsePersonalLine(Buffer.from(each ?? []).toString())
      yield { index: indexOf(read), read }
    }
  }
}

function indexOf(read: Line['read']): number | undefined {
  try {
    return read().index
  } catch {
    return undefined
  }
}

function compare({ index, read }: Line, place: number, entry: Uint8Array | undefined): Finding | undefined {
  if (index !== undefined && index !== place) return wrong(index, 'Its line is out of order.')
  try {
    verifyPersonal(parseEntry(entry ?? Buffer.of()), read().personal)
    return undefined
  } catch (thrown) {
    return wrong(index, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

const wrong = (index: number | undefined, why: string): Finding => ({
  code: 'personal_wrong',
  ...(index === undefined ? {} : { index }),
  sentence: `${exportFiles.personal}${index === undefined ? '' : `, entry ${index}`}: ${why}`,
})
