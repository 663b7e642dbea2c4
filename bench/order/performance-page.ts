import { cpus, release, totalmem } from 'node:os'
import { median, type SmallFigures } from './small-figures.ts'
import { sumOf, type TimedRun } from './timed-run.ts'

export type Measured = {
  readonly date: string
  readonly nexus: readonly TimedRun[]
  readonly bare: readonly TimedRun[]
  readonly small: SmallFigures
}

export const goal = 1.3

const one = (value: number) => value.toFixed(1)
const wall = (runs: readonly TimedRun[]) => median(runs.map(({ seconds }) => seconds))

export const ratioOf = ({ nexus, bare }: Pick<Measured, 'nexus' | 'bare'>): number => wall(nexus) / wall(bare)

/** Which steps of Nexus do what which parts of the bare script do. What is in no row is done by Nexus alone. */
const pairs: readonly (readonly [string, readonly RegExp[], readonly string[]])[] = [
  ['a host, and its first answer', [/^get a host$/, /^reach the host$/], ['get a host', 'reach the host']],
  [
    'packages, settings, users, firewall',
    [/^bring the host to its baseline$/],
    ['system and packages', 'settings, users, firewall'],
  ],
  [
    'release, database, units, migration',
    [/^deploy [1-5] of 7/],
    ['upload and unpack the release', 'database, environment, units, migration'],
  ],
  ['services up and answering', [/^deploy [67] of 7/], ['start the services']],
  [
    'edge, names, certificate',
    [/^route the names/, /the DNS records$/, /^get the certificate$/],
    ['names and certificate'],
  ],
  ['smoke test from outside', [/^smoke test from outside$/], ['smoke test']],
  [
    'backup and restore',
    [/^take the first backup$/, /^prove the backup by a restore$/],
    ['first backup and its restore'],
  ],
]

type Row = { readonly name: string; readonly nexus: number; readonly bare: number }

function rowsOf({ nexus, bare }: Measured): readonly Row[] {
  const of = (runs: readonly TimedRun[], wanted: (name: string) => boolean) =>
    median(
      runs.map(({ steps }) => steps.filter(({ name }) => wanted(name)).reduce((sum, { seconds }) => sum + seconds, 0)),
    )
  const paired = (name: string) => pairs.some(([, patterns]) => patterns.some((each) => each.test(name)))
  return [
    ...pairs.map(([name, patterns, parts]) => ({
      name,
      nexus: of(nexus, (step) => patterns.some((each) => each.test(step))),
      bare: of(bare, (step) => parts.includes(step)),
    })),
    {
      name: 'only Nexus: preflight, identity, sign-in, checklist, mail',
      nexus: of(nexus, (step) => !paired(step)),
      bare: 0,
    },
    {
      name: 'between the steps, and the watching',
      nexus: median(nexus.map((run) => run.seconds - sumOf(run))),
      bare: median(bare.map((run) => run.seconds - sumOf(run))),
    },
  ]
}

/** The table as it is printed at the end of a run. */
export function tableOf(measured: Measured): string {
  const { nexus, bare } = measured
  const line = (name: string, ...cells: readonly string[]) =>
    `${name.padEnd(58)}${cells.map((cell) => cell.padStart(10)).join('')}`
  return [
    line('seconds, medians', 'Nexus', 'bare'),
    line('order to Live', one(wall(nexus)), one(wall(bare))),
    ...rowsOf(measured).map((row) => line(`  ${row.name}`, one(row.nexus), one(row.bare))),
    `ratio ${ratioOf(measured).toFixed(2)} (goal: at most ${goal})`,
    '',
  ].join('\n')
}

