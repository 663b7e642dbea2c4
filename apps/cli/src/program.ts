import { Command, Option } from 'commander'
import { inheritSettings } from './command.ts'
import type { Deps } from './deps.ts'
import type { Format } from './io.ts'
import { nouns } from './nouns.ts'
import { ownVersion } from './own-version.ts'

export type GlobalOptions = {
  readonly output: Format
  readonly server?: string
  readonly token?: boolean
  readonly tokenFile?: string
  readonly context?: string
  readonly ca?: string
  readonly color: boolean
}

type Output = { readonly out: (text: string) => void; readonly err: (text: string) => void }

/** The tree of commands. Only the nouns in `wanted` are read; the others stand there with their one line. */
export async function buildProgram(deps: Deps, output: Output, wanted: readonly string[]): Promise<Command> {
  const program = new Command('nexusctl')
    .description('From a paid order to a live instance, and what is done with it after')
    .usage('<noun> <verb> [options]')
    .addOption(
      new Option('-o, --output <format>', 'how answers are written')
        .choices(['table', 'json', 'yaml', 'csv'])
        .default('table'),
    )
    .option('--server <url>', 'the server; also NEXUS_SERVER')
    .option(
      '--token-file <file>',
      'a file with the API token, - for stdin; also NEXUS_TOKEN_FILE, or NEXUS_TOKEN itself',
    )
    .option('--ca <file>', 'a PEM file with the authority of the server, where it is a private one; also NEXUS_CA')
    .option('--context <name>', 'one of `nexusctl context list`; also NEXUS_CONTEXT')
    .option('--no-color', 'no colors; also NO_COLOR')
    .version(ownVersion(), '-V, --version', 'the version of this nexusctl')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText('after', footer)
  for (const [name, { description, hidden = false, load }] of Object.entries(nouns)) {
    const noun = wanted.includes(name) ? await load(deps, program) : new Command(name).description(description)
    program.addCommand(noun, { hidden })
  }
  inheritSettings(program)
  return program
}

const footer = `
Examples:
  nexusctl order list --mine
  nexusctl order watch NX-1042
  nexusctl host preflight NX-HOST-1; echo $?
  nexusctl run list --state failed -o json

Exit codes: 0 to 9 are a command's own verdict; 64 usage, 65 invalid, 66 missing, 69 unavailable, 70 a bug,
73 conflict, 75 too many requests, 77 sign in first, 78 not allowed, 79 too large.`

export const everyNoun = Object.keys(nouns)

/** Words that tell about all commands. */
const telling = ['completion', 'docs']

/** The nouns that may be meant: any word that is one. A word too many costs a moment, never an answer. */
export const nounsIn = (words: readonly string[]): readonly string[] =>
  words.some((word) => telling.includes(word)) ? everyNoun : words.filter((word) => Object.hasOwn(nouns, word))
