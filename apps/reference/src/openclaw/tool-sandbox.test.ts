import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runInSandbox, toolFiles, usualLimits } from './tool-sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'tool-sandbox-'))
afterAll(() => rmSync(folder, { recursive: true }))

function tool(name: string, source: string): string {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, source)
  return file
}

const attempt = (work: string) =>
  `let value; try { ${work}; value = 'allowed' } catch (error) { value = error.code }; console.log(JSON.stringify({ value }))`

describe('a tool in the sandbox', () => {
  test('answers what it was asked', async () => {
    const answer = await runInSandbox(toolFiles['calculator'] ?? '', { expression: '6 * 7' })

    expect(answer).toMatchObject({ outcome: 'answered', value: 42 })
  })

  test('may refuse its input in its own words', async () => {
    const answer = await runInSandbox(toolFiles['calculator'] ?? '', { expression: 'require("fs")' })

    expect(answer).toMatchObject({ outcome: 'refused' })
  })

  test('sees nothing of the environment', async () => {
    vi.stubEnv('OPENCLAW_API_KEY', 'a-secret-key')

    const answer = await runInSandbox(tool('env', 'console.log(JSON.stringify({ value: process.env }))'), {})

    expect(answer).toMatchObject({ outcome: 'answered', value: {} })
    vi.unstubAllEnvs()
  })

  test.each([
    ['read a file of the system', `(await import('node:fs')).readFileSync('/etc/passwd')`],
    ['write a file', `(await import('node:fs')).writeFileSync('${folder}/left-behind', 'x')`],
    ['start a process', `(await import('node:child_process')).execFileSync('id')`],
    ['start a thread', `new (await import('node:worker_threads')).Worker('1', { eval: true })`],
  ])('may not %s', async (name, work) => {
    const answer = await runInSandbox(tool(name.replaceAll(' ', '-'), attempt(work)), {})

    expect(answer).toMatchObject({ outcome: 'answered', value: 'ERR_ACCESS_DENIED' })
  })

  test('is stopped when it takes too long', async () => {
    const answer = await runInSandbox(tool('endless', 'for (;;);'), {}, { ...usualLimits, seconds: 1 })

    expect(answer).toEqual({ outcome: 'stopped', problem: 'The tool took longer than 1 s.' })
  })

  test('is stopped when it needs too much memory', async () => {
    const answer = await runInSandbox(tool('greedy', 'const all = []; for (;;) all.push(new Array(1e5).fill({}))'), {})

    expect(answer).toEqual({ outcome: 'stopped', problem: 'The tool needed more than 32 MB.' })
  })

  test('is stopped when it says too much', async () => {
    const answer = await runInSandbox(
      tool('talker', "process.stdout.write('x'.repeat(200_000)); setInterval(() => {}, 1000)"),
      {},
    )

    expect(answer).toEqual({ outcome: 'stopped', problem: 'The tool answered more than 65536 bytes.' })
  })

  test('that answers nonsense has not answered', async () => {
    const answer = await runInSandbox(tool('nonsense', "console.log('hello')"), {})

    expect(answer).toEqual({ outcome: 'stopped', problem: 'The tool gave no readable answer.' })
  })
})
