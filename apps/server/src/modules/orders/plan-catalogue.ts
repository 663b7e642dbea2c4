import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import { readYamlText } from '../../platform/yaml-text.ts'

export const slaTiers = ['standard', 'priority', 'critical'] as const

const planSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  title: z.string().min(1).max(200),
  vcpu: z.number().positive(),
  ramGb: z.number().positive(),
  diskGb: z.number().positive(),
  memoryPassShare: z
    .number()
    .gt(0)
    .lte(1)
    .meta({ description: 'MemTotal passes from this share of ramGb on: the kernel keeps some for itself' }),
  diskFreeShare: z.number().gt(0).lte(1).meta({ description: 'Free space passes from this share of diskGb on' }),
  needsSso: z.boolean(),
  slaTiers: z.array(z.enum(slaTiers)).min(1),
  sla: z.strictObject({
    warmHours: z.number().positive(),
    onDemandHours: z.number().positive(),
    firstResponseMinutes: z.int().positive(),
    availabilityPercent: z.number().gt(0).lt(100),
  }),
  price: z.strictObject({ perMonth: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) }),
  providers: z.array(z.string().min(1)).min(1),
  stack: z.string().min(1),
  hsts: z.strictObject({
    maxAgeSeconds: z.int().nonnegative(),
    includeSubDomains: z.boolean(),
    preload: z.boolean(),
  }),
  backup: z.strictObject({ schedule: z.string().min(9).max(100), retentionDays: z.int().positive() }),
})

export type Plan = Readonly<z.infer<typeof planSchema>>

export type PlanCatalogue = {
  readonly all: readonly Plan[]
  readonly find: (name: string) => Plan | undefined
}

const largestCatalogue = 256 * 1024
const catalogueSchema = z.strictObject({ plans: z.array(planSchema).min(1) })

/** Reads the text of plans.yaml; every mistake in it is named at once. */
export function parsePlans(text: string): PlanCatalogue {
  const read = catalogueSchema.safeParse(parseYaml(text))
  if (!read.success) {
    throw badPlans(read.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })))
  }
  const { plans } = read.data
  const doubled = plans.filter((plan, index) => plans.findIndex((other) => other.name === plan.name) !== index)
  if (doubled.length > 0) {
    throw badPlans(doubled.map((plan) => ({ path: 'plans', message: `The plan ${plan.name} is there twice.` })))
  }
  return { all: plans, find: (name) => plans.find((plan) => plan.name === name) }
}

function parseYaml(text: string): unknown {
  const read = readYamlText(text, largestCatalogue)
  if (read.ok) return read.value
  throw badPlans([{ path: '', message: `The file is not taken: ${read.why}.` }])
}

const badPlans = (problems: readonly { path: string; message: string }[]) =>
  new NexusError('plans.invalid', 'invalid', 'The plan catalogue cannot be read.', {
    hint: 'Mend plans.yaml: docs/guides/orders.md explains each key.',
    problems: problems.map(({ path, message }) => ({ path: plainLine(path, 200), message: plainLine(message, 1000) })),
  })
