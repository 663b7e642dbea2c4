import type { FastifyInstance } from 'fastify'

/**
 * A connection that was answering when the server began to close would stay open for as long as its client keeps it: it
 * is closed once it is idle, and what is still open after `longestSeconds` is cut off.
 */
export function letConnectionsGo(app: FastifyInstance, longestSeconds = 10): void {
  app.addHook('preClose', async () => {
    const idle = setInterval(() => app.server.closeIdleConnections(), 50)
    const rest = setTimeout(() => app.server.closeAllConnections(), longestSeconds * 1000)
    app.server.once('close', () => {
      clearInterval(idle)
      clearTimeout(rest)
    })
  })
}
