import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesIn, isTest, textOf, withoutComments } from './repository-files.ts'

const flows = 'apps/server/src/flows'
const ways = /\*(rows|reads|key|looks|same|asked)\*/

/** Names of steps as the story calls them, and of undos as the words of the story announce them. */
const stepsIn = (text: string): string[] => [
  ...[...withoutComments(text).matchAll(/\b(?:step|change)\(\s*'([^']+)'/g)].map(([, name = '']) => name),
  ...[...withoutComments(text).matchAll(/name: '([^']+)',\s*work:/g)].map(([, name = '']) => name),
]

/** Flow by flow; words of a story that lie beside it belong to it. */
async function stepsByFlow(): Promise<Map<string, string[]>> {
  const files = (await filesIn(flows)).filter((file) => file.endsWith('.ts') && !isTest(file))
  const found = new Map<string, string[]>()
  for (const file of files) {
    const folder = file.slice(flows.length + 1).split('/')[0] ?? ''
    const names = stepsIn(await textOf(file))
    if (names.length > 0) found.set(folder, [...(found.get(folder) ?? []), ...names])
  }
  return found
}

/** Section by section, each step with its last cell: how it is once. */
function linesOf(page: string): Map<string, Map<string, string>> {
  const sections = page.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n')
      const rows = lines
        .filter((line) => line.startsWith('| ') && !/^\| (---|step|undo)/.test(line))
        .map((line) => line.split('|').map((cell) => cell.trim()))
      return [
        title.trim(),
        new Map(rows.map((cells) => [(cells[1] ?? '').replace(/ \(.*\)$/, ''), cells.at(-2) ?? ''])),
      ]
    }),
  )
}

/** What the story has and the page says not, what the page says of no step, and lines that say not how. */
function gapsBetween(steps: ReadonlyMap<string, readonly string[]>, page: string): string[] {
  const told = linesOf(page)
  const missing = [...steps].flatMap(([flow, names]) =>
    names.filter((name) => !told.get(flow)?.has(name)).map((name) => `${flow}: "${name}" has no line`),
  )
  const stale = [...told].flatMap(([flow, lines]) =>
    [...lines.keys()].filter((name) => !steps.get(flow)?.includes(name)).map((name) => `${flow}: no step is "${name}"`),
  )
  const vague = [...told].flatMap(([flow, lines]) =>
    [...lines].filter(([, how]) => !ways.test(how)).map(([name]) => `${flow}: "${name}" does not say how it is once`),
  )
  return [...missing, ...stale, ...vague]
}

describe('every step of every flow', () => {
  test('has its line in docs/reference/steps.md, which says how it happens once', async () => {
    const steps = await stepsByFlow()
    const stories = (await filesIn(flows))
      .filter((file) => file.endsWith('.flow.ts'))
      .map((file) => basename(file, '.flow.ts'))

    expect([...steps.keys()].sort()).toEqual(stories.sort())
    expect(gapsBetween(steps, await textOf('docs/reference/steps.md'))).toEqual([])
  })

  test('is missed where it is new, gone, or not told how', () => {
    const page =
      '## deliver\n\n| step | does | once |\n| --- | --- | --- |\n| go (*brief*) | a | *rows*: b |\n| rest | a | b |\n'

    expect(gapsBetween(new Map([['deliver', ['go', 'pay']]]), page)).toEqual([
      'deliver: "pay" has no line',
      'deliver: no step is "rest"',
      'deliver: "rest" does not say how it is once',
    ])
  })
})
