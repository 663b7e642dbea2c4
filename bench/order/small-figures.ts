import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { postOrder } from '../../apps/cli/src/quickstart/webhook.ts'
import type { QuickstartRun } from '../../test/story/quickstart-run.ts'
import { root } from './bench-lab.ts'

export type SmallFigures = {
  readonly webhook: { readonly posts: number; readonly p50: number; readonly p95: number }
  readonly helpSeconds: number
  readonly secondBaseline: { readonly seconds: number; readonly changed: number; readonly wallSeconds: number }
}

/** The value that this share of all values does not exceed (nearest rank). */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

export async function smallFigures(run: QuickstartRun, host: string): Promise<SmallFigures> {
  let baseline = { seconds: Number.NaN, changed: Number.NaN }
  const wall = await timed(async () => {
    const { exit, out, err } = await run.ctl('host', 'baseline', host, '-o', 'json')
    if (exit !== 0) throw new Error(`The second baseline ended with ${exit}: ${err}`)
    baseline = JSON.parse(out) as typeof baseline
  })
  const { seconds, changed } = baseline
  return {
    webhook: await webhookTimes(run, 50),
    helpSeconds: await helpTime(),
    secondBaseline: { seconds, changed, wallSeconds: wall / 1000 },
  }
}

/** New orders with too little in them: each is checked, stored and answered, and none brings a host up. */
async function webhookTimes(run: QuickstartRun, posts: number): Promise<SmallFigures['webhook']> {
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8')) as Record<string, unknown>
  const { domain: _domain, initialAdminEmail: _email, ...incomplete } = sample
  const secret = (await readFile(join(run.home, 'webhook-secret'), 'utf8')).trim()
  const port = (await readFile(join(run.home, 'nexus.yaml'), 'utf8')).match(/listenPort: (\d+)/)?.[1]
  const times: number[] = []
  for (let post = 0; post < posts; post += 1) {
    const order = { ...incomplete, orderNumber: `BENCH-${Date.now()}-${post}` }
    times.push(await timed(() => postOrder({ server: `http://127.0.0.1:${port}`, secret, order })))
  }
  return { posts, p50: percentile(times, 0.5), p95: percentile(times, 0.95) }
}

async function helpTime(): Promise<number> {
  const help = () => promisify(execFile)(join(root, 'bin/nexusctl'), ['--help'])
  await help()
  const times: number[] = []
  for (let time = 0; time < 5; time += 1) times.push(await timed(help))
  return median(times) / 1000
}
