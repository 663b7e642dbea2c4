import { z } from 'zod'

/** What a stack is, in a file its authors write: services, what they need, how to see that they are well. */

export const slots = ['a', 'b'] as const
export type Slot = (typeof slots)[number]

export const isSlot = (value: unknown): value is Slot => value === 'a' || value === 'b'

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, 'must be the name of a file beside the manifest')
const serviceName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be small letters, digits and -')
const variableName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be capital letters, digits and _')
const oneLine = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line of text')
const command = z.array(oneLine).min(1).max(64)
const urlPath = z.string().regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, 'must be a path that begins with /')
const within = z.number().int().min(1).max(600).meta({ description: 'Seconds until it must have succeeded' })

export const knownSources = [
  'database.url',
  'identity.issuer',
  'identity.clientId',
  'identity.clientSecret',
  'identity.tenant',
  'instance.appUrl',
  'instance.apiUrl',
  'instance.domain',
  'instance.release',
] as const
const source = z
  .string()
  .refine((value) => knownSources.some((each) => each === value) || /^service\.[a-z][a-z0-9-]*\.url$/.test(value), {
    message: `must be one of: ${knownSources.join(', ')}, service.<name>.url`,
  })

const variable = z.strictObject({
  group: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/)
    .meta({ description: 'db, auth, openclaw, model, app, ...' }),
  required: z.boolean().default(false),
  secret: z.boolean().default(false).meta({ description: 'Kept in the secret store, shown nowhere' }),
  generate: z
    .number()
    .int()
    .min(16)
    .max(128)
    .optional()
    .meta({ description: 'Bytes of chance, made once an instance' }),
  from: source.optional(),
  default: z.string().max(4000).optional(),
  pattern: z.string().max(300).refine(isPattern, 'must be a regular expression').optional(),
  title: oneLine.optional(),
})

const health = z.strictObject({
  path: urlPath,
  status: z.number().int().min(100).max(599).default(200),
  within: within.default(30),
})

const service = z.strictObject({
  command: command.optional().meta({ description: 'Needed under systemd; under Compose the file says it' }),
  check: command.optional().meta({ description: 'Ends 0 when the environment is complete; starts nothing' }),
  environment: z.array(variableName).default([]),
  port: z.number().int().min(1024).max(65_000).meta({ description: 'On 127.0.0.1 in slot a; slot b has port + 100' }),
  health,
  needs: z.array(serviceName).default([]),
  memory: z
    .string()
    .regex(/^\d{1,6}[MG]$/, 'must look like 512M or 1G')
    .default('1G'),
})

const image = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,200}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$/, 'must be an image name with a tag'),
  file: fileName.optional().meta({ description: 'What docker save wrote, beside the manifest' }),
  pull: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/, 'must be registry/name@sha256:...')
    .optional(),
  login: z
    .strictObject({ user: oneLine, password: variableName })
    .optional()
    .meta({ description: 'Given for the pull only' }),
})

const stackCheck = z.strictObject({
  name: serviceName,
  title: oneLine,
  service: serviceName,
  method: z.enum(['GET', 'POST', 'HEAD']).default('GET'),
  path: urlPath,
  headers: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/), oneLine).default({}),
  body: z.string().max(8000).optional(),
  status: z.number().int().min(100).max(599).default(200),
  contains: oneLine.optional(),
  within: within.default(15),
})

const exception = z.strictObject({ path: oneLine, reason: oneLine, approver: oneLine })

export const stackSchema = z
  .strictObject({
    version: z.literal(1),
    name: serviceName,
    release: z.string().regex(/^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]{1,60})?$/, 'must look like 1.0.0'),
    runtime: z.enum(['systemd', 'compose']),
    artifact: z.strictObject({ file: fileName }).optional(),
    images: z.array(image).min(1).max(20).optional(),
    compose: fileName.optional(),
    resources: z.strictObject({ database: z.strictObject({ type: z.literal('postgres') }).optional() }).default({}),
    variables: z.record(variableName, variable).default({}),
    services: z.record(serviceName, service),
    migrations: z.strictObject({ service: serviceName, command, status: command }).optional(),
    routes: z.array(z.strictObject({ host: z.string().regex(/^[a-z0-9-]{1,63}$/), service: serviceName })).default([]),
    checks: z.array(stackCheck).max(50).default([]),
    exceptions: z.array(exception).max(20).default([]),
  })
  .meta({ title: 'Nexus stack', description: 'What a stack is made of and how Nexus runs it' })

export type StackManifest = z.output<typeof stackSchema>
export type StackService = StackManifest['services'][string]
export type StackVariable = StackManifest['variables'][string]
export type StackCheck = StackManifest['checks'][number]

function isPattern(value: string): boolean {
  try {
    new RegExp(value)
    return true
  } catch {
    return false
  }
}
