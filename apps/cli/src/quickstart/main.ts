import { CliFailure } from '../failure.ts'
import { createIo } from '../io.ts'
import { FlagError, readFlags, usage } from './flags.ts'
import { runQuickstart } from './run-quickstart.ts'

try {
  const flags = readFlags(process.argv.slice(2))
  if (!flags) {
    process.stdout.write(usage)
  } else {
    const io = createIo(flags.json ? 'json' : 'table')
    process.exitCode = await runQuickstart(flags, io)
  }
} catch (thrown) {
  const hint = thrown instanceof CliFailure ? thrown.failed.hint : undefined
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${hint ? `hint: ${hint}\n` : ''}`)
  process.exitCode = isUsage(thrown) ? 64 : 1
}
process.exit()

function isUsage(thrown: unknown): boolean {
  return thrown instanceof FlagError || String((thrown as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
}
