import { z } from 'zod'
import { checkStatuses } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Instance, InstanceSlot } from './instance.ts'
import { instanceStates } from './instance.ts'
import type { Instances } from './instance-service.ts'
import { checkStack, fixStack, insideFolder } from './stack-folder.ts'
import { stackJsonSchema } from './stack-manifest.ts'
import { slots } from './stack-schema.ts'

const InstanceView = z.object({
  id: z.string(),
  orderId: z.string(),
  environment: z.string(),
  tenant: z.string(),
  stack: z.string(),
  plan: z.string(),
  hostId: z.string(),
  domain: z.string(),
  appUrl: z.string(),
  apiUrl: z.string(),
  state: z.enum(instanceStates),
  activeSlot: z.enum(slots).optional(),
  openclaw: z
    .object({ urlRef: z.string(), keyRef: z.string() })
    .optional()
    .meta({ description: 'References, not values' }),
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
})
const SlotView = z.object({
  slot: z.enum(slots),
  releaseId: z.string(),
  stepsDone: z.number().int().meta({ description: 'Of the seven steps of a deployment' }),
  migrationVersion: z.string().optional(),
  changedAt: z.iso.datetime(),
})
const ServiceView = z.object({
  service: z.string(),
  state: z.enum(['running', 'starting', 'stopped', 'failed', 'absent']),
  restarts: z.number().int(),
  detail: z.string(),
})
const VariableView = z.object({
  name: z.string(),
  group: z.string(),
  secret: z.boolean(),
  required: z.boolean(),
  set: z.boolean(),
  origin: z.string(),
  reference: z.string().optional(),
})
const CheckView = z.object({
  name: z.string(),
  title: z.string(),
  status: z.enum(checkStatuses),
  summary: z.string(),
  asked: z.string(),
  vantage: z.string(),
  at: z.string(),
  seconds: z.number().optional(),
  evidence: z.string().optional(),
})
const ProblemView = z.object({ path: z.string(), message: z.string() })
const StackAnswer = z.object({
  accepted: z.boolean(),
  stack: z.object({ name: z.string(), release: z.string(), runtime: z.string() }).optional(),
  problems: z.array(ProblemView),
  warnings: z.array(ProblemView),
})

const FixAnswer = z
  .object({
    accepted: z.boolean(),
    file: z.string().meta({ description: 'The name of the Compose file in the manifest' }),
    text: z.string().meta({ description: 'The version that is accepted, or as near to it as it can be made' }),
    changes: z.array(ProblemView).meta({ description: 'What was changed, and why' }),
    left: z.array(ProblemView).meta({ description: 'What only a person can decide' }),
  })
  .meta({ id: 'FixedStack' })

const Params = z.object({ instanceId: z.string().max(64) })
const Query = z.object({
  orderId: z.string().max(64).optional(),
  hostId: z.string().max(64).optional(),
  state: z.enum(instanceStates).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  after: z.string().max(64).optional(),
})
const LogQuery = z.object({
  service: z.string().min(1).max(64),
  lines: z.coerce.number().int().min(1).max(2000).default(50),
  slot: z.enum(slots).optional(),
})
const StackBody = z.strictObject({
  folder: z.string().min(1).max(300).meta({ description: 'Below the folder of stacks on the control plane' }),
  manifest: z.string().min(1).max(128).default('stack.yaml'),
})

export const instanceView = (each: Instance): z.output<typeof InstanceView> => ({
  id: each.id,
  orderId: each.orderId,
  environment: each.environment,
  tenant: each.tenant,
  stack: each.stack,
  plan: each.plan,
  hostId: each.hostId,
  domain: each.domain,
  appUrl: each.appUrl,
  apiUrl: each.apiUrl,
  state: each.state,
  ...(each.activeSlot ? { activeSlot: each.activeSlot } : {}),
  ...(each.openclaw ? { openclaw: { ...each.openclaw } } : {}),
  createdAt: each.createdAt.toISOString(),
  changedAt: each.changedAt.toISOString(),
})

const slotView = (each: InstanceSlot): z.output<typeof SlotView> => ({
  slot: each.slot,
  releaseId: each.releaseId,
  stepsDone: each.stepsDone,
  ...(each.migrationVersion === undefined ? {} : { migrationVersion: each.migrationVersion }),
  changedAt: each.changedAt.toISOString(),
})

const VariableParams = Params.extend({ name: z.string().max(64) })
const VariableBody = z.strictObject({
  value: z.string().max(65_536),
  secret: z.boolean().default(false).meta({ description: 'Kept sealed; where the stack says so it is in any case' }),
})
const GivenView = z.object({ name: z.string(), secret: z.boolean(), reference: z.string().optional() })

const items = <T extends z.ZodType>(item: T) => ({ 200: z.object({ items: z.array(item) }) })
const tags = ['instances']
const read = { permission: 'instances.read' } as const

