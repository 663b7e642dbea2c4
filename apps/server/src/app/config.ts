import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { distance } from 'fastest-levenshtein'
import { NexusError } from '../platform/errors.ts'
import { plainLine } from '../platform/plain-text.ts'
import { readYamlText } from '../platform/yaml-text.ts'
import { refuseBelowHome } from './master-key.ts'
import { type Settings, settingNames, settings, variableOf } from './settings.ts'
import { refusePlainHttp } from './tls-settings.ts'

/** Variables that belong to the CLI, the lab or the shell scripts, so nexusd leaves them alone. */
const strangers = new Set([
  'NEXUS_CONFIG',
  'NEXUS_SERVER',
  'NEXUS_TOKEN',
  'NEXUS_TOKEN_FILE',
  'NEXUS_CONTEXT',
  'NEXUS_CA',
  'NEXUS_LAB_HOME',
  'NEXUS_LAB_CACHE',
  'NEXUS_QUICKSTART_SETTINGS',
])

const nearest = (word: string, known: readonly string[]) =>
  [...known].sort((one, other) => distance(word, one) - distance(word, other))[0] ?? ''

function refuseUnknown(found: readonly string[], known: readonly string[], where: string): void {
  for (const each of found) {
    if (known.includes(each)) continue
    throw new NexusError('config.unknown_key', 'invalid', `${where} has ${each}, which is no setting.`, {
      hint: `Did you mean ${nearest(each, known)}? docs/reference/configuration.md lists all.`,
    })
  }
}

function readFile(file: string): Readonly<Record<string, unknown>> {
  const refuse = (why: string) =>
    new NexusError('config.bad_file', 'invalid', `${file} cannot be used as settings: ${why}.`, {
      hint: 'One `name: value` a line; docs/reference/configuration.md lists every setting.',
    })
  if (!existsSync(file)) throw refuse('there is no such file')
  const read = readYamlText(readFileSync(file, 'utf8'), 256 * 1024)
  if (!read.ok) throw refuse(read.why)
  if (read.value === null || read.value === undefined) return {}
  if (typeof read.value !== 'object' || Array.isArray(read.value)) throw refuse('it holds no names with values')
  return read.value as Readonly<Record<string, unknown>>
}

/** Reads settings from the variables and from the YAML file that NEXUS_CONFIG names; variables win. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const variables = settingNames.map(variableOf)
  refuseUnknown(
    Object.keys(environment).filter((each) => each.startsWith('NEXUS_') && !strangers.has(each)),
    variables,
    'The environment',
  )
  const file = environment['NEXUS_CONFIG']
  const written = file ? readFile(file) : {}
  refuseUnknown(Object.keys(written), settingNames, file ?? '')
  const merged: Record<string, unknown> = { ...written }
  for (const name of settingNames) {
    const value = environment[variableOf(name)]
    if (value !== undefined) merged[name] = value
  }
  if (!merged['databaseUrl'] && environment['DATABASE_URL']) merged['databaseUrl'] = environment['DATABASE_URL']
  const parsed = settings.safeParse(merged)
  if (!parsed.success) {
    throw new NexusError('config.invalid', 'invalid', 'The settings cannot be used.', {
      hint: 'docs/reference/configuration.md lists every setting.',
      problems: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: plainLine(issue.message) })),
    })
  }
  const home = parsed.data.home || defaultHome()
  refusePlainHttp(parsed.data)
  const credential = join(environment['CREDENTIALS_DIRECTORY'] ?? '/nowhere', 'master-key')
  const masterKeyFile = parsed.data.masterKeyFile || (existsSync(credential) ? credential : defaultKeyFile(home))
  for (const file of [masterKeyFile, parsed.data.masterKeyNextFile]) refuseBelowHome(home, file)
  return Object.freeze({ ...parsed.data, home, masterKeyFile })
}

const defaultKeyFile = (home: string) =>
  home === '/var/lib/nexus' && process.getuid?.() === 0 ? '/etc/nexus/master.key' : `${home}.key`

const defaultHome = () => (process.getuid?.() === 0 ? '/var/lib/nexus' : join(homedir(), '.local/share/nexus'))

/** The connection of the owner; undefined where no file is named or it was taken away. */
export function readOwnerUrl({ databaseOwnerUrlFile }: Settings): string | undefined {
  if (databaseOwnerUrlFile === '' || !existsSync(databaseOwnerUrlFile)) return undefined
  return readFileSync(databaseOwnerUrlFile, 'utf8').trim() || undefined
}

/** Where programs are found, for a command that prints the master key. */
export const programPath = (): string | undefined => process.env['PATH']

export const environment = (): Readonly<Record<string, string | undefined>> => process.env
