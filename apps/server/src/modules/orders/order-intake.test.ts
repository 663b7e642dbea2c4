import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { toFailure } from '../../platform/errors.ts'
import { completeOrder, missingOf } from './order-completeness.ts'
import { contentHash, type JsonObject, readContent } from './order-content.ts'
import { hostNameOf, orderJsonSchema, splitUnknown } from './order-intake.ts'
import { parsePlans } from './plan-catalogue.ts'

const root = join(import.meta.dirname, '../../../../..')
const plansText = readFileSync(join(root, 'apps/server/plans.yaml'), 'utf8')
const plans = parsePlans(plansText)
const acme = readContent(JSON.parse(readFileSync(join(root, 'examples/orders/acme.json'), 'utf8')))
const now = new Date('2026-01-15T10:00:00Z')

const problemsOf = (fields: JsonObject, subdomainsOf?: string) =>
  missingOf(fields, {
    plan: typeof fields.plan === 'string' ? plans.find(fields.plan) : undefined,
    planNames: plans.all.map((plan) => plan.name),
    now,
    subdomainsOf,
  })
const without = (...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(acme).filter(([key]) => !keys.includes(key)))
const refusal = (body: unknown) => {
  try {
    readContent(body)
  } catch (thrown) {
    return toFailure(thrown)
  }
  return undefined
}

describe('the checklist of an order', () => {
  test('is empty for the sample order', () => {
    expect(problemsOf(acme)).toEqual([])
  })

  test('lists every missing field of Phase 1 at once, with its register id', () => {
    const problems = problemsOf({ orderNumber: 'P-1' })

    expect(problems.map((problem) => problem.register)).toEqual([
      'S0-24',
      'S0-25',
      'S0-26',
      'S0-27',
      'S0-28',
      'S0-29',
      'S0-30',
      'S0-31',
      'S0-32',
      'S0-33',
      'S0-34',
      'S0-35',
      'S0-36',
      'S0-38',
      'S0-39',
      'S0-40',
      'S0-40',
      'S0-41',
    ])
    expect(problems[0]?.message).toBe('The legal name of the organization is missing.')
  })

  test('says in people’s words what is wrong with what is there', () => {
    const problems = problemsOf({
      ...acme,
      expectedUsers: 'many',
      technicalContact: { name: 'Tom', email: 'nobody' },
      domain: { strategy: 'own_domain', name: 'no domain' },
      billingTerm: 'weekly',
      backupRetentionDays: 0,
    })

    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'technicalContact.email: The technical contact (e-mail address) is not an e-mail address.',
      'billingTerm: The billing term must be one of: monthly, yearly, multi_year.',
      'domain.name: The primary domain or subdomain strategy (name) is not a domain name.',
      'expectedUsers: The expected number of users must be a number.',
      'backupRetentionDays: The backup retention in days is too small or too short: at least 1.',
    ])
  })

  test('takes blank fields for missing ones', () => {
    expect(problemsOf({ ...acme, workloadProfile: '  ', region: null }).map((problem) => problem.message)).toEqual([
      'The region is missing.',
      'The workload profile is missing.',
    ])
  })

  test('wants single sign-on where the plan says so, and only there', () => {
    expect(problemsOf({ ...acme, plan: 'enterprise' }).map((problem) => problem.register)).toEqual(['S0-37'])
    expect(problemsOf({ ...acme, plan: 'enterprise', sso: { protocol: 'saml', provider: 'theirs' } })).toEqual([])
    expect(problemsOf({ ...acme, sso: null })).toEqual([])
  })

  test('names the plans there are when it does not know one', () => {
    expect(problemsOf({ ...acme, plan: 'gold' })[0]?.message).toContain('lab, own, standard, business, enterprise')
  })

  test.each(['unpaid', 'pending', 'failed', 'refunded'])('does not take a payment that is %s', (status) => {
    const payment = { status, amount: 1, currency: 'EUR', reference: 'r' }

    expect(problemsOf({ ...acme, payment }).map((problem) => problem.path)).toEqual(['payment.status'])
  })

  test('does not take a payment from the future or without a time', () => {
    const payment = { status: 'succeeded', amount: 1, currency: 'EUR', reference: 'r' }

    expect(problemsOf({ ...acme, payment })[0]?.path).toBe('payment.paidAt')
    expect(problemsOf({ ...acme, payment: { ...payment, paidAt: '2027-01-01T00:00:00Z' } })[0]?.path).toBe(
      'payment.paidAt',
    )
  })

  test('takes a subdomain only where a domain of ours is set', () => {
    const domain = { strategy: 'subdomain', name: 'acme' }

    expect(problemsOf({ ...acme, domain }).map((problem) => problem.register)).toEqual(['S0-30'])
    expect(problemsOf({ ...acme, domain }, 'nexus.test')).toEqual([])
  })

  test('names a field it does not know', () => {
    expect(problemsOf({ ...acme, plann: 'lab' })[0]?.message).toBe('There is no field plann in an order.')
  })

  test('of the sample draft lacks only the payment', () => {
    const draft = readContent(parse(readFileSync(join(root, 'examples/orders/order.yaml'), 'utf8')))

    expect(problemsOf(draft).map((problem) => problem.register)).toEqual(['S0-41'])
  })
})

