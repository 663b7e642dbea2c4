import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fail } from './failure.ts'
import { runCli, type World } from './run-cli.ts'

const world: World = {
  environment: process.env,
  streams: { out: process.stdout, err: process.stderr },
  now: () => new Date(),
  pause: (seconds, signal) =>
    setTimeout(seconds * 1000, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error
    }),
  readText: async (file) => {
    if (file === '-') return text(process.stdin)
    return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw fail('cli.no_file', 'invalid', `${file} cannot be read: ${error.code ?? error.message}.`)
    })
  },
  run: (program, words) =>
    new Promise((done, refuse) => {
      const child = spawn(program, [...words], { stdio: 'inherit' })
      child.on('error', refuse)
      child.on('close', (code) => done(code ?? 1))
    }),
}

// A reader who has seen enough (`| head`) ends the program, without an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await runCli(process.argv.slice(2), world)
