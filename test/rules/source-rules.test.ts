import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesIn, isCode, isTest, textOf, withoutComments } from './repository-files.ts'

async function filesSaying(pattern: RegExp, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    files.map(async (file) => (pattern.test(withoutComments(await textOf(file))) ? [file] : [])),
  )
  return found.flat()
}

const running = async (...folders: string[]) =>
  (await filesIn(...folders)).filter((file) => isCode(file) && !isTest(file))

/** Who reads the environment, and why it is not handed in. */
const readers: Readonly<Record<string, string>> = {
  'apps/server/src/app/config.ts': 'the settings of nexusd',
  'apps/cli/src/main.ts': 'the entry of nexusctl',
  'apps/cli/src/quickstart/quickstart-deps.ts': 'what the quickstart hands to commands of nexusctl',
  'apps/cli/src/quickstart/run-quickstart.ts': 'the entry of the quickstart',
  'apps/cli/src/quickstart/own-host.ts': 'the agent and the extra settings of a machine of your own',
  'apps/reference/src/common/service-start.ts': 'the entry of the services of the reference stack',
  'lab/src/lab-paths.ts': 'where the lab lives and caches',
  'lab/src/lab-process.ts': 'the environment of programs it starts',
  'lab/src/lab-up.ts': 'the environment of its background process',
  'lab/src/base-image.ts': 'the proxies of this machine, for apt in a host',
}

/** Names that say what a file is in its folder, or that a tool wants so. */
const sharedNames = /^(index\.(ts|html)|main\.ts|package\.json|README\.md|test)$/
/** Both ends of one thing: how nexusd asks for hosts of the lab, and how the lab makes them. */
const twins = new Set(['apps/server/src/platform/adapters/lab-hosts.ts lab/src/lab-hosts.ts'])
/** Commands: the path is the command, so verbs come again below other nouns. */
const isCommand = (file: string) => /^apps\/cli\/src\/[^/]+\/[^/]+\.ts$/.test(file)

describe('the environment', () => {
  test('is read by the named files only', async () => {
    const found = await filesSaying(/process\s*\.\s*env\b|process\[['"]env/, await running('apps', 'packages', 'lab'))

    expect(found).toContain('apps/server/src/app/config.ts')
    expect(found.filter((file) => !(file in readers))).toEqual([])
  })
})

describe('a flow', () => {
  test('mentions no clock, chance, timer, network or Promise.all', async () => {
    const flows = (await filesIn('apps/server/src/flows')).filter((file) => file.endsWith('.flow.ts'))

    expect(flows.length).toBeGreaterThan(0)
    expect(
      await filesSaying(
        /\bDate\b|Math\.random|randomUUID|Promise\.(all|race|any)|\bset(Timeout|Interval)\b|\bfetch\s*\(/,
        flows,
      ),
    ).toEqual([])
  })
})

describe('programs of this machine', () => {
  test('are started by platform only, within the server', async () => {
    const found = await filesSaying(/child_process/, await running('apps/server/src'))

    expect(found).toContain('apps/server/src/platform/postgres-engine.ts')
    expect(found.filter((file) => !file.startsWith('apps/server/src/platform/'))).toEqual([])
  })
})

describe('SSH', () => {
  test('is spoken by the one adapter, to which a host is not known without its key', async () => {
    const speaking = await filesSaying(/from 'ssh2'/, await running('apps/server/src'))
    const clients = await filesSaying(/new (ssh2\.)?Client\(/, speaking)

    expect(clients).toEqual(['apps/server/src/platform/adapters/ssh-links.ts'])
    expect(await textOf('apps/server/src/platform/remote.ts')).toMatch(/readonly hostKey: string\n/)
  })

  test('asks for a host key at every place where a connection is opened', async () => {
    const text = withoutComments(await textOf('apps/server/src/platform/adapters/ssh-links.ts'))
    const opened = text.match(/\.connect\(/g) ?? []
    const verified = text.match(/hostVerifier\b/g) ?? []

    expect(opened.length).toBeGreaterThan(0)
    expect(verified.length).toBeGreaterThanOrEqual(opened.length)
    expect(text).not.toMatch(/hostVerifier[^\n]*=>\s*true\b/)
  })
})

describe('SQL', () => {
  /** Words of ours that stand in statements: columns, states, conditions, places of values, names of roles and tables. */
  const constant =
    /^(\w*[cC]olumns|\w*[sS]tates|table|kept|owner|app|auditor|verb|rights|closed|due|open|alive|unawaited|(columns|marks)\.join\(', '\)|name\(\w+\)|pg\.escape\w+\(.*\))$/

  /** Statements that name roles, databases and tables of ours, which cannot travel beside them. */
  const namesThings: Readonly<Record<string, string>> = {
    'apps/server/src/app/own-restore.ts': 'databases and roles of a restore',
    'apps/server/src/platform/adapters/embedded-identity-reseal.ts': 'its own tables, named in it',
    'apps/server/src/platform/erase-person.ts': 'tables and columns as the catalogue of Postgres names them, quoted',
    'apps/server/src/platform/snapshot-load.ts': 'tables of a snapshot',
    'apps/server/src/platform/snapshot-tables.ts': 'tables of a snapshot and their columns',
  }

  test('is never put together from values: they travel beside it', async () => {
    const found: string[] = []
    let looked = 0
    for (const file of await running('apps/server/src')) {
      const text = withoutComments(await textOf(file))
      for (const [, statement = ''] of text.matchAll(/\b(?:rows|row|query)(?:<[^(]*>)?\(\s*`([^`]*)`/g)) {
        looked += 1
        for (const [, word = ''] of statement.matchAll(/\$\{([^}]*)\}/g))
          if (!constant.test(word) && !(file in namesThings)) found.push(`${file}: ${word}`)
      }
    }

    expect(looked).toBeGreaterThan(100)
    expect(found).toEqual([])
  })
})

describe('a page of the console', () => {
  test('never takes text for markup', async () => {
    const pages = await running('apps/console/src')

    expect(pages.length).toBeGreaterThan(10)
    expect(await filesSaying(/dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/, pages)).toEqual(
      [],
    )
  })
})

describe('a file name', () => {
  test('is found once in the repository, commands and doors aside', async () => {
    const files = (await filesIn('apps', 'packages', 'lab', 'test', 'bin')).filter(
      (file) => isCode(file) && !sharedNames.test(basename(file)) && !isCommand(file),
    )
    const places = Map.groupBy(files, (file) => basename(file))

    expect([...places.values()].filter((each) => each.length > 1 && !twins.has(each.join(' ')))).toEqual([])
  })
})

describe('migrations', () => {
  test('have names of one form and numbers of their own', async () => {
    const names = (await filesIn('apps/server/migrations')).map((file) => basename(file))
    const numbers = names.map((name) => /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1] ?? `${name}: no number`)

    expect(names.length).toBeGreaterThan(0)
    expect(numbers.filter((each) => !/^\d{4}$/.test(each))).toEqual([])
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})
