import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { accessRoutes } from '../modules/access/index.ts'
import { checkRoutes } from '../modules/checks/index.ts'
import { secretRoutes } from '../modules/secrets/index.ts'
import { trailRoutes } from '../modules/trail/index.ts'
import { clientSchemaOf, describedApp, notCalled, writeClientSchema } from './generate-client.ts'
import { openApiOf } from './http-openapi.ts'
import { permissionsOf } from './http-permissions.ts'

const plugins = [
  accessRoutes({ access: notCalled() }),
  checkRoutes({ checks: notCalled() }),
  secretRoutes({ secrets: notCalled(), masterKeys: notCalled(), runs: notCalled() }),
  trailRoutes({ trail: notCalled() }),
]
const file = join(tmpdir(), `nexus-schema-${process.pid}.ts`)
afterAll(() => rm(file, { force: true }))

describe('the description of the routes', () => {
  test('names every operation once, with its tag and the way to be refused', async () => {
    const { paths } = await openApiOf(describedApp(plugins))
    type Operation = { operationId?: string; tags?: string[]; responses?: Record<string, unknown> }
    const operations = Object.values(paths ?? {}).flatMap((each) => Object.values(each as Record<string, Operation>))
    const names = operations.map((each) => each.operationId)

    expect(names).toContain('createFirstAdmin')
    expect(new Set(names).size).toBe(names.length)
    expect(operations.filter((each) => !each.tags?.length || !each.responses?.default)).toEqual([])
  })

  test('says for every route of the API which permission it takes', async () => {
    const app = describedApp(plugins)
    await app.ready()

    expect(permissionsOf(app).filter((each) => each.permission === undefined)).toEqual([])
    const open = permissionsOf(app).filter((each) => each.path.startsWith('/api/') && each.permission === 'public')
    expect(open.map((each) => `${each.method} ${each.path}`)).toEqual([
      'GET /api/v1/trail/key',
      'HEAD /api/v1/trail/key',
    ])
  })

  test('offers an Idempotency-Key where something is created, and only there', async () => {
    const text = await clientSchemaOf(describedApp(plugins))
    const of = (name: string) => text.slice(text.indexOf(`    ${name}: {`)).split('\n    };')[0]

    expect(of('createPerson')).toContain('"Idempotency-Key"?: string')
    expect(of('createFirstAdmin')).not.toContain('Idempotency-Key')
    expect(of('listPeople')).not.toContain('Idempotency-Key')
  })
})

test('types of the client are written once, and written again only when routes changed', async () => {
  const outcomes = [
    await writeClientSchema(describedApp(plugins), file),
    await writeClientSchema(describedApp([...plugins].reverse()), file),
    await writeClientSchema(describedApp(plugins.slice(1)), file),
  ]

  expect(outcomes).toEqual([true, false, true])
  expect(await readFile(file, 'utf8')).toContain('Not to be edited')
})
