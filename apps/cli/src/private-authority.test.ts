import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'nexus-ca-'))
const ca = join(folder, 'ca.pem')
const server = (() => {
  const key = join(folder, 'key.pem')
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', ca], { stdio: 'ignore' })
  return createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (_request, answer) => {
    answer
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'per_1', name: 'Kim', permissions: [] }))
  })
})()
let address = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `https://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const nexusctl = (words: readonly string[]): Promise<{ exit: number | null; text: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--server', address, ...words], {
      env: { PATH: process.env['PATH'], HOME: folder, NEXUS_TOKEN: 'nxt_x' },
    })
    let text = ''
    child.stdout.on('data', (piece) => (text += piece))
    child.stderr.on('data', (piece) => (text += piece))
    child.on('close', (exit) => resolve({ exit, text }))
  })

describe('nexusctl and a server with a private authority', () => {
  test('has no trust in it by itself', async () => {
    expect((await nexusctl(['access', 'whoami'])).exit).toBe(69)
  })

  test('trusts it with --ca', async () => {
    const { exit, text } = await nexusctl(['--ca', ca, 'access', 'whoami'])

    expect([exit, text]).toEqual([0, expect.stringContaining('Kim (per_1)')])
  })

  test('says what is wrong with the file', async () => {
    const { exit, text } = await nexusctl(['--ca', join(folder, 'none.pem'), 'access', 'whoami'])

    expect([exit, text]).toEqual([64, expect.stringContaining('cannot be read')])
  })
})
