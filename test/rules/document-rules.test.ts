import { access, readdir } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesIn, isCode, isTest, root, textOf } from './repository-files.ts'

/** Records are history, the register is a copy: what they name may be gone. */
const isHistory = (file: string) => file.startsWith('docs/decisions/') || file === 'docs/register.md'

const pages = async (): Promise<string[]> => {
  const top = (await readdir(root)).filter((name) => name.endsWith('.md'))
  return [...top, ...(await filesIn('docs')).filter((file) => file.endsWith('.md') && !isHistory(file))]
}

const proseOf = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')
const isPattern = (word: string) => /[<>*{}$\s…]|\.\.\.|^[A-Z_]+=/.test(word)
const starts = ['apps/', 'packages/', 'docs/', 'lab/', 'bin/', 'test/', 'examples/', 'bench/', './bin/', '.ci/']

/** Paths in backticks that begin at the root of the repository. */
const pathsIn = (text: string): string[] =>
  [...proseOf(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, inside = '']) => inside.split('#')[0] ?? '')
    .map((word) => (word.startsWith('./bin/') ? (word.split(' ')[0] ?? '') : word))
    .filter((word) => starts.some((each) => word.startsWith(each)) && !isPattern(word))

const linksIn = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !isPattern(target))

/** Plain words in prose such as docs/words.md or ARCHITECTURE.md. */
const namedIn = (text: string): string[] =>
  [
    ...proseOf(text).matchAll(
      /(?<![\w`/.(<-])((?:docs|apps|lab|test|packages)\/[\w./-]+\.(?:md|ts|tsx|json|sql|yaml))(?![\w`*])/g,
    ),
  ].map(([, path = '']) => path)

const isThere = (path: string): Promise<boolean> =>
  access(join(root, path)).then(
    () => true,
    () => false,
  )

describe('a document', () => {
  test('names only paths that exist', async () => {
    const missing: string[] = []
    for (const page of await pages()) {
      const text = await textOf(page)
      const paths = [
        ...pathsIn(text),
        ...namedIn(text),
        ...linksIn(text).map((target) => normalize(join(dirname(page), target))),
      ]
      for (const path of new Set(paths)) if (!(await isThere(path))) missing.push(`${page}: ${path}`)
    }

    expect(missing).toEqual([])
  })

  test('names only npm scripts that are there', async () => {
    const { scripts } = JSON.parse(await textOf('package.json')) as { readonly scripts: Record<string, string> }
    const missing: string[] = []
    for (const page of await pages()) {
      for (const [, name = ''] of (await textOf(page)).matchAll(/npm run ([a-z:]+)(?! +-w)(?![a-z: ]*-w)/g)) {
        if (!(name in scripts)) missing.push(`${page}: ${name}`)
      }
    }

    expect(missing).toEqual([])
  })
})

/** Where a code is made of parts or handed on, so that no line of its own can be generated. */
const madeOfParts: Readonly<Record<string, string>> = {
  'apps/server/src/platform/errors.ts': 'an error that crossed a step, made again',
  'apps/server/src/platform/adapters/pretend-world-wire.ts': 'an error of the pretend world, made again here',
  'apps/server/src/modules/instances/edge-answer.ts': 'the code that the program on the host gave',
  'apps/server/src/modules/instances/deployment.ts': 'deployment.<step>_failed, one for each of the seven steps',
  'apps/server/src/modules/hosts/claim-host.ts': 'host.<act>_failed of a claim and its way back',
  'apps/server/src/flows/deliver-order/handoff-part.ts': 'the code of the gate that refused',
}

/** Thrown with a sentence of their caller, which the page cannot be drawn from. */
const saidByCaller = new Set(['deployment.refused', 'identity.provider_forbids', 'identity.provider_refused'])

describe('an error code', () => {
  test('has its line in docs/reference/errors.md, or is made of parts in a named file', async () => {
    const page = await textOf('docs/reference/errors.md')
    const missing: string[] = []
    for (const file of (await filesIn('apps', 'packages')).filter((each) => isCode(each) && !isTest(each))) {
      for (const [, first = ''] of (await textOf(file)).matchAll(/new (?:NexusError|TrailError)\(\s*([^,]+),/g)) {
        const code = /^'([a-z_]+\.[a-z_]+)'$/.exec(first)?.[1]
        const known = code === undefined ? file in madeOfParts : saidByCaller.has(code) || page.includes(`\`${code}\``)
        if (!known) missing.push(`${file}: ${first}`)
      }
    }

    expect(missing).toEqual([])
  })
})