export const instanceRoutes =
  ({ instances, stacksFolder }: { readonly instances: Instances; readonly stacksFolder: string }): Routes =>
  async (app) => {
    app.get(
      '/instances',
      {
        config: read,
        schema: {
          operationId: 'listInstances',
          tags,
          querystring: Query,
          response: { 200: z.object({ items: z.array(InstanceView), next: z.string().optional() }) },
        },
      },
      async (request) => {
        const found = await instances.list(request.actor, request.query)
        return { items: found.items.map(instanceView), ...(found.next === undefined ? {} : { next: found.next }) }
      },
    )

    app.get(
      '/instances/:instanceId',
      {
        config: read,
        schema: {
          operationId: 'getInstance',
          tags,
          params: Params,
          response: { 200: InstanceView.extend({ slots: z.array(SlotView) }) },
        },
      },
      async (request) => ({
        ...instanceView(await instances.find(request.actor, request.params.instanceId)),
        slots: (await instances.slots(request.actor, request.params.instanceId)).map(slotView),
      }),
    )

    app.get(
      '/instances/:instanceId/services',
      {
        config: read,
        schema: { operationId: 'listInstanceServices', tags, params: Params, response: items(ServiceView) },
      },
      async (request) => ({ items: [...(await instances.observe(request.actor, request.params.instanceId))] }),
    )

    app.get(
      '/instances/:instanceId/logs',
      {
        config: read,
        schema: {
          operationId: 'getInstanceLogs',
          tags,
          params: Params,
          querystring: LogQuery,
          response: { 200: z.object({ service: z.string(), text: z.string() }) },
        },
      },
      async (request) => ({
        service: request.query.service,
        text: await instances.logs(request.actor, request.params.instanceId, request.query),
      }),
    )

    app.get(
      '/instances/:instanceId/checks',
      { config: read, schema: { operationId: 'listInstanceChecks', tags, params: Params, response: items(CheckView) } },
      async (request) => ({ items: await instances.checks(request.actor, request.params.instanceId) }),
    )

    app.get(
      '/instances/:instanceId/env',
      { config: read, schema: { operationId: 'getInstanceEnv', tags, params: Params, response: items(VariableView) } },
      async (request) => ({
        items: (await instances.env(request.actor, request.params.instanceId)).map(({ reference, ...each }) => ({
          ...each,
          ...(reference === undefined ? {} : { reference }),
        })),
      }),
    )

    app.put(
      '/instances/:instanceId/env/:name',
      {
        config: { permission: 'instances.write' },
        schema: {
          operationId: 'setInstanceVariable',
          tags,
          description: 'Counts from the next deployment on.',
          params: VariableParams,
          body: VariableBody,
          response: { 200: GivenView },
        },
      },
      async (request) => {
        const { instanceId, name } = request.params
        const { reference, ...given } = await instances.giveVariable(request.actor, instanceId, {
          name,
          ...request.body,
        })
        return { ...given, ...(reference === undefined ? {} : { reference }) }
      },
    )

    app.get(
      '/stacks/schema',
      {
        config: read,
        schema: { operationId: 'getStackSchema', tags, response: { 200: z.record(z.string(), z.unknown()) } },
      },
      async () => ({ ...stackJsonSchema() }),
    )

    const check = async (asked: z.output<typeof StackBody>) => {
      const { stack, problems, warnings } = await checkStack(
        await insideFolder(stacksFolder, asked.folder),
        asked.manifest,
      )
      const named = stack && { name: stack.name, release: stack.release, runtime: stack.runtime }
      return {
        accepted: problems.length === 0,
        ...(named ? { stack: named } : {}),
        problems: [...problems],
        warnings: [...warnings],
      }
    }
    app.get(
      '/stacks/check',
      {
        config: read,
        schema: { operationId: 'checkStack', tags, querystring: StackBody, response: { 200: StackAnswer } },
      },
      async (request) => check(request.query),
    )
    app.post(
      '/stacks/check',
      {
        config: { ...read, idempotent: false },
        schema: { operationId: 'checkStackNow', tags, body: StackBody, response: { 200: StackAnswer } },
      },
      async (request) => check(request.body),
    )

    app.post(
      '/stacks/fix',
      {
        config: { ...read, idempotent: false },
        schema: {
          operationId: 'fixStack',
          tags,
          description: 'Answers the accepted version of the Compose file; writes nothing.',
          body: StackBody,
          response: { 200: FixAnswer },
        },
      },
      async ({ body }) => {
        const fixed = await fixStack(await insideFolder(stacksFolder, body.folder), body.manifest)
        const left = [...fixed.manifestProblems, ...fixed.left]
        return {
          accepted: left.length === 0,
          file: fixed.file,
          text: fixed.text,
          changes: [...fixed.changes],
          left,
        }
      },
    )
  }
