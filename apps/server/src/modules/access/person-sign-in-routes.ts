import type {} from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { PersonView, toPersonView } from './access-routes.ts'
import { attemptCookie, attemptSeconds, placeHere, type Session, sessionCookie } from './browser-session.ts'
import type { SignIn } from './person-sign-in.ts'

const WayInView = z
  .object({
    signIn: z
      .object({ name: z.string(), at: z.string().meta({ description: 'Where a browser begins.' }) })
      .optional()
      .meta({ description: 'Left out: people sign in with API tokens only.' }),
    session: z
      .object({
        personId: z.string(),
        name: z.string(),
        csrf: z.string().meta({ description: 'Sent as x-nexus-csrf with everything that changes something.' }),
        expiresAt: z.date(),
      })
      .optional()
      .meta({ description: 'Who this browser is signed in as.' }),
  })
  .meta({ id: 'WayIn' })

const SessionView = z
  .object({
    id: z.string(),
    personId: z.string(),
    address: z.string(),
    createdAt: z.date(),
    lastUsedAt: z.date(),
    expiresAt: z.date(),
    endedAt: z.date().optional(),
  })
  .meta({ id: 'Session' })

const toSessionView = (session: Session): z.infer<typeof SessionView> => session

/** `__Host-` asks for Secure, the path / and no domain; browsers take it on loopback without TLS too. */
const always = { path: '/', httpOnly: true, secure: true } as const

const setCookie = (reply: FastifyReply, name: string, value: string, seconds: number, sameSite: 'lax' | 'strict') =>
  reply.header('set-cookie', reply.server.serializeCookie(name, value, { ...always, sameSite, maxAge: seconds }))

export const cookieOf = (request: FastifyRequest, name: string): string | undefined =>
  request.server.parseCookie(request.headers.cookie ?? '')[name]

/** The doors a browser itself goes through; what goes wrong there is told by the console. */
export const signInDoors =
  ({ signIn, now }: { readonly signIn: SignIn; readonly now: () => Date }): Routes =>
  async (app) => {
    const config = { permission: 'public' as const, troublePage: '/' }

    app.get(
      '/sign-in',
      { config, schema: { querystring: z.object({ to: z.string().max(400).optional() }) } },
      async ({ query }, reply) => {
        const { attempt, url } = await signIn.beginSignIn()
        const kept = `${attempt}.${Buffer.from(placeHere(query.to)).toString('base64url')}`
        setCookie(reply, attemptCookie, kept, attemptSeconds, 'lax')
        return reply.header('cache-control', 'no-store').redirect(url, 303)
      },
    )

    app.get('/sign-in/callback', { config }, async (request, reply) => {
      const [attempt, place = ''] = cookieOf(request, attemptCookie)?.split('.') ?? []
      setCookie(reply, attemptCookie, '', 0, 'lax')
      const query = new URLSearchParams(request.url.split('?')[1] ?? '')
      const { text, session } = await signIn.finishSignIn(attempt, query, request.ip)
      const seconds = Math.floor((session.expiresAt.getTime() - now().getTime()) / 1000)
      setCookie(reply, sessionCookie, text, seconds, 'strict')
      const to = placeHere(Buffer.from(place, 'base64url').toString('utf8'))
      return reply.header('cache-control', 'no-store').redirect(to, 303)
    })
  }

export const signInRoutes =
  ({ signIn }: { readonly signIn: SignIn }): Routes =>
  async (app) => {
    const tags = ['access']

    app.get(
      '/sign-in',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'getWayIn',
          tags,
          summary: 'How one signs in here, and who this browser is signed in as.',
          response: { 200: WayInView },
        },
      },
      async (request) => {
        const text = cookieOf(request, sessionCookie)
        const current = text ? await signIn.authenticateSession(text).catch(() => undefined) : undefined
        return {
          ...(signIn.providerName ? { signIn: { name: signIn.providerName, at: '/sign-in' } } : {}),
          ...(current
            ? {
                session: {
                  personId: current.actor.id,
                  name: current.actor.name,
                  csrf: current.csrf,
                  expiresAt: current.session.expiresAt,
                },
              }
            : {}),
        }
      },
    )

    app.post(
      '/sign-out',
      {
        config: { permission: 'signed-in', idempotent: false },
        schema: {
          operationId: 'signOut',
          tags,
          summary: 'Ends the session of this browser.',
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        const text = cookieOf(request, sessionCookie)
        const current = text ? await signIn.authenticateSession(text) : undefined
        if (current) await signIn.endSession(current.actor, current.session.id)
        setCookie(reply, sessionCookie, '', 0, 'strict')
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/sessions',
      {
        config: { permission: 'signed-in' },
        schema: {
          operationId: 'listSessions',
          tags,
          summary: 'Your own open sessions; with access.read also those of another person, or with `everyone` all.',
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
            personId: z.string().max(64).optional(),
            everyone: z.stringbool().optional(),
          }),
          response: { 200: z.object({ items: z.array(SessionView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query: { everyone, personId, ...page } }) => {
        const whose = everyone === true ? undefined : (personId ?? actor.id)
        const found = await signIn.listSessions(actor, { ...page, personId: whose })
        const last = found.length === page.limit ? found.at(-1) : undefined
        return { items: found.map(toSessionView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.delete(
      '/sessions/:sessionId',
      {
        config: { permission: 'signed-in' },
        schema: {
          operationId: 'endSession',
          tags,
          params: z.object({ sessionId: z.string().max(64) }),
          response: { 200: SessionView },
        },
      },
      async ({ actor, params }) => toSessionView(await signIn.endSession(actor, params.sessionId)),
    )

    app.delete(
      '/people/:personId/login',
      {
        config: { permission: 'access.write' },
        schema: {
          operationId: 'unlinkPerson',
          tags,
          summary: 'Lets go of the account a person signs in with; the next one with their verified address is linked.',
          params: z.object({ personId: z.string().max(64) }),
          response: { 200: PersonView },
        },
      },
      async ({ actor, params }) => toPersonView(await signIn.unlinkPerson(actor, params.personId)),
    )
  }
