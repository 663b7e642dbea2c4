import { type ExportReport, type Layout, verifyExport, writeExport } from '../src/index.ts'
import { checkpointOf, inFolder, keys, origin, type SampleLog, sampleLog } from './sample-log.ts'

export const log = sampleLog(600)
const signedAt = [100, 300, 600]
export const write = (dir: string, layout: Layout, { entries }: SampleLog = log, sizes = signedAt) =>
  writeExport(dir, layout, { origin, entries, checkpoints: sizes.map((size) => checkpointOf(log, size)) })
export const codes = ({ findings }: ExportReport) => findings.map((each) => each.code)

/** Writes an export, does something to it, verifies it. */
export const after = (
  change: (dir: string) => Promise<unknown>,
  layout: Layout = 'jsonl',
  checkpoints: string[] = [],
) =>
  inFolder(async (dir) => {
    await write(dir, layout)
    await change(dir)
    return verifyExport(dir, { keys, checkpoints })
  })
