import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Streams } from '../io.ts'
import { runCli, type World } from '../run-cli.ts'

export type Called = { readonly exit: number; readonly out: string; readonly err: string }
type Around = {
  readonly server?: string
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly pause?: World['pause']
  readonly now?: World['now']
  readonly run?: World['run']
  readonly terminal?: boolean
}

/** One call of nexusctl inside the test, with what it wrote. */
export async function call(words: readonly string[], around: Around = {}): Promise<Called> {
  const written = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({
    isTTY: around.terminal ?? false,
    columns: 100,
    write: (text: string) => {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(words, {
    environment: {
      XDG_CONFIG_HOME: '/nowhere',
      NEXUS_TOKEN: 'nxt_test',
      ...(around.server ? { NEXUS_SERVER: around.server } : {}),
      ...around.environment,
    },
    // Only what the program uses of a stream is there.
    streams: { out: stream('out'), err: stream('err') } as unknown as Streams,
    now: around.now ?? (() => new Date()),
    pause:
      around.pause ??
      (async (_seconds, signal) => {
        await setTimeout(5, undefined, signal ? { signal } : {}).catch(() => {})
      }),
    readText: async (file) => (file === '-' ? (around.stdin ?? '') : readFile(file, 'utf8')),
    run: around.run ?? (async () => 0),
  })
  return { exit, ...written }
}
