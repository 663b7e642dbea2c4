import type { z } from 'zod'
import type { Problem } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import type { Json, JsonObject } from './order-content.ts'
import { type CompleteOrder, orderSchema } from './order-intake.ts'
import type { Plan } from './plan-catalogue.ts'

/** One line of the Phase 1 checklist: where, what in people's words, and the register id of the field. */
export type OrderProblem = Problem & { readonly register: string }

export type CompletenessRules = {
  readonly plan: Plan | undefined
  /** The plans there are, for the sentence about a plan that is unknown. */
  readonly planNames: readonly string[]
  /** Our own domain under which a `subdomain` order lives; undefined where none is set. */
  readonly subdomainsOf?: string | undefined
  readonly now: Date
}

/** Every field that is missing or invalid, all at once; an empty list means: complete and paid. */
export function missingOf(fields: JsonObject, rules: CompletenessRules): readonly OrderProblem[] {
  const read = orderSchema.safeParse(withoutBlanks(fields))
  const shape = read.success ? [] : read.error.issues.flatMap((issue) => issueToProblems(issue, fields))
  const named = new Set(shape.map((problem) => problem.path.split('.')[0]))
  const more = [...planProblems(fields, rules), ...domainProblems(fields, rules), ...paymentProblems(fields, rules)]
  const all = [...shape, ...more.filter((problem) => !named.has(problem.path.split('.')[0]))]
  const order = Object.keys(orderSchema.shape)
  return all.sort((a, b) => order.indexOf(a.path.split('.')[0] ?? '') - order.indexOf(b.path.split('.')[0] ?? ''))
}

/** The complete order, or undefined while something is missing. */
export function completeOrder(fields: JsonObject): CompleteOrder | undefined {
  const read = orderSchema.safeParse(withoutBlanks(fields))
  return read.success ? read.data : undefined
}

/** When the payment succeeded, where it did: the start of the SLA clock. */
export function paidAtOf(fields: JsonObject): Date | undefined {
  const read = orderSchema.shape.payment.safeParse(fields.payment)
  if (!read.success || read.data.status !== 'succeeded' || read.data.paidAt === undefined) return undefined
  return new Date(read.data.paidAt)
}

function planProblems(fields: JsonObject, { plan, planNames }: CompletenessRules): OrderProblem[] {
  if (typeof fields.plan !== 'string') return []
  if (!plan) {
    const message = `The plan ${plainLine(fields.plan, 40)} is not in the catalogue; there are: ${planNames.join(', ')}.`
    return [{ path: 'plan', message, register: 'S0-27' }]
  }
  const problems: OrderProblem[] = []
  if (plan.needsSso && isBlank(fields.sso)) {
    const message = `The single sign-on requirements are missing; the plan ${plan.name} needs them.`
    problems.push({ path: 'sso', message, register: 'S0-37' })
  }
  const tier = plan.slaTiers.find((each) => each === fields.slaTier)
  if (typeof fields.slaTier === 'string' && tier === undefined) {
    const message = `The plan ${plan.name} does not come with the SLA tier ${plainLine(fields.slaTier, 40)}; it has: ${plan.slaTiers.join(', ')}.`
    problems.push({ path: 'slaTier', message, register: 'S0-29' })
  }
  return problems
}

function domainProblems(fields: JsonObject, { subdomainsOf }: CompletenessRules): OrderProblem[] {
  const read = orderSchema.shape.domain.safeParse(fields.domain)
  if (!read.success || read.data.strategy !== 'subdomain' || subdomainsOf !== undefined) return []
  const message = 'No domain of ours is set, so an order cannot live on a subdomain of it.'
  return [{ path: 'domain', message, register: 'S0-30' }]
}

function paymentProblems(fields: JsonObject, { now }: CompletenessRules): OrderProblem[] {
  const read = orderSchema.shape.payment.safeParse(fields.payment)
  if (!read.success) return []
  const say = (path: string, message: string): OrderProblem[] => [{ path, message, register: 'S0-41' }]
  const { status, paidAt } = read.data
  if (status !== 'succeeded') return say('payment.status', `The payment is ${status}; it must have succeeded.`)
  if (paidAt === undefined) return say('payment.paidAt', 'The time of the payment is missing.')
  if (Date.parse(paidAt) > now.getTime() + 300_000)
    return say('payment.paidAt', 'The time of the payment lies in the future.')
  return []
}

function issueToProblems(issue: z.core.$ZodIssue, fields: JsonObject): OrderProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path.map(String), key].join('.')
      return { path, message: `There is no field ${plainLine(path, 80)} in an order.`, register: 'S0-23' }
    })
  }
  const path = issue.path.map(String).join('.')
  const { title, register } = fieldOf(issue.path)
  const rest = issue.path
    .slice(1)
    .map(String)
    .filter((part) => part !== 'legalName')
  const what = rest.length === 0 ? title : `${title} (${rest.map(inWords).join(', ')})`
  const found = valueAt(fields, issue.path)
  if (isBlank(found)) return [{ path, message: `${what} is missing.`, register }]
  return [{ path, message: `${what} ${reasonOf(issue)}.`, register }]
}

function reasonOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeWords[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`
    case 'too_big':
      return `is too large or too long: at most ${issue.maximum}`
    case 'too_small':
      return `is too small or too short: at least ${issue.minimum}`
    case 'invalid_union':
      return issue.message.startsWith('is ') ? issue.message : 'is none of the forms there are'
    default:
      return issue.message.startsWith('is ') || issue.message.startsWith('may ') ? issue.message : 'is not valid'
  }
}

function fieldOf(path: readonly PropertyKey[]): { readonly title: string; readonly register: string } {
  const field = Object.entries(orderSchema.shape).find(([name]) => name === path[0])?.[1]
  const meta = field?.meta() ?? {}
  const title = path[0] === 'organization' ? 'The legal name of the organization' : meta.title
  return { title: title ?? 'The order', register: typeof meta.register === 'string' ? meta.register : 'S0-23' }
}

const typeWords: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  object: 'a group of fields',
}

const words: Record<string, string> = {
  email: 'e-mail address',
  phone: 'telephone number',
  paidAt: 'time',
  metadataUrl: 'metadata URL',
}
const inWords = (part: string) => words[part] ?? part

function valueAt(fields: JsonObject, path: readonly PropertyKey[]): Json | undefined {
  let found: Json | undefined = fields
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Readonly<Record<PropertyKey, Json>>)[part]
  }
  return found
}

const isBlank = (value: Json | undefined) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

/** `null` and an empty text are as good as nothing: an optional field may be left blank in a form. */
const withoutBlanks = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isBlank(value)))
