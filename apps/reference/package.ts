/** Writes a release of the reference stack: `node apps/reference/package.ts --out DIR`. */
import { parseArgs } from 'node:util'
import { writeRelease } from './packaging/write-release.ts'
import type { PlannedFault } from './src/common/build-facts.ts'

const usage =
  'package.ts --out DIR [--version 1.0.0] [--runtime systemd|compose|all] [--break backend-start|migration|health]'

const faults: readonly PlannedFault[] = ['none', 'backend-start', 'migration', 'health']

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\nUsage: ${usage}\n`)
  process.exit(64)
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string' },
        version: { type: 'string', default: '1.0.0' },
        runtime: { type: 'string', default: 'all' },
        break: { type: 'string', default: 'none' },
      },
    })
    return values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const { out, version, runtime, break: wanted } = readArguments()
const fault = faults.find((known) => known === wanted)
if (out === undefined) refuse('--out is missing.')
if (!/^\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/.test(version)) refuse('--version looks like 1.0.0 or 1.0.1-broken.')
if (!['systemd', 'compose', 'all'].includes(runtime)) refuse('--runtime is systemd, compose or all.')
if (fault === undefined) refuse(`--break is one of: ${faults.join(', ')}.`)

for (const known of ['systemd', 'compose'] as const) {
  if (runtime !== known && runtime !== 'all') continue
  for (const written of await writeRelease(out, { version, fault }, known)) {
    process.stdout.write(`${JSON.stringify(written)}\n`)
  }
}
