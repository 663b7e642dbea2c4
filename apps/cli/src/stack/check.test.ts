import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexusctl-stack-'))
})
afterEach(async () => {
  await server?.kill()
  await rm(folder, { recursive: true, force: true })
})

const left = [{ path: 'services.web.privileged', message: 'privileged gives the service the whole host.' }]

async function fix(more: object, ...words: string[]) {
  const changes = [{ path: 'services.web.container_name', message: 'Nexus names containers.' }]
  const body = { accepted: true, file: 'compose.yaml', text: 'services: {}\n', changes, left: [], ...more }
  server = await pretendServer({ 'POST /api/v1/stacks/fix': () => ({ body }) })
  return call(['stack', 'check', 'acme', '--fix', ...words], { server: server.url })
}

describe('stack check --fix', () => {
  test('writes the accepted version and says what was changed', async () => {
    const file = join(folder, 'compose.yaml')

    const { exit, err } = await fix({}, '--out', file)

    expect(exit).toBe(0)
    expect(await readFile(file, 'utf8')).toBe('services: {}\n')
    expect(err).toContain('CHANGED: services.web.container_name: Nexus names containers.')
  })

  test('lists what stays unsafe, and exits 2', async () => {
    const { exit, err } = await fix({ accepted: false, left }, '--out', join(folder, 'compose.yaml'))

    expect(exit).toBe(2)
    expect(err).toContain('FAIL: services.web.privileged: privileged gives')
    expect(err).toContain('named exception')
  })

  test('prints the text alone to stdout, and everything as one object with -o json', async () => {
    expect((await fix({}, '--out', '-')).out).toBe('services: {}\n')
    await server?.kill()

    expect(JSON.parse((await fix({}, '-o', 'json')).out)).toMatchObject({ accepted: true, text: 'services: {}\n' })
  })
})
