/**
 * Measures what an auditor waits for and what an entry costs, and writes it into docs/performance.md: `npm run bench:trail`.
 * Entries are appended on an embedded Postgres of its own; no server, no root.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  appendLeaf,
  canonicalEntry,
  emptyRange,
  formatCheckpoint,
  type Layout,
  leafHash,
  newSignerKey,
  parseSignerKey,
  rootOf,
  type StoredEntry,
  signNote,
  verifierKeyOf,
  writeExport,
} from '@nexus/trail'
import { withSection } from '../page-section.ts'
import { type AppendFigures, appendFigures } from './append-figures.ts'
import { type ProofFigures, proofFigures } from './proof-figures.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const sizes = [100_000, 1_000_000]
const checkpointEvery = 1000
const say = (line: string) => process.stderr.write(`${line}\n`)

const signerKey = newSignerKey('bench.example.com/trail')
const log = parseSignerKey(signerKey)

/** A year of orders, one entry a second, of the size that entries of a delivery have. */
function* sample(size: number, notes: string[]): Generator<StoredEntry> {
  let range = emptyRange()
  for (let index = 0; index < size; index += 1) {
    const entry = canonicalEntry({
      id: `aud_${String(index).padStart(12, '0')}`,
      at: new Date(1_795_000_000_000 + index * 1000).toISOString(),
      actor: 'system:deliver-order',
      onBehalfOf: 'person:ada',
      action: 'order.moved',
      subject: `ord_${index % 997}`,
      run: `deliver-order:NX-${index % 997}:1`,
      step: 'check the order',
      personal: '0'.repeat(64),
    })
    const leaf = leafHash(entry)
    range = appendLeaf(range, leaf)
    yield { entry, leaf }
    if (range.size % checkpointEvery === 0)
      notes.push(
        signNote({ text: formatCheckpoint({ origin: log.name, size: range.size, root: rootOf(range) }) }, [log]),
      )
  }
}

type Verified = {
  readonly layout: Layout
  readonly entries: number
  readonly verdict: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly megabytes: number
  readonly checkpoints: { readonly held: number }
  readonly bare: { readonly seconds: number; readonly cpuSeconds: number }
}

async function verified(layout: Layout, size: number): Promise<Verified> {
  const dir = await mkdtemp(join(tmpdir(), 'nexus-bench-trail-'))
  try {
    say(`writing ${size} entries as ${layout}`)
    const notes: string[] = []
    await writeExport(dir, layout, { origin: log.name, entries: sample(size, notes), checkpoints: notes })
    say('verifying them')
    const script = join(import.meta.dirname, 'verify-once.ts')
    const { stdout } = await run(process.execPath, [script, dir, verifierKeyOf(signerKey)])
    const found: Verified = { layout, ...JSON.parse(stdout) }
    if (found.verdict !== 'valid') throw new Error(`The export is ${found.verdict}.`)
    return found
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const verifyRow = ({ layout, entries, checkpoints, seconds, cpuSeconds, megabytes, bare }: Verified): string =>
  `| ${layout} | ${entries.toLocaleString('en')} | ${checkpoints.held.toLocaleString('en')} | ${seconds.toFixed(1)} s | ${cpuSeconds.toFixed(1)} s | ${bare.cpuSeconds.toFixed(1)} s | ${(cpuSeconds / bare.cpuSeconds).toFixed(2)} | ${megabytes} MB |`

const proofRow = ({ size: entries, hashes, subtrees, buildMicroseconds, checkMicroseconds }: ProofFigures): string =>
  `| ${entries.toLocaleString('en')} | ${hashes} | ${subtrees.toFixed(1)} | ${buildMicroseconds.toFixed(0)} µs | ${checkMicroseconds.toFixed(0)} µs |`

const appendRow = ({ batch, ours, bare, ratio, preparedRatio }: AppendFigures): string =>
  `| ${batch} | ${Math.round(ours).toLocaleString('en')} | ${Math.round(bare).toLocaleString('en')} | ${ratio.toFixed(2)} | ${preparedRatio.toFixed(2)} |`

const load = loadavg()[0] ?? 0
const appended = await appendFigures([1, 10, 100, 1000], say)
const exports: Verified[] = []
for (const layout of ['jsonl', 'tiles'] as const) for (const size of sizes) exports.push(await verified(layout, size))
const proofs: ProofFigures[] = []
for (const entries of [1000, 100_000, 1_000_000]) {
  say(`proofs in a log of ${entries}`)
  proofs.push(await proofFigures(entries))
}
const [processor] = cpus()
const text = `## The trail

Written by \`npm run bench:trail\`. ${new Date().toISOString().slice(0, 10)} · ${cpus().length} cores of ${processor?.model ?? 'unknown'} · Node ${process.versions.node} · load of the machine before it: ${load.toFixed(1)}.

Verifying an export (goal for 1,000,000 entries: below 10 s, in memory that does not grow with the log). Beside it the bare hashing of
as many leaves and nodes, in the same process, reading nothing:

| layout | entries | checkpoints | on the clock | processor | bare hashing, processor | ratio | largest memory |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${exports.map(verifyRow).join('\n')}

One inclusion proof, the mean of 2,000 all over the log; built out of kept subtrees:

| entries | hashes, at most | subtrees read | build | check |
| ---: | ---: | ---: | ---: | ---: |
${proofs.map(proofRow).join('\n')}

Entries a second that one writer appends by \`recordAudit\` in the server's transaction (id, salt, hash, canonical JSON, event), against a
bare INSERT of the very same rows into a table like it, sent as any program sends it, turn by turn in one run; the ratio is the median of nine pairs (goals: 0.8, and
5,000 a second batched). Beside it the ratio to the same INSERT planned once for the connection, as recordAudit's is:

| entries a transaction | recordAudit | bare INSERT | ratio | planned once |
| ---: | ---: | ---: | ---: | ---: |
${appended.map(appendRow).join('\n')}`
const page = join(root, 'docs/performance.md')
await writeFile(page, withSection(await readFile(page, 'utf8'), text))
process.stdout.write(`${text}\n`)
