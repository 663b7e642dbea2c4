import { describe, expect, test } from 'vitest'
import { backendRules } from '../src/backend/backend-env.ts'
import { dockerArchive } from './docker-archive.ts'
import { textFile } from './file-tree.ts'
import { composeFile, stackManifest } from './reference-stack.ts'
import { dependencyFiles, sourceFiles } from './release-tree.ts'
import { sha256, tarOf } from './tar-bytes.ts'

const wish = { version: '1.0.0', fault: 'none' } as const

const imageWish = (text: string) => ({
  name: 'thing:1.0.0',
  architecture: 'amd64' as const,
  workingDir: '/app',
  user: '10001:10001',
  command: ['/app/bin/node'],
  layers: [[textFile('base', 'base')], [textFile('app/main.js', text)]],
})

describe('an archive', () => {
  test('has the same bytes whatever the order of its files', async () => {
    const [a, b] = [textFile('b/one.txt', 'one'), textFile('a.txt', 'two')]

    expect(sha256(await tarOf([a, b]))).toBe(sha256(await tarOf([b, a])))
  })

  test('of the same release has the same bytes', async () => {
    const pack = () => tarOf([...sourceFiles(wish), ...dependencyFiles()])

    expect(sha256(await pack())).toBe(sha256(await pack()))
  })

  test('carries what runs and leaves tests behind', () => {
    const paths = [...sourceFiles(wish), ...dependencyFiles()].map(({ path }) => path)

    expect(paths).toContain('src/backend/migrations/0001-notes.sql')
    expect(paths).toContain('src/frontend/page/index.html')
    expect(paths).toContain('node_modules/fastify/package.json')
    expect(paths).toContain('node_modules/oauth4webapi/package.json')
    expect(paths.filter((path) => path.endsWith('.test.ts'))).toEqual([])
    expect(paths.filter((path) => path.startsWith('node_modules/') && path.endsWith('.ts'))).toEqual([])
    expect(new Set(paths).size).toBe(paths.length)
  })

  test('tells its version and its planned fault', () => {
    const facts = (fault: 'none' | 'health') =>
      sourceFiles({ version: '1.0.1-broken', fault })
        .find(({ path }) => path.endsWith('build-facts.ts'))
        ?.content.toString()

    expect(facts('health')).toContain('version: "1.0.1-broken", fault: "health"')
    expect(facts('none')).toContain('fault: "none"')
  })

  test('with a migration that fails differs by that migration', () => {
    const migrations = sourceFiles({ version: '1.0.1', fault: 'migration' }).filter(({ path }) => path.endsWith('.sql'))

    expect(migrations.at(-1)?.path).toBe('src/backend/migrations/9999-planned-fault.sql')
  })
})

describe('an image', () => {
  test('has the same id for the same content, and another for another', async () => {
    const [first, again, other] = await Promise.all(['x', 'x', 'y'].map((text) => dockerArchive(imageWish(text))))

    expect(again).toEqual(first)
    expect(other?.imageId).not.toBe(first?.imageId)
  })

  test('names its configuration by its own digest and lists its layers in order', async () => {
    const { archive, imageId } = await dockerArchive(imageWish('x'))
    const text = archive.toString('latin1')
    const digests = [...text.matchAll(/([0-9a-f]{64})\/layer\.tar"/g)].map((match) => `sha256:${match[1]}`)
    const config = /\{"architecture".*?\]\}(?=\0)/.exec(text)?.[0] ?? ''

    expect(`sha256:${sha256(config)}`).toBe(imageId)
    expect(JSON.parse(config).rootfs.diff_ids).toEqual(digests)
    expect(digests).toHaveLength(2)
  })
})

describe('the stack manifest', () => {
  test.each(['systemd', 'compose'] as const)('for %s defines every variable that a service takes', (runtime) => {
    const { services, variables } = stackManifest('1.0.0', runtime)

    for (const { environment } of Object.values(services)) {
      for (const name of environment) expect(Object.keys(variables)).toContain(name)
    }
  })

  test('gives the backend everything it demands', () => {
    const { environment } = stackManifest('1.0.0', 'systemd').services['backend'] ?? { environment: [] }
    const demanded = Object.keys(backendRules).filter((name) => !['HOST', 'PORT'].includes(name))

    expect([...environment].sort()).toEqual(demanded.sort())
  })

  test('has no secret with a value in it', () => {
    const { variables } = stackManifest('1.0.0', 'compose')

    for (const variable of Object.values(variables)) {
      if ('secret' in variable) expect(variable).not.toHaveProperty('default')
    }
  })
})

describe('the Compose file', () => {
  test('publishes on loopback only and gives no privilege', () => {
    for (const service of Object.values(composeFile('1.0.0').services)) {
      expect(service.ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true)
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    }
  })
})
