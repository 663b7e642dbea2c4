import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Actor, Permission } from './actor.ts'

/** What a route asks for: a permission, any signed-in person, or nothing. */
export type RoutePermission = Permission | 'signed-in' | 'public'

/**
 * What a limited grant means for a route. `rows`: what it asks of the database is held to the limits. `whole`: it takes a
 * grant without limits. `free`: nothing of a customer is in it.
 */
export type ScopeRule = 'rows' | 'whole' | 'free'

/** One event of a stream; `data` is sent as JSON on one line. */
export type StreamEvent = { readonly event?: string; readonly id?: string; readonly data: unknown }

/** Given `send`, starts to listen and answers how to stop. `send` answers false when the reader is gone. */
export type Subscribe = (
  send: (event: StreamEvent) => boolean,
  signal: AbortSignal,
) => (() => void) | undefined | Promise<(() => void) | undefined>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks: the owner of the token, or `anonymous` on a public route. */
    actor: Actor
  }

  interface FastifyReply {
    /**
     * Answers with server-sent events until the reader leaves or a quarter of an hour is over (clients come back by
     * themselves). A reader who does not keep up is dropped.
     */
    sse(subscribe: Subscribe): Promise<void>
  }

  interface FastifyContextConfig {
    /** Every route declares it; the server does not start when one forgot. */
    permission?: RoutePermission
    /** Where it is another one than that of its permission (http-scope.ts). */
    scope?: ScopeRule
    /** False takes a POST out of the handling of `Idempotency-Key`, for verbs that create nothing. */
    idempotent?: boolean
    /** A page for browsers: what goes wrong is told there, by its code, instead of as a problem document. */
    troublePage?: string
    /** Not counted against the share of its caller: health, metrics, webhooks. */
    unlimited?: boolean
    /** Answered under any load and without a place in the line: for what watches the process. */
    urgent?: boolean
    /** The answer holds a secret that is shown once, so it is not kept for a repeated `Idempotency-Key`. */
    secretAnswer?: boolean
  }
}

/** The routes of a module: mounted under `/api/v1`. */
export type Routes = FastifyPluginAsyncZod
