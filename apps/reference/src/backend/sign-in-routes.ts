import type { FastifyInstance } from 'fastify'
import type { BackendEnv } from './backend-env.ts'
import { cookieLine, cookieNames, readCookie } from './cookie-jar.ts'
import { type SessionStore, sessionSeconds } from './session-store.ts'
import { type SignIn, signInSeconds } from './sign-in.ts'
import { admit } from './tenant-person.ts'

export type SignInParts = { readonly env: BackendEnv; readonly signIn: SignIn; readonly sessions: SessionStore }

export const signInRoutes = ({ env, signIn, sessions }: SignInParts) => {
  const names = cookieNames(env.API_URL)

  return async (app: FastifyInstance) => {
    app.get('/auth/login', async (request, reply) => {
      try {
        const { url, memory } = await signIn.start()
        return reply.header('set-cookie', cookieLine(names.signIn, memory, signInSeconds)).redirect(url.href, 303)
      } catch (error) {
        request.log.error({ err: error }, 'the identity provider does not answer')
        return page(
          reply.code(502),
          'Sign-in is not possible now',
          'The identity provider does not answer. Try again soon.',
        )
      }
    })

    app.get('/auth/callback', async (request, reply) => {
      const memory = readCookie(request.headers.cookie, names.signIn)
      const claims = await signIn.finish(request.url, memory).catch((error: Error) => {
        request.log.warn({ reason: error.message }, 'a sign-in was not finished')
        return undefined
      })
      if (claims === undefined) {
        return page(
          reply.code(400),
          'That did not work',
          'The sign-in was not finished or took too long. Start it again.',
        )
      }
      const admission = admit(claims, env.TENANT)
      if (!admission.admitted) {
        request.log.warn({ code: admission.code }, 'a person was refused')
        reply.header('set-cookie', cookieLine(names.signIn, '', 0))
        return page(reply.code(403), 'You cannot come in', admission.reason)
      }
      const token = await sessions.begin(admission.person)
      return reply
        .header('set-cookie', [cookieLine(names.session, token, sessionSeconds), cookieLine(names.signIn, '', 0)])
        .redirect(env.APP_URL, 303)
    })

    app.post('/auth/logout', async (request, reply) => {
      await sessions.end(readCookie(request.headers.cookie, names.session))
      return reply
        .header('set-cookie', cookieLine(names.session, '', 0))
        .code(204)
        .send()
    })
  }

  function page(reply: import('fastify').FastifyReply, title: string, sentence: string) {
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>` +
          '<meta name="viewport" content="width=device-width"><body style="font:1rem/1.5 system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem">' +
          `<h1>${title}</h1><p data-testid="refusal">${sentence}</p><p><a href="${env.APP_URL}">Back to the app</a></p></body></html>`,
      )
  }
}
