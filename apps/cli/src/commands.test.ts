import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { beforeAll, describe, expect, test } from 'vitest'
import { examplesOf, leaves, pathOf } from './command.ts'
import type { Deps } from './deps.ts'
import { operations, withoutCommand } from './operations.ts'
import { buildProgram, everyNoun } from './program.ts'
import { reference } from './shell/docs.ts'

const root = resolve(import.meta.dirname, '../../..')
const description = join(root, 'docs/reference/openapi.json')

let program: Command
let commands: Command[]

beforeAll(async () => {
  program = await buildProgram({} as Deps, { out: () => {}, err: () => {} }, everyNoun)
  commands = leaves(program)
})

async function texts(folder: string, ending = /\.tsx?$/): Promise<string[]> {
  const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  const files = found.filter((each) => each.isFile() && ending.test(each.name) && !/\.test\.ts$/.test(each.name))
  return Promise.all(files.map((each) => readFile(join(each.parentPath, each.name), 'utf8')))
}

describe('every command', () => {
  test('says what it does, in one line', () => {
    const silent = commands.filter((each) => !/^[A-Z].{8,110}$/.test(each.description())).map(pathOf)

    expect(silent).toEqual([])
  })

  test('shows how it is used, by its own name', () => {
    const without = commands.filter((each) => !examplesOf(each).some((line) => line.includes(pathOf(each))))

    expect(without.map(pathOf)).toEqual([])
  })

  test('says what each word and option of it is', () => {
    const bare = commands.flatMap((each) => [
      ...each.registeredArguments.filter((one) => !one.description).map((one) => `${pathOf(each)} ${one.name()}`),
      ...each.options.filter((one) => !one.description).map((one) => `${pathOf(each)} ${one.flags}`),
    ])

    expect(bare).toEqual([])
  })

  test('takes no secret as a word', () => {
    const valued = (each: Command) => each.options.filter((one) => one.required || one.optional)
    const words = commands.flatMap((each) => valued(each).map((one) => `${pathOf(each)} ${one.long}`))

    expect(words.filter((each) => /--(password|value|secret|token)$/.test(each))).toEqual([])
  })

  test('has the description in the short list that it has in its own help', async () => {
    const short = await buildProgram({} as Deps, { out: () => {}, err: () => {} }, [])
    const described = (from: Command) => from.commands.map((each) => `${each.name()}: ${each.description()}`)

    expect(described(short)).toEqual(described(program))
  })
})

describe('what Nexus tells people to type', () => {
  const named = (text: string) => [...text.matchAll(/nexusctl ([a-z][^`'"|\n]*)/g)].map((found) => found[1] ?? '')
  const below = (from: Command, word: string) =>
    from.commands.find((each) => each.name() === word || each.aliases().includes(word))
  /** Goes down the tree as far as it goes: a noun needs its verb. What comes after the verb is not looked at. */
  const isCommand = (line: string): boolean => {
    const words = line.split(/[^a-z-]+/)
    let at = program
    for (const word of words) {
      const next = below(at, word)
      if (!next) return at.commands.length === 0 || at.aliases().length > 0
      at = next
    }
    return at.commands.length === 0 || at.aliases().length > 0
  }
  /** A sentence about the program, not a line to type. */
  const sentence = /^takes it from/

  test('is a command there is', async () => {
    const hints = (await texts('apps/server/src')).flatMap((text) =>
      text.split('\n').flatMap((line) => (/hint|commands|[`'"]nexusctl/.test(line) ? named(line) : [])),
    )

    expect([...new Set(hints)].filter((each) => !isCommand(each) && !sentence.test(each))).toEqual([])
  })

  test('is a command there is in the examples of other commands', () => {
    const lines = commands.flatMap((each) => examplesOf(each).flatMap(named))

    expect(lines.filter((each) => !isCommand(each))).toEqual([])
  })
})

describe('docs/reference/cli.md', () => {
  test('is what the commands say of themselves', async () => {
    expect(await readFile(join(root, 'docs/reference/cli.md'), 'utf8')).toBe(reference(program))
  })
})

describe('operations', () => {
  test('are each asked by a command', async () => {
    const asked = (await texts('apps/cli/src')).join('\n')
    const unused = Object.keys(operations).filter(
      (name) => !new RegExp(`'${name}'`).test(asked) && name !== 'watchEvents',
    )

    expect(unused).toEqual([])
  })

  test('of the server are each a command, or left out for a reason', async () => {
    type Described = Record<string, Record<string, { readonly operationId?: string }>>
    const { paths } = JSON.parse(await readFile(description, 'utf8')) as { paths: Described }
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { operationId }]) =>
        operationId ? [[operationId, `${method.toUpperCase()} ${path}`] as const] : [],
      ),
    )
    const table = Object.entries(operations).map(([name, [method, path]]) => [name, `${method} ${path}`] as const)

    expect(described.filter(([name]) => !(name in operations) && !(name in withoutCommand))).toEqual([])
    expect(table.filter(([name, line]) => new Map(described).get(name) !== line)).toEqual([])
  })
})
