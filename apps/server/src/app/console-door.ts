import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { Routes } from '../platform/http-types.ts'
import { publicFiles } from './http-permissions.ts'

/** Where `npm run build -w apps/console` puts the console. */
export const builtConsole = fileURLToPath(new URL('../../../console/dist', import.meta.url))

/** Scripts and styles from here only, no words into markup, nobody may frame it, and it talks to this server alone. */
export const consolePolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ')

/** What the console shows by itself: every address that may be typed, reloaded or sent to a colleague. */
const clientRoutes = ['/', '/orders', '/orders/:ticket']

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Nexus</title>
<h1>The console is not built yet</h1>
<p>Build it and load this page again: <code>npm run build -w apps/console</code></p>
<p>The API is at <a href="/docs">/docs</a>; in a terminal: <code>nexusctl order list</code></p>
</html>
`

/**
 * Serves the built console at the root. Owns the pages' addresses and `/assets/`, nothing else: what it does not know
 * stays 404 in the words of the API. Files may appear or be replaced while the server runs.
 */
export const consoleDoor =
  ({ dist = builtConsole }: { readonly dist?: string } = {}): Routes =>
  async (app) => {
    await app.register(
      publicFiles(async (files: FastifyInstance) => {
        files.setErrorHandler<FastifyError>((error, _request, reply) => {
          if (error.statusCode === undefined || error.statusCode >= 500) throw error
          reply.callNotFound()
        })
        await files.register(fastifyStatic, {
          root: join(dist, 'assets'),
          prefix: '/assets/',
          index: false,
          dotfiles: 'deny',
          // Their names hold a hash of what is in them.
          immutable: true,
          maxAge: '365d',
          suppressWarning: true,
        })
        for (const path of clientRoutes) files.get(path, async (_request, reply) => sendPage(reply, dist))
      }),
    )
  }

/** Asked about at every load, so that a new build is seen at once. */
async function sendPage(reply: FastifyReply, dist: string): Promise<FastifyReply> {
  reply.header('content-security-policy', consolePolicy)
  const built = await access(join(dist, 'index.html')).then(
    () => true,
    () => false,
  )
  if (!built) {
    return reply.code(503).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(notBuilt)
  }
  return reply.header('cache-control', 'no-cache').sendFile('index.html', dist, { cacheControl: false })
}
