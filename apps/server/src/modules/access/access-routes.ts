import { z } from 'zod'
import { type Actor, permissions, roles } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Access } from './access-service.ts'
import { type ApiToken, longestDays } from './api-token.ts'
import { LimitsShape, NewPerson, type Person } from './person.ts'

export const PersonView = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(z.enum(roles)),
    limits: LimitsShape.meta({ description: 'Roles that are held for some regions, plans or customers only.' }),
    createdAt: z.date(),
    disabledAt: z.date().optional(),
  })
  .meta({ id: 'Person' })

export const TokenView = z
  .object({
    id: z.string(),
    personId: z.string(),
    name: z.string(),
    permissions: z.array(z.string()).optional().meta({ description: 'Left out: everything its person may do.' }),
    createdAt: z.date(),
    expiresAt: z.date(),
    lastUsedAt: z.date().optional(),
    revokedAt: z.date().optional(),
  })
  .meta({ id: 'ApiToken' })

const secretText = z.string().meta({ description: 'Shown this once; Nexus keeps only its hash.' })
const IssuedView = TokenView.extend({ token: secretText }).meta({ id: 'IssuedToken' })
const FirstAdminView = z
  .object({ person: PersonView, token: secretText, expiresAt: z.date() })
  .meta({ id: 'FirstAdmin' })
const WhoamiView = z
  .object({
    id: z.string(),
    name: z.string(),
    permissions: z.array(z.string()),
    limits: z.record(z.string(), z.array(z.record(z.string(), z.array(z.string())))).optional(),
  })
  .meta({ id: 'Whoami' })

const Page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(64).optional(),
})
const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().optional() })
const PersonParams = z.object({ personId: z.string().max(64) })
const NewTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(80).meta({ description: 'What it is for.' }),
  personId: z.string().max(64).optional().meta({ description: 'Whose it is; your own when left out.' }),
  permissions: z.array(z.enum(permissions)).min(1).optional().meta({ description: 'Narrows the token to these.' }),
  days: z.int().min(1).max(longestDays).optional(),
})

export const toPersonView = ({
  id,
  name,
  email,
  roles: held,
  limits,
  createdAt,
  disabledAt,
}: Person): z.infer<typeof PersonView> => ({
  id,
  name,
  email,
  roles: [...held],
  limits: structuredClone(limits) as z.infer<typeof LimitsShape>,
  createdAt,
  disabledAt,
})

const toTokenView = (token: ApiToken): z.infer<typeof TokenView> => ({
  ...token,
  permissions: token.permissions === undefined ? undefined : [...token.permissions],
})

const paged = <T extends { readonly id: string }, V>(found: readonly T[], limit: number, view: (each: T) => V) => {
  const last = found.length === limit ? found.at(-1) : undefined
  return { items: found.map(view), ...(last === undefined ? {} : { next: last.id }) }
}

const whoami = ({ id, name, permissions: held, limits }: Actor): z.infer<typeof WhoamiView> => ({
  id,
  name,
  permissions: [...held],
  ...(limits === undefined ? {} : { limits: structuredClone(limits) as z.infer<typeof WhoamiView>['limits'] }),
})

export const accessRoutes =
  ({ access }: { readonly access: Access }): Routes =>
  async (app) => {
    const tags = ['access']

    app.get(
      '/whoami',
      { config: { permission: 'signed-in' }, schema: { operationId: 'whoami', tags, response: { 200: WhoamiView } } },
      async (request) => whoami(request.actor),
    )

    app.post(
      '/access/bootstrap',
      {
        config: { permission: 'access.bootstrap', idempotent: false },
        schema: {
          operationId: 'createFirstAdmin',
          tags,
          summary: 'With the bootstrap token: makes the first admin, and ends that token.',
          body: NewPerson.pick({ name: true, email: true }),
          response: { 201: FirstAdminView },
        },
      },
      async (request, reply) => {
        const { person, text, token } = await access.createFirstAdmin(request.actor, request.body)
        return reply.code(201).send({ person: toPersonView(person), token: text, expiresAt: token.expiresAt })
      },
    )

    app.get(
      '/people',
      {
        config: { permission: 'access.read' },
        schema: { operationId: 'listPeople', tags, querystring: Page, response: { 200: pageOf(PersonView) } },
      },
      async ({ actor, query }) => paged(await access.listPeople(actor, query), query.limit, toPersonView),
    )

    app.post(
      '/people',
      {
        config: { permission: 'access.write' },
        schema: { operationId: 'createPerson', tags, body: NewPerson, response: { 201: PersonView } },
      },
      async (request, reply) =>
        reply.code(201).send(toPersonView(await access.createPerson(request.actor, request.body))),
    )

    app.put(
      '/people/:personId/roles',
      {
        config: { permission: 'access.write' },
        schema: {
          operationId: 'setRoles',
          tags,
          params: PersonParams,
          summary: 'Without `limits` the roles that stay keep theirs.',
          body: NewPerson.pick({ roles: true, limits: true }),
          response: { 200: PersonView },
        },
      },
      async ({ actor, params, body }) => toPersonView(await access.setRoles(actor, params.personId, body)),
    )

    app.put(
      '/people/:personId/disable',
      {
        config: { permission: 'access.write' },
        schema: { operationId: 'disablePerson', tags, params: PersonParams, response: { 200: PersonView } },
      },
      async ({ actor, params }) => toPersonView(await access.disablePerson(actor, params.personId)),
    )

    app.put(
      '/people/:personId/enable',
      {
        config: { permission: 'access.write' },
        schema: { operationId: 'enablePerson', tags, params: PersonParams, response: { 200: PersonView } },
      },
      async ({ actor, params }) => toPersonView(await access.enablePerson(actor, params.personId)),
    )

    app.get(
      '/tokens',
      {
        config: { permission: 'signed-in' },
        schema: {
          operationId: 'listTokens',
          tags,
          summary: 'Your own tokens; with access.read also those of another person, or with `everyone` all.',
          querystring: Page.extend({ personId: z.string().max(64).optional(), everyone: z.stringbool().optional() }),
          response: { 200: pageOf(TokenView) },
        },
      },
      async ({ actor, query: { everyone, personId, ...page } }) => {
        const whose = everyone === true ? undefined : (personId ?? actor.id)
        return paged(await access.listTokens(actor, { ...page, personId: whose }), page.limit, toTokenView)
      },
    )

    app.post(
      '/tokens',
      {
        config: { permission: 'signed-in', secretAnswer: true },
        schema: { operationId: 'createToken', tags, body: NewTokenBody, response: { 201: IssuedView } },
      },
      async (request, reply) => {
        const { token, text } = await access.createToken(request.actor, request.body)
        return reply.code(201).send({ ...toTokenView(token), token: text })
      },
    )

    app.delete(
      '/tokens/:tokenId',
      {
        config: { permission: 'signed-in' },
        schema: {
          operationId: 'revokeToken',
          tags,
          params: z.object({ tokenId: z.string().max(64) }),
          response: { 200: TokenView },
        },
      },
      async ({ actor, params }) => toTokenView(await access.revokeToken(actor, params.tokenId)),
    )
  }
