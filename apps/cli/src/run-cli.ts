import { CommanderError } from 'commander'
import { createApi } from './api.ts'
import { connectionOf } from './contexts.ts'
import type { Chosen, Deps, Environment } from './deps.ts'
import { exitCodeOf, exitCodes, failureLines } from './exit.ts'
import { toFailed } from './failure.ts'
import { createIo, harmless, type Io, type Streams } from './io.ts'
import { buildProgram, type GlobalOptions, nounsIn } from './program.ts'

/** The world around the program. */
export type World = {
  readonly environment: Environment
  readonly streams: Streams
  readonly now: () => Date
  readonly pause: Deps['pause']
  readonly readText: Deps['readText']
  readonly run: Deps['run']
}

/** One call of nexusctl; answers its exit code. */
export async function runCli(words: readonly string[], world: World): Promise<number> {
  let exit = 0
  let io: Io = createIo('table', world.streams)
  let chosen: Chosen = {}
  const connection = () => connectionOf(chosen, world.environment)
  const deps: Deps = {
    get io() {
      return io
    },
    get chosen() {
      return chosen
    },
    api: createApi({ connect: connection }),
    environment: world.environment,
    connection,
    now: world.now,
    pause: world.pause,
    readText: world.readText,
    run: world.run,
    verdict: (code) => {
      exit = code
    },
  }
  const output = {
    out: (text: string) => void world.streams.out.write(text),
    err: (text: string) => void world.streams.err.write(harmless(text)),
  }
  try {
    const program = await buildProgram(deps, output, nounsIn(words))
    program.hook('preAction', () => {
      const { output: format, server, tokenFile, context, ca, color } = program.opts<GlobalOptions>()
      io = createIo(format, world.streams, { color: color && mayColor(world.environment) })
      chosen = {
        ...(server === undefined ? {} : { server }),
        ...(tokenFile === undefined ? {} : { tokenFile }),
        ...(context === undefined ? {} : { context }),
        ...(ca === undefined ? {} : { ca }),
      }
    })
    await program.parseAsync([...words], { from: 'user' })
    return exit
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodes.usage
    const failed = toFailed(thrown)
    for (const line of failureLines(failed)) io.say(line)
    return exitCodeOf(failed)
  }
}

/** https://no-color.org: there and not empty means no colors. */
const mayColor = (environment: Environment): boolean => !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