describe('what comes in', () => {
  test.each([
    ['a line break in a name', { organization: { legalName: 'Acme\r\nBcc: x@y.test' } }],
    ['a line feed in a mail address', { initialAdminEmail: 'a@acme.test\nRCPT TO:<x@y.test>' }],
    ['a null byte', { workloadProfile: 'a\u0000b' }],
    ['an escape sequence', { workloadProfile: '\u001b[2J' }],
    ['a bidirectional mark', { organization: { legalName: 'Acme\u202eHbmG' } }],
    ['half a character', { workloadProfile: '\ud800' }],
    ['an over-long text', { workloadProfile: 'x'.repeat(2001) }],
    ['an over-long list', { integrations: Array.from({ length: 65 }, () => 'x') }],
    ['something over-deep', { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }],
    ['a prototype', JSON.parse('{"__proto__": {"admin": true}}')],
  ])('is refused when it holds %s', (_what, body: unknown) => {
    expect(refusal(body)).toMatchObject({
      code: 'order.content_refused',
      kind: 'invalid',
    })
  })

  test('is refused when it is no object', () => {
    expect(refusal([1])?.code).toBe('order.content_refused')
    expect(refusal('order')?.code).toBe('order.content_refused')
  })

  test('survives thousands of levels', () => {
    let deep: unknown = 1
    for (let i = 0; i < 50_000; i += 1) deep = { a: deep }

    expect(refusal(deep)?.code).toBe('order.content_refused')
  })

  test('has the same hash whatever the order of its keys', () => {
    expect(contentHash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(contentHash({ b: [{ d: 3, c: 2 }], a: 1 }))
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }))
  })

  test('is kept without the fields that are not ours, which are named', () => {
    expect(splitUnknown({ ...acme, crmId: 7 })).toEqual({ known: acme, ignored: ['crmId'] })
  })

  test('is an address that cannot smuggle a second one', () => {
    for (const address of ['a@acme.test,b@evil.test', '"a b"@acme.test', '<a@acme.test>', 'a@acme.test ?bcc=x']) {
      expect(problemsOf({ ...acme, initialAdminEmail: address }).map((problem) => problem.register)).toEqual(['S0-36'])
    }
  })
})

describe('the name of a host', () => {
  test('is nexus, the organization and the environment', () => {
    expect(hostNameOf('Acme GmbH', 'prod')).toBe('nexus-acme-gmbh-prod')
    expect(hostNameOf('Acme, Inc.', 'prod')).toBe('nexus-acme-inc-prod')
    expect(hostNameOf('Müller & Söhne Straße', 'stage')).toBe('nexus-muller-sohne-strasse-stage')
  })

  test('is one DNS label of at most 63 characters, and tells long names apart', () => {
    const names = [hostNameOf(`${'long '.repeat(30)}a`, 'prod'), hostNameOf(`${'long '.repeat(30)}b`, 'prod')]

    expect(new Set(names).size).toBe(2)
    for (const name of [
      ...names,
      hostNameOf('---', 'prod'),
      hostNameOf('株式会社', 'prod'),
      hostNameOf('a'.repeat(200), 'environment1'),
    ]) {
      expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/)
    }
  })
})

describe('the order schema', () => {
  test('is published with every field and its register id', () => {
    const schema = orderJsonSchema() as { properties: Record<string, { register?: string }>; required: string[] }

    expect(schema.properties.initialAdminEmail?.register).toBe('S0-36')
    expect(schema.required).toContain('payment')
    expect(schema.required).not.toContain('environment')
  })

  test('gives a complete order its defaults and a plain domain', () => {
    const order = completeOrder({ ...without('environment'), domain: { strategy: 'own_domain', name: 'Bücher.Test' } })

    expect(order?.environment).toBe('prod')
    expect(order?.domain.name).toBe('xn--bcher-kva.test')
  })
})

describe('the plan catalogue', () => {
  test('refuses an unknown key and names it', () => {
    expect(() => parsePlans(plansText.replace('vcpu: 1', 'vcpu: 1\n    vpcu: 1'))).toThrow('cannot be read')
    try {
      parsePlans(plansText.replace('vcpu: 1', 'vcpu: 1\n    vpcu: 1'))
    } catch (thrown) {
      expect(toFailure(thrown).problems?.[0]?.message).toContain('vpcu')
    }
  })

  test('refuses a plan that is there twice, and text that is no YAML', () => {
    expect(() => parsePlans(plansText.replace('name: standard', 'name: lab'))).toThrow('cannot be read')
    expect(() => parsePlans('plans: [')).toThrow('cannot be read')
  })

  test('promises two hours with a warm host, six on demand and half an hour for a critical incident', () => {
    expect(plans.find('standard')?.sla).toMatchObject({ warmHours: 2, onDemandHours: 6, firstResponseMinutes: 30 })
  })

  test('lets the lab plan run on hosts of the lab and pretend hosts only', () => {
    expect(plans.find('lab')?.providers).toEqual(['lab', 'pretend'])
  })
})
