import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { type AdminContext, adminActor } from './app/admin-context.ts'
import { adminVerbs } from './app/admin-verbs.ts'
import { environment, readSettings } from './app/config.ts'
import { type ErrorKind, NexusError, toFailure } from './platform/errors.ts'
import { plainText } from './platform/plain-text.ts'

/** The exit codes of nexusctl, which starts this program. */
const exits: Record<ErrorKind, number> = {
  invalid: 65,
  missing: 66,
  unavailable: 69,
  bug: 70,
  conflict: 73,
  too_many: 75,
  unauthenticated: 77,
  forbidden: 78,
  too_large: 79,
}

const say = (line: string): void => void process.stderr.write(`${plainText(line)}\n`)

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

/** The verbs that work on the machine of nexusd itself, on its files and its database, also while it is down. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      from: { type: 'string' },
      keep: { type: 'string' },
      'master-key': { type: 'string' },
      'backup-key': { type: 'string' },
      reason: { type: 'string' },
      log: { type: 'string' },
      wait: { type: 'string' },
      certificate: { type: 'string' },
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      back: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [name = '', ...words] = positionals
  const verb = adminVerbs[name]
  if (!verb) {
    throw new NexusError('admin.unknown_verb', 'invalid', `There is no ${name}.`, {
      hint: 'docs/reference/cli.md lists them.',
    })
  }
  const given = (word: keyof typeof values, key: string) =>
    typeof values[word] === 'string' ? { [key]: values[word] } : {}
  const context: AdminContext = {
    settings: readSettings(environment()),
    actor: adminActor(),
    json: values.json,
    say,
    ask: process.stdin.isTTY ? ask : undefined,
    flags: {
      ...given('to', 'to'),
      ...given('from', 'from'),
      ...given('keep', 'keep'),
      ...given('master-key', 'masterKey'),
      ...given('backup-key', 'backupKey'),
      ...given('reason', 'reason'),
      ...given('log', 'log'),
      ...given('wait', 'wait'),
      ...given('certificate', 'certificate'),
      yes: values.yes,
      dryRun: values['dry-run'],
      back: values.back,
    },
  }
  const answer = await verb(context, words)
  process.stdout.write(
    values.json ? `${JSON.stringify(answer.value, null, 2)}\n` : `${plainText(answer.lines.join('\n'), 1e6)}\n`,
  )
  return answer.exit ?? 0
}

process.exitCode = await main().catch((thrown) => {
  const failure = toFailure(thrown)
  say(`${failure.message} (${failure.code})`)
  if (failure.hint) say(`hint: ${failure.hint}`)
  if (failure.kind === 'bug' && thrown instanceof Error && thrown.stack) say(thrown.stack)
  return exits[failure.kind]
})
