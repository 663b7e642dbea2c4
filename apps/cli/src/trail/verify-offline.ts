import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type BundleReport,
  bundleFiles,
  type ExportReport,
  exportFiles,
  fingerprintOf,
  parseVerifierKey,
  type Verifier,
  verifyBundleAt,
  verifyExport,
} from '@nexus/trail'
import type { Deps } from '../deps.ts'
import { fail, misused } from '../failure.ts'

export type OfflineOptions = {
  /** Verifier keys, or files with one a line. */
  readonly key: readonly string[]
  /** Files with a checkpoint that the reader kept, or with the mail it came in. */
  readonly checkpoint: readonly string[]
}

const exits = { valid: 0, wrong: 1, unknown: 2 } as const

/** Verifies the folder of an export or of a bundle, without a server: 0 it holds, 1 it does not, 2 nothing is proven (S2-231). */
export async function verifyOffline(
  { io, readText, verdict }: Pick<Deps, 'io' | 'readText' | 'verdict'>,
  { what, key, checkpoint }: OfflineOptions & { readonly what: string },
): Promise<void> {
  const keys = await keysIn(readText, key)
  for (const each of keys) io.say(`Key of ${each.name}, fingerprint ${fingerprintOf(each.verifierKey)}.`)
  if (await isThere(join(what, exportFiles.manifest))) {
    const checkpoints = (await Promise.all(checkpoint.map(readText))).map(noteIn)
    const report = await verifyExport(what, { keys, checkpoints })
    io.answer(report, exportLines)
    verdict(exits[report.verdict])
    return
  }
  if (!(await isThere(join(what, bundleFiles.bundle))) && !what.endsWith('.json')) throw nothingThere(what)
  const report = await verifyBundleAt(what, { keys })
  io.answer(report, bundleLines)
  verdict(exits[report.verdict])
}

/** A note as somebody kept it: the file itself, or the mail it came with, whose line ends and margins mail has changed. */
export function noteIn(text: string): string {
  const lines = text.replaceAll('\r\n', '\n')
  const [, inside] = /^-----\n(.*?)\n-----$/ms.exec(lines) ?? []
  return `${(inside ?? lines).trim()}\n`
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function keysIn(readText: Deps['readText'], given: readonly string[]): Promise<Verifier[]> {
  if (given.length === 0)
    throw misused(
      'Without the key of the log nothing can be verified.',
      'Give it with --key. Take it from elsewhere than from what is verified, and compare its fingerprint.',
    )
  const lines = await Promise.all(
    given.map(async (each) =>
      isKeyLine(each) ? [each] : (await readText(each)).split('\n').filter((line) => line.trim()),
    ),
  )
  return lines.flat().map((each) => parseVerifierKey(each.trim()))
}

const isKeyLine = (text: string): boolean => /^[^+\s]+\+[0-9a-f]{8}\+/.test(text)

function exportLines(report: ExportReport): string {
  const { verdict, origin, start, entries, proven, checkpoints, followed, findings } = report
  const end = start + entries
  const which = `${start === 0 ? `${entries} entries` : `entries ${start} to ${end - 1}`} of ${origin}`
  const headline = {
    valid: `PASS: ${which} are as they were signed, up to the checkpoint of ${proven}`,
    wrong: `FAIL: ${which} are not as they were signed`,
    unknown: `FAIL: nothing is proven of ${which} (unknown: no checkpoint covers them)`,
  }[verdict]
  return [
    headline,
    ...findings.map((each) => `  ${each.sentence}`),
    ...followed.map(
      ({ verifierKey, index }) =>
        `  entry ${index} changed the key, proven by the one before: ${verifierKey}, fingerprint ${fingerprintOf(verifierKey)}`,
    ),
    `  checkpoints: ${checkpoints.signed} signed by ${followed.length > 0 ? 'these keys' : 'the key you gave'}, ${checkpoints.held} of them hold`,
    ...(verdict === 'valid' && end > proven ? [`  not proven yet: entries ${proven} to ${end - 1}`] : []),
    '  not proven: that the log was not cut back to here. Only a checkpoint that you kept shows it: --checkpoint FILE',
  ].join('\n')
}

function bundleLines({ verdict, about, origin, entries, size, findings, limits }: BundleReport): string {
  const which = `${about.kind} ${about.id}: ${entries} entries`
  const headline = {
    valid: `PASS: ${which} are in the log of ${origin}, which had ${size} when it was signed`,
    wrong: `FAIL: ${which} are not as they were logged`,
    unknown: `FAIL: nothing is proven of ${which} (unknown: there is no entry)`,
  }[verdict]
  return [
    headline,
    ...findings.map((each) => `  ${each.sentence}`),
    ...limits.map((each) => `  not proven: ${each}`),
  ].join('\n')
}

const nothingThere = (what: string) =>
  fail(
    'cli.no_trail',
    'missing',
    `${what} is neither an export of a trail nor a bundle.`,
    `The folder of an export has ${exportFiles.manifest} in it, that of a bundle ${bundleFiles.bundle}.`,
  )
