import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'

const run = promisify(execFile)

async function complete(...words: string[]): Promise<string[]> {
  const { out } = await call(['completion', 'bash'])
  const line = words.map((each) => `'${each}'`).join(' ')
  const script = `${out}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _nexusctl; printf '%s\\n' "\${COMPREPLY[@]}"`
  return (await run('bash', ['--norc', '-c', script])).stdout.trim().split('\n')
}

describe('completion', () => {
  test('knows the verbs of a noun, whatever options stand between', async () => {
    expect(await complete('nexusctl', 'ord')).toEqual(['order'])
    expect(await complete('nexusctl', '--no-color', 'run', 're')).toEqual(['resume', 'retry'])
    expect(await complete('nexusctl', 'access', 'token', 'cr')).toEqual(['create'])
  })

  test('knows the options of a verb, and the values of -o', async () => {
    expect(await complete('nexusctl', 'order', 'list', '--mi')).toEqual(['--mine'])
    expect(await complete('nexusctl', 'order', 'list', '-o', 'j')).toEqual(['json'])
  })

  test.each(['bash', 'zsh', 'fish'])('for %s names every noun and not the hidden one', async (shell) => {
    const { out, exit } = await call(['completion', shell])

    expect(exit).toBe(0)
    for (const noun of ['order', 'host', 'lab', 'context']) expect(out).toContain(noun)
    expect(out).not.toMatch(/\bdocs\b/)
  })
})
