import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { webService } from '../common/web-service.ts'

export type FrontendSettings = {
  readonly apiUrl: string
  readonly tenant: string
  readonly loginPath: string
  readonly logoutPath: string
  readonly release: string
  readonly logLevel: string
}

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
] as const

/** One page, and `/config.json` that tells it where the API is: the same files run for every customer. */
export function frontendServer(settings: FrontendSettings): FastifyInstance {
  const app = webService({ name: 'frontend', logLevel: settings.logLevel })
  const policy = contentPolicy(settings.apiUrl)

  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy)
    reply.header('referrer-policy', 'same-origin')
  })

  for (const { path, file, type } of files) {
    const content = readFileSync(join(import.meta.dirname, 'page', file))
    app.get(path, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(content))
  }

  app.get('/config.json', async () => ({
    apiUrl: settings.apiUrl,
    loginUrl: settings.apiUrl + settings.loginPath,
    logoutUrl: settings.apiUrl + settings.logoutPath,
    tenant: settings.tenant,
    release: settings.release,
  }))

  app.get('/health', async () => ({ status: 'ok', release: settings.release }))
  return app
}

export const contentPolicy = (apiUrl: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${apiUrl}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
