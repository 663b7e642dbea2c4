import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fail } from './failure.ts'

export type Context = {
  readonly server: string
  readonly token?: string
  readonly tokenFile?: string
  readonly ca?: string
}
export type Contexts = { readonly current?: string; readonly contexts: Readonly<Record<string, Context>> }

type Environment = Readonly<Record<string, string | undefined>>

/** NEXUS_CONTEXTS is for tests; people have ~/.config/nexus/contexts.yaml. */
export const contextsFile = (environment: Environment): string =>
  join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'nexus', 'contexts.yaml')

export async function readContexts(file: string): Promise<Contexts> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const { current, contexts } = text ? await parsed(file, text) : {}
  return {
    ...(typeof current === 'string' && current !== '' ? { current } : {}),
    contexts: Object.fromEntries(Object.entries(contexts ?? {}).filter(([, each]) => isContext(each))),
  }
}

const isContext = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Context>).server === 'string'

async function parsed(file: string, text: string): Promise<Partial<Contexts>> {
  const mend = () =>
    fail(
      'cli.bad_contexts',
      'invalid',
      `${file} cannot be read as contexts.`,
      'Mend or remove it: nexusctl context add',
    )
  let found: unknown
  try {
    found = (await import('yaml')).parse(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch {
    throw mend()
  }
  if (found === null || found === undefined) return {}
  if (typeof found !== 'object' || Array.isArray(found)) throw mend()
  return found
}

export async function saveContext(file: string, name: string, context: Context): Promise<void> {
  const known = await readContexts(file)
  const { stringify } = await import('yaml')
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, stringify({ current: name, contexts: { ...known.contexts, [name]: context } }), { mode: 0o600 })
  await chmod(file, 0o600)
}

export async function readToken(file: string): Promise<string> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fail('cli.no_token_file', 'usage', `The token file ${file} cannot be read: ${error.code ?? error.message}.`)
  })
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw fail('cli.no_token', 'usage', `${file === '-' ? 'stdin' : file} does not hold a token: one word is expected.`)
}

export type Connection = {
  readonly server: string
  readonly token: string | undefined
  /** The authority that is trusted beside the usual ones, as PEM. */
  readonly ca?: string | undefined
}

async function readAuthority(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fail('cli.no_ca', 'usage', `The authority ${file} cannot be read: ${error.code ?? error.message}.`)
  })
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw fail('cli.no_ca', 'usage', `${file} holds no certificate as PEM.`)
}

/** Flags win over variables, variables over the context; a token is never a word of the command line. */
export async function connectionOf(
  flags: { readonly server?: string; readonly tokenFile?: string; readonly context?: string; readonly ca?: string },
  environment: Environment,
): Promise<Connection> {
  const { current, contexts } = await readContexts(contextsFile(environment))
  const name = flags.context ?? environment['NEXUS_CONTEXT'] ?? current
  const context = name ? contexts[name] : undefined
  if (name && !context && (flags.context || environment['NEXUS_CONTEXT'])) {
    throw fail('cli.no_context', 'usage', `There is no context ${name}.`, 'nexusctl context list')
  }
  const file =
    flags.tokenFile ?? environment['NEXUS_TOKEN_FILE'] ?? (environment['NEXUS_TOKEN'] ? undefined : context?.tokenFile)
  const read = file ? await readToken(file) : undefined
  const authority = flags.ca ?? environment['NEXUS_CA'] ?? context?.ca
  return {
    server: flags.server ?? environment['NEXUS_SERVER'] ?? context?.server ?? 'http://127.0.0.1:7400',
    token: read ?? environment['NEXUS_TOKEN'] ?? context?.token,
    ca: authority ? await readAuthority(authority) : undefined,
  }
}
