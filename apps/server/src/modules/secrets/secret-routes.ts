import { z } from 'zod'
import type { Actor } from '../../platform/actor.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { MasterKeys } from './master-key-rotation.ts'
import { fromRef, isSecretWord, longestValue, type Secret, type SecretName, toRef } from './secret.ts'
import type { Secrets } from './secret-service.ts'

const SecretWord = z.string().refine(isSecretWord, 'Letters, digits, dots, dashes and underscores, at most 100.')
const Params = z.object({ tenant: SecretWord, name: SecretWord })
const Value = z.string().min(1).max(longestValue).meta({ description: 'The value. It is never shown again.' })

const SecretRefView = z
  .object({
    ref: z.string().meta({ description: 'What to write where the value is meant.', example: 'secret:acme/API_KEY@2' }),
    version: z.int(),
  })
  .meta({ id: 'SecretRef' })
const SecretView = z
  .object({
    tenant: z.string(),
    name: z.string(),
    version: z.int(),
    ref: z.string(),
    createdAt: z.date(),
    createdBy: z.string(),
  })
  .meta({ id: 'Secret' })
const WhereView = z
  .object({ ref: z.string(), version: z.int(), uses: z.array(z.object({ subject: z.string(), place: z.string() })) })
  .meta({ id: 'SecretUses' })

const MasterKeyView = z
  .object({
    keyId: z.string().meta({ description: 'A fingerprint; it says nothing of the key.' }),
    since: z.date(),
    resealed: z.int(),
  })
  .meta({ id: 'MasterKey' })

const toView = ({ tenant, name, version, createdAt, createdBy }: Secret): z.infer<typeof SecretView> => ({
  tenant,
  name,
  version,
  ref: toRef({ tenant, name, version }),
  createdAt,
  createdBy,
})

/** Bringing a new version to whoever runs with an older one crosses nouns: a flow, handed in by app/. */
export type SecretRouteDeps = {
  readonly secrets: Secrets
  readonly masterKeys: MasterKeys
  readonly runs: { readonly apply: (actor: Actor, of: SecretName) => Promise<string> }
}

const toRefView = (ref: string) => ({ ref, version: fromRef(ref).version })

function afterOf(text: string | undefined): SecretName | undefined {
  const [tenant, name] = text?.split('/') ?? []
  return tenant && name ? { tenant, name } : undefined
}

export const secretRoutes =
  ({ secrets, masterKeys, runs }: SecretRouteDeps): Routes =>
  async (app) => {
    const tags = ['secrets']

    app.get(
      '/secrets',
      {
        config: { permission: 'secrets.read' },
        schema: {
          operationId: 'listSecrets',
          tags,
          summary: 'The latest version of each secret; never a value.',
          querystring: z.object({
            tenant: SecretWord.optional(),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(201).optional(),
          }),
          response: { 200: z.object({ items: z.array(SecretView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query: { tenant, limit, after } }) => {
        const found = await secrets.list(actor, { tenant, limit, after: afterOf(after) })
        const last = found.length === limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: `${last.tenant}/${last.name}` } : {}) }
      },
    )

    app.post(
      '/master-key/rotate',
      {
        config: { permission: 'secrets.master', idempotent: false },
        schema: {
          operationId: 'rotateMasterKey',
          tags,
          summary: 'Moves to the key in masterKeyNextFile and seals everything anew, while everything runs.',
          response: { 200: MasterKeyView },
        },
      },
      async ({ actor }) => masterKeys.rotate(actor),
    )

    app.put(
      '/secrets/:tenant/:name',
      {
        config: { permission: 'secrets.write' },
        schema: {
          operationId: 'setSecret',
          tags,
          params: Params,
          body: z.strictObject({ value: Value }),
          response: { 200: SecretRefView },
        },
      },
      async ({ actor, params, body }) => toRefView(await secrets.put(actor, { ...params, value: body.value })),
    )

    app.post(
      '/secrets/:tenant/:name/rotate',
      {
        config: { permission: 'secrets.write' },
        schema: {
          operationId: 'rotateSecret',
          tags,
          summary: 'A new version: of the given value, or of one that nobody has seen.',
          params: Params,
          body: z.strictObject({
            value: Value.optional(),
            from: z.int().min(1).optional().meta({ description: 'The version to leave; makes a repeat harmless.' }),
          }),
          response: { 200: SecretRefView },
        },
      },
      async ({ actor, params, body }) => toRefView(await secrets.rotate(actor, { ...params, ...body })),
    )

    app.post(
      '/secrets/:tenant/:name/apply',
      {
        config: { permission: 'secrets.write' },
        schema: {
          operationId: 'applySecret',
          tags,
          summary: 'Rolls the newest version to the instances that run with an older one, one by one, checked.',
          params: Params,
          response: { 202: z.object({ runId: z.string() }) },
        },
      },
      async ({ actor, params }, reply) => reply.code(202).send({ runId: await runs.apply(actor, params) }),
    )

    app.get(
      '/secrets/:tenant/:name/where',
      {
        config: { permission: 'secrets.read' },
        schema: {
          operationId: 'whereSecret',
          tags,
          params: Params,
          response: { 200: z.object({ items: z.array(WhereView) }) },
        },
      },
      async ({ actor, params }) => ({
        items: (await secrets.where(actor, params)).map((each) => ({ ...each, uses: [...each.uses] })),
      }),
    )
  }
