/**
 * access: people of Nexus itself, their roles, their API tokens and sessions, and the way in for the first admin.
 *
 * Owns who an actor is. Never decides what a role grants (platform/actor.ts does), never keeps a token's text.
 */
export { accessReviewRoutes } from './access-review-routes.ts'
export { accessRoutes } from './access-routes.ts'
export { type Access, accessService } from './access-service.ts'
export type { ApiToken, IssuedToken } from './api-token.ts'
export { sessionCookie } from './browser-session.ts'
export type { Person, PersonId } from './person.ts'
export { type ProvenAccount, type SignIn, type SignInProvider, signIn } from './person-sign-in.ts'
export { cookieOf, signInDoors, signInRoutes } from './person-sign-in-routes.ts'
