import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import openapiTS, { astToString } from 'openapi-typescript'
import pino from 'pino'
import { Registry } from 'prom-client'
import { now } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Routes } from '../platform/http-types.ts'
import { createHttp } from './http.ts'
import { openApiOf } from './http-openapi.ts'
import { type PluginDeps, pluginsOf } from './plugins.ts'

export const clientSchema = join(import.meta.dirname, '../../../../packages/client/src/schema.ts')

/** Stands where a service would: routes are described from it, never called. */
export const notCalled = <T extends object>(): T =>
  new Proxy({} as T, {
    get: (_target, name) => () => {
      throw new Error(`${String(name)} is not there while routes are described`)
    },
  })

/** The server's plugins and doors without anything behind them. */
export const describedPlugins = (webhookSecrets: readonly string[] = []): ReturnType<typeof pluginsOf> =>
  pluginsOf({
    services: new Proxy({} as PluginDeps['services'], { get: () => notCalled() }),
    hostRuns: notCalled<PluginDeps['hostRuns']>(),
    resuming: notCalled<PluginDeps['resuming']>(),
    secretRuns: notCalled<PluginDeps['secretRuns']>(),
    db: notCalled<Database>(),
    hub: notCalled<PluginDeps['hub']>(),
    now: () => new Date(0),
    stacksFolder: '/nowhere',
    webhookSecrets,
  })

/** An app that is only described: no database, no service behind its routes. */
export const describedApp = (plugins: readonly Routes[], doors: readonly Routes[] = []): FastifyInstance =>
  createHttp({
    db: notCalled<Database>(),
    access: notCalled(),
    log: pino({ level: 'silent' }),
    now,
    plugins,
    doors,
    ready: async () => [],
    metrics: new Registry(),
    idempotency: notCalled(),
  })

/** The types of packages/client, from the description that the routes give of themselves. */
export async function clientSchemaOf(app: FastifyInstance): Promise<string> {
  const document = JSON.stringify(await openApiOf(app))
  const types = astToString(
    await openapiTS(document, { alphabetize: true, immutable: false, defaultNonNullable: false }),
  )
  return `// Generated from the server's routes by \`npm run gen\`. Not to be edited.\n\n${types}`
}

/** Writes them; answers whether anything changed, which in CI is drift. */
export async function writeClientSchema(app: FastifyInstance, file: string = clientSchema): Promise<boolean> {
  const fresh = await clientSchemaOf(app)
  const present = await readFile(file, 'utf8').catch(() => '')
  if (present === fresh) return false
  await writeFile(file, fresh)
  return true
}
