/** The judge's figures: `npm run bench:judge -- [--pairs N] [--seed S] [--print]`; without --print it writes docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { withSection } from '../page-section.ts'
import { judgeSection } from './judge-section.ts'
import { measure } from './measure.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '5' },
    print: { type: 'boolean', default: false },
  },
})
const [pairs, seed] = [Number(values.pairs), Number(values.seed)]
if (!Number.isInteger(pairs) || pairs < 20 || !Number.isInteger(seed)) {
  process.stderr.write('--pairs is a whole number from 20, --seed a whole number.\n')
  process.exit(64)
}
const say = (line: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const section = judgeSection(measure({ pairs, seed, date: new Date().toISOString().slice(0, 10), say }))
process.stdout.write(section)
if (!values.print) {
  const page = join(resolve(import.meta.dirname, '../..'), 'docs/performance.md')
  await writeFile(page, withSection(await readFile(page, 'utf8'), section))
  say(`Written: ${page}`)
}
