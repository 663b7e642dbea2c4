import { describe, expect, test } from 'vitest'
import { textOf } from './repository-files.ts'

const page = 'docs/security/threats.md'
const chapters = [
  'nexusd',
  'database',
  'master key',
  'token',
  'backup',
  "tenant's host",
  'webhook secret',
  'mail account',
]

type Line = { readonly line: string; readonly file: string | undefined; readonly name: string | undefined }

/** Every line of a table that is no head and no rule. */
function linesOf(text: string): readonly Line[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (-|he tries)/.test(line))
  return rows.map((line) => {
    const [, file, name] = /\| `([^`]+)` › `([^`]+)` \|$/.exec(line) ?? []
    return { line, file, name }
  })
}

describe('the threat model', () => {
  test('has a chapter for each thing that can be stolen', async () => {
    const heads = (await textOf(page)).split('\n').filter((line) => line.startsWith('## '))

    expect(chapters.filter((each) => !heads.some((head) => head.includes(each)))).toEqual([])
  })

  test('names for each line a test that is there', async () => {
    const lines = linesOf(await textOf(page))
    const wrong = await Promise.all(
      lines.map(async ({ line, file, name }) => {
        const text = file ? await textOf(file).catch(() => '') : ''
        return name && new RegExp(`test(\\.each\\([^)]*\\))?\\(\\s*['"\`]${escaped(name)}['"\`]`).test(text)
          ? []
          : [line]
      }),
    )

    expect(lines.length).toBeGreaterThan(30)
    expect(wrong.flat()).toEqual([])
  })

  test('would notice a test that is not there', async () => {
    const text = await textOf('test/fuzz/sinks.test.ts')

    expect(text).not.toContain("test('is not there'")
    expect(linesOf('| a | b | c | `x.test.ts` › `is not there` |')).toEqual([
      { line: '| a | b | c | `x.test.ts` › `is not there` |', file: 'x.test.ts', name: 'is not there' },
    ])
  })
})

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
