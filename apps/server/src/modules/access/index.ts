/**
 * access: people of Nexus itself, their roles, their API tokens and the way in for the first admin.
 *
 * Owns who an actor is. Never decides what a role grants (platform/actor.ts does), never keeps a token's text.
 */
export { accessRoutes } from './access-routes.ts'
export { type Access, accessService } from './access-service.ts'
export type { ApiToken, IssuedToken } from './api-token.ts'
export type { Person, PersonId } from './person.ts'
