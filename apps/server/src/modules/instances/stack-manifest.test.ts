import { describe, expect, test } from 'vitest'
import { readStack, stackJsonSchema } from './stack-manifest.ts'
import { portPlan, serviceOrder } from './stack-rules.ts'

const manifest = (services: string, more = '') => `version: 1
name: shop
release: 1.0.0
runtime: systemd
artifact: { file: shop-1.0.0.tar.gz }
services:
${services}
${more}`
const web = '  web: { command: [bin/web], port: 4780, health: { path: /health }, needs: [api] }'
const api = '  api: { command: [bin/api], port: 4781, health: { path: /health } }'
const problemsOf = (text: string) => {
  const read = readStack(text)
  return read.ok ? [] : read.problems.map((each) => `${each.path}: ${each.message}`)
}

describe('a stack manifest', () => {
  test('starts what is needed first and gives each slot its ports', () => {
    const read = readStack(manifest(`${web}\n${api}`))

    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    expect(serviceOrder(read.stack).order).toEqual(['api', 'web'])
    expect(portPlan(read.stack)).toEqual({ a: { web: 4780, api: 4781 }, b: { web: 4880, api: 4881 } })
  })

  test.each([
    ['an unknown key, with the nearest', manifest(api, 'migration: {}'), 'Did you mean migrations?'],
    ['an unknown key deep inside', manifest(api.replace('health:', 'healthy:')), 'Did you mean health?'],
    ['a need that is not there', manifest(web), 'There is no service api'],
    ['a circle', manifest(`${web}\n${api.slice(0, -1)}, needs: [web] }`), 'circle'],
    [
      'ports of two slots that meet',
      manifest(`${api}\n${api.replace('api:', 'other:').replace('4781', '4881')}`),
      'is also the port of',
    ],
    [
      'a default secret',
      manifest(api, 'variables: { KEY: { group: app, secret: true, default: abc } }'),
      'A secret has no default',
    ],
    [
      'what is generated in the open',
      manifest(api, 'variables: { KEY: { group: app, generate: 32 } }'),
      'add secret: true',
    ],
    [
      'a database nobody asked for',
      manifest(api, 'variables: { URL: { group: db, secret: true, from: database.url } }'),
      'resources does not name',
    ],
    ['an unknown source', manifest(api, 'variables: { X: { group: db, from: host.name } }'), 'must be one of'],
    ['a path instead of a file', manifest(api).replace('shop-1.0.0.tar.gz', '../x.tar'), 'beside the manifest'],
    ['no artifact', manifest(api).replace(/^artifact.*$/m, ''), 'names its artifact'],
    ['what is not YAML', 'a: [', 'not YAML'],
  ])('is refused for %s', (_, text, words) => {
    expect(problemsOf(text).join('\n')).toContain(words)
  })

  test('names every problem at once', () => {
    expect(problemsOf(manifest(web, 'nope: 1\nruntme: 2')).length).toBeGreaterThanOrEqual(2)
  })

  test('has a JSON Schema for editors', () => {
    expect(stackJsonSchema()).toMatchObject({ title: 'Nexus stack', type: 'object' })
  })
})
