import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { buildFacts } from '../common/build-facts.ts'
import { bearerToken, secretEqual } from '../common/secret-equal.ts'
import { trouble, webService } from '../common/web-service.ts'
import type { BackendEnv } from './backend-env.ts'
import { cookieNames, readCookie } from './cookie-jar.ts'
import { allowOnlyOrigin } from './cross-origin.ts'
import { migrationStatus, shippedMigrations } from './migration-run.ts'
import { noteStore } from './note-store.ts'
import { OpenClawError, openClawClient } from './openclaw-client.ts'
import { sessionStore } from './session-store.ts'
import { signIn } from './sign-in.ts'
import { signInRoutes } from './sign-in-routes.ts'
import type { Person } from './tenant-person.ts'

export function backendServer(env: BackendEnv, db: pg.Pool): FastifyInstance {
  const app = webService({ name: 'backend', logLevel: env.LOG_LEVEL })
  const sessions = sessionStore(db, env.SESSION_SECRET)
  const notes = noteStore(db, env.TENANT)
  const migrations = shippedMigrations()
  const openClaw = openClawClient({
    url: env.OPENCLAW_API_URL,
    key: env.OPENCLAW_API_KEY,
    provider: env.MODEL_PROVIDER,
  })
  const names = cookieNames(env.API_URL)

  allowOnlyOrigin(app, env.APP_URL)
  app.addHook('onClose', async () => db.end())
  app.register(signInRoutes({ env, signIn: signIn(env), sessions }))

  const personOf = (request: FastifyRequest): Promise<Person | undefined> =>
    sessions.find(readCookie(request.headers.cookie, names.session), env.TENANT)
  const isSmokeTest = (given: string) => secretEqual(given, env.SMOKE_TOKEN)

  app.get('/health', async (_request, reply) => {
    const [pending, openclaw] = await Promise.all([pendingMigrations(), openClaw.isHealthy()])
    const parts = {
      database: pending === undefined ? 'unavailable' : 'ok',
      openclaw: openclaw ? 'ok' : 'unavailable',
      migrations: pending === undefined ? 'unknown' : pending.length === 0 ? 'ok' : 'pending',
    }
    const well = buildFacts.fault !== 'health' && Object.values(parts).every((part) => part === 'ok')
    const status = well ? 'ok' : 'degraded'
    return reply.code(well ? 200 : 503).send({ status, ...parts, release: env.RELEASE || buildFacts.version })
  })

  async function pendingMigrations(): Promise<readonly string[] | undefined> {
    return migrationStatus(db, migrations).then(
      ({ pending }) => pending,
      () => undefined,
    )
  }

  app.get('/api/me', async (request, reply) => (await personOf(request)) ?? notSignedIn(reply))

  app.get('/api/notes', async (request, reply) => {
    if ((await personOf(request)) === undefined) return notSignedIn(reply)
    return { notes: await notes.list() }
  })

  app.post<{ Body: { text: string } }>(
    '/api/notes',
    { schema: { body: textBody('text', 2000) } },
    async (request, reply) => {
      const person = await personOf(request)
      if (person === undefined) return notSignedIn(reply)
      return reply.code(201).send(await notes.add(person.email || person.subject, request.body.text))
    },
  )

  app.post<{ Body: { prompt: string } }>(
    '/api/ask',
    { schema: { body: textBody('prompt', 4000) } },
    async (request, reply) => {
      const smokeToken = request.headers['x-nexus-smoke']
      const smokeTest = typeof smokeToken === 'string' && isSmokeTest(smokeToken)
      if (!smokeTest && (await personOf(request)) === undefined) return notSignedIn(reply)
      return withOpenClaw(reply, async () => ({ answer: await openClaw.complete(request.body.prompt) }))
    },
  )

  app.post('/api/smoke', async (request, reply) => {
    if (!isSmokeTest(bearerToken(request.headers.authorization))) {
      return reply.code(401).send(trouble('token.wrong', 'The smoke test token is missing or wrong.'))
    }
    const database = await notes.proveRoundTrip(`smoke test ${request.id}`).catch(() => false)
    return withOpenClaw(reply, async () => {
      const tool = (await openClaw.calculateInSandbox('6 * (3 + 4)')) === 42
      const model = (await openClaw.complete('What is 6 * 7?')).includes('42')
      const passed = database && tool && model
      reply.code(passed ? 200 : 503)
      return { status: passed ? 'passed' : 'failed', database, tool, model, release: env.RELEASE || buildFacts.version }
    })
  })

  app.get('/api/admin/users', async (request, reply) => {
    const person = await personOf(request)
    if (person === undefined) return notSignedIn(reply)
    if (person.role !== 'admin') {
      return reply.code(403).send(trouble('role.missing', 'Only administrators may see this.'))
    }
    const users = await db.query<{ email: string; role: string }>(
      'SELECT DISTINCT email, role FROM session WHERE tenant = $1 AND expires_at > now() ORDER BY email',
      [env.TENANT],
    )
    return { users: users.rows }
  })

  return app
}

const notSignedIn = (reply: FastifyReply) => reply.code(401).send(trouble('session.missing', 'Sign in first.'))

async function withOpenClaw(reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OpenClawError)) throw error
    return reply.code(502).send(trouble('openclaw.failed', error.message))
  }
}

const textBody = (name: string, maxLength: number) => ({
  type: 'object',
  required: [name],
  additionalProperties: false,
  properties: { [name]: { type: 'string', minLength: 1, maxLength } },
})