export function performancePage(measured: Measured): string {
  const { nexus, bare, small, date } = measured
  const ratio = ratioOf(measured)
  const runs = (of: readonly TimedRun[]) => of.map(({ seconds }) => one(seconds)).join(', ')
  const shares = [...nexus, ...bare].map(({ busyBefore }) => busyBefore)
  const busy = Math.max(...shares) > 0.1
  return `# How fast it is

Written by \`npm run bench\` (\`node bench/order/main.ts\`, root, Debian), but for the parts that name another command; a run replaces its own.

${date} · ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unknown kind'} · ${Math.round(totalmem() / 2 ** 30)} GB · Linux ${release()} · Node ${process.versions.node}

Used by others, in the seconds before each run: ${shares.map((each) => `${Math.round(each * 100)} %`).join(', ')}.${
    busy ? ' **The machine was not quiet: seconds are longer than need be and the ratio is less sure.**' : ''
  }

## An order, from paid to Live

**${ratio.toFixed(2)} times the bare script** (goal: at most ${goal}, ${ratio <= goal ? 'met' : 'not met'}): ${one(wall(nexus))} s by Nexus, ${one(wall(bare))} s by [bare.sh](../bench/order/bare.sh); medians of ${nexus.length} and ${bare.length}, alternating, in one run.

| Seconds, medians | Nexus | bare |
| --- | ---: | ---: |
| **order to Live** | **${one(wall(nexus))}** | **${one(wall(bare))}** |
${rowsOf(measured)
  .map(({ name, nexus: ours, bare: theirs }) => `| ${name} | ${one(ours)} | ${theirs === 0 ? '-' : one(theirs)} |`)
  .join('\n')}

Each run: Nexus ${runs(nexus)} s; bare ${runs(bare)} s. Medians of rows need not add up to the median of the whole.

What is compared:

- Both begin with the wish for a host at the lab's provider and end with a proven backup; Nexus goes on to hand over.
  Nexus is timed as a person sees it, from "order taken" to the outcome of \`./bin/quickstart --json\`.
- The bare script brings the same packages, files, settings, users and firewall to the same kind of fresh host, uploads the
  same release, makes database, units, edge and certificate, asks the same four things from outside, and saves and restores
  the database. One shell file, one ssh connection, packages in one go, services started once, no pause but until
  something answers. It keeps no trail, has no undo, resumes nothing, and leaves out what only judges: preflight, checks of
  the environment, DNS, TLS and sign-in. Its edge's file is written with the other settings, so it counts there.
- Not counted for either: building the lab's base image, packing the release, starting the lab and nexusd, and one
  bare run before all others, which fills the lab's cache of Debian packages.

## Each step

| Nexus | s | | bare | s |
| --- | ---: | --- | --- | ---: |
${stepRows(nexus, bare)}

## Smaller figures

| What | Value |
| --- | ---: |
| answer to the webhook of a new, incomplete order: p50 / p95 of ${small.webhook.posts}, one after the other | ${one(small.webhook.p50)} / ${one(small.webhook.p95)} ms |
| \`nexusctl --help\`, median of 5 | ${small.helpSeconds.toFixed(2)} s |
| second baseline of the Live host (${small.secondBaseline.changed} changed): on the host / as a command | ${small.secondBaseline.seconds.toFixed(2)} / ${small.secondBaseline.wallSeconds.toFixed(2)} s |
`
}

function stepRows(nexus: readonly TimedRun[], bare: readonly TimedRun[]): string {
  const ours = mediansOf(nexus)
  const theirs = mediansOf(bare)
  return ours
    .map(([name, seconds], at) => {
      const [part = '', partSeconds] = theirs[at] ?? []
      return `| ${name} | ${one(seconds)} | | ${part} | ${partSeconds === undefined ? '' : one(partSeconds)} |`
    })
    .join('\n')
}

const mediansOf = (runs: readonly TimedRun[]): readonly (readonly [string, number])[] =>
  [...new Set(runs.flatMap(({ steps }) => steps.map(({ name }) => name)))].map((wanted) => [
    wanted,
    median(
      runs.map(({ steps }) =>
        steps.filter(({ name }) => name === wanted).reduce((sum, { seconds }) => sum + seconds, 0),
      ),
    ),
  ])
