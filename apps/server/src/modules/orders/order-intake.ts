import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { contentHash, type JsonObject, textAt } from './order-content.ts'
import { slaTiers } from './plan-catalogue.ts'

const line = (limit: number) => z.string().trim().min(1).max(limit)
const about = (title: string, register: string) => ({ title, register })

const isHostName = (name: string) =>
  name.length <= 240 &&
  isIP(name) === 0 &&
  name.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))

const email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email({ error: 'is not an e-mail address' }))

const person = z.strictObject({
  name: line(120),
  email,
  phone: z
    .string()
    .regex(/^\+?[0-9 ()/.-]{5,30}$/, { error: 'is not a telephone number' })
    .optional(),
})

const domain = z.discriminatedUnion('strategy', [
  z.strictObject({
    strategy: z.literal('own_domain'),
    name: z
      .string()
      .trim()
      .transform((name) => domainToASCII(name.toLowerCase()))
      .refine((name) => name.includes('.') && isHostName(name), { error: 'is not a domain name' }),
  }),
  z.strictObject({
    strategy: z.literal('subdomain'),
    name: z
      .string()
      .trim()
      .toLowerCase()
      .refine((name) => !name.includes('.') && isHostName(name), { error: 'is not one label of a domain name' }),
  }),
])

const listOrNone = z.union([z.literal('none'), z.array(line(200)).min(1).max(50)], {
  error: 'is neither `none` nor a list of plain lines',
})

/** All Phase 1 fields of an order (S0-24..S0-42): the one schema behind webhook, API, drafts and the published JSON Schema. */
export const orderSchema = z.strictObject({
  orderNumber: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
      error: 'may hold letters, digits, dot, dash and underscore, at most 64',
    })
    .meta(about('The order number in Pulse', 'S0-47')),
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, { error: 'is at most 12 lower-case letters and digits' })
    .default('prod')
    .meta(about('The environment', 'S0-60')),
  organization: z
    .strictObject({ legalName: line(200).meta(about('The legal name of the organization', 'S0-24')) })
    .meta(about('The organization', 'S0-24')),
  billingContact: person.meta(about('The billing contact', 'S0-25')),
  technicalContact: person.meta(about('The technical contact', 'S0-26')),
  plan: line(31).meta(about('The plan', 'S0-27')),
  billingTerm: z.enum(['monthly', 'yearly', 'multi_year']).meta(about('The billing term', 'S0-28')),
  slaTier: z.enum(slaTiers).meta(about('The SLA and support tier', 'S0-29')),
  domain: domain.meta(about('The primary domain or subdomain strategy', 'S0-30')),
  region: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'is not the name of a region' })
    .meta(about('The region', 'S0-31')),
  expectedUsers: z.int().min(1).max(10_000_000).meta(about('The expected number of users', 'S0-32')),
  workloadProfile: line(200).meta(about('The workload profile', 'S0-33')),
  integrations: listOrNone.meta(about('The list of integrations (or `none`)', 'S0-34')),
  identityOrganization: z
    .strictObject({ mode: z.enum(['new', 'existing']), reference: line(120) })
    .meta(about('The organization at the identity provider', 'S0-35')),
  initialAdminEmail: email.meta(about('The e-mail address of the first admin', 'S0-36')),
  sso: z
    .strictObject({
      protocol: z.enum(['oidc', 'saml']),
      provider: line(120),
      metadataUrl: z.url({ protocol: /^https$/ }).optional(),
    })
    .optional()
    .meta(about('The single sign-on requirements', 'S0-37')),
  complianceConstraints: listOrNone.meta(about('The list of security and compliance constraints (or `none`)', 'S0-38')),
  backupRetentionDays: z.int().min(1).max(3650).meta(about('The backup retention in days', 'S0-39')),
  incidentContact: person.meta(about('The incident contact', 'S0-40')),
  escalationContact: person.meta(about('The escalation contact', 'S0-40')),
  payment: z
    .strictObject({
      status: z.enum(['succeeded', 'unpaid', 'pending', 'failed', 'refunded']),
      paidAt: z.iso.datetime({ offset: true }).optional(),
      amount: z.number().nonnegative().max(100_000_000),
      currency: z.string().regex(/^[A-Z]{3}$/, { error: 'is not a currency code such as EUR' }),
      reference: line(120),
    })
    .meta(about('The payment', 'S0-41')),
})

/** An order with every Phase 1 field in place. */
export type CompleteOrder = z.output<typeof orderSchema>

/** What is published: JSON Schema draft 2020-12 of what a sender writes. */
export const orderJsonSchema = (): object =>
  z.toJSONSchema(orderSchema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' })

/** Fields we do not know are set apart: a paid order is not turned away for a field that its sender added. */
export function splitUnknown(fields: JsonObject): { readonly known: JsonObject; readonly ignored: readonly string[] } {
  const names = Object.keys(orderSchema.shape)
  const ignored = Object.keys(fields).filter((key) => !names.includes(key))
  return { known: Object.fromEntries(Object.entries(fields).filter(([key]) => names.includes(key))), ignored }
}

const asciiOf: Record<string, string> = { ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** `nexus-<org>-<env>` (S0-60): ASCII, one DNS label, at most 63 characters; a name that is cut keeps a mark of the whole. */
export function hostNameOf(legalName: string, environment: string): string {
  const words = [...legalName.normalize('NFKD').toLowerCase()]
    .map((letter) => asciiOf[letter] ?? letter)
    .join('')
    .replace(/[\u0300-\u036f'’.]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const mark = contentHash(legalName).slice(0, 6)
  const room = 63 - 'nexus--'.length - environment.length
  const org =
    words === ''
      ? `org-${mark}`
      : words.length <= room
        ? words
        : `${words.slice(0, room - 7).replace(/-+$/, '')}-${mark}`
  return `nexus-${org}-${environment}`
}

export const organizationOf = (fields: JsonObject): string =>
  textAt(fields, 'organization.legalName') ?? 'unnamed organization'
