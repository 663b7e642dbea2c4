import { z } from 'zod'
import { type CheckResult, checkStatuses, foldChecks, printChecks } from '../../platform/check.ts'
import type { BaselineReport } from './baseline-report.ts'
import { ItemEvent } from './baseline-report.ts'
import { type Host, hostStates } from './host.ts'

export const HostView = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(hostStates),
    stateSince: z.string(),
    address: z.string().optional(),
    port: z.number(),
    user: z.string(),
    hostKey: z.string().optional().meta({ description: 'The pinned public key' }),
    provider: z.string(),
    providerId: z.string().optional(),
    region: z.string(),
    plan: z.string(),
    pricePerMonth: z.string().optional(),
    currency: z.string().optional(),
    renewsAt: z.string().optional(),
    orderId: z.string().optional(),
    ticket: z.string().optional(),
    wasLive: z.boolean().meta({ description: 'An order was live here: never rebuilt, destroyed or given back' }),
    baselineVersion: z.string().optional(),
    baselineAt: z.string().optional(),
    quarantineReason: z.string().optional(),
    createdAt: z.string(),
  })
  .meta({ id: 'Host' })

const text = (at: Date | undefined) => at?.toISOString()
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))

export const hostView = (host: Host): z.infer<typeof HostView> =>
  HostView.parse(
    present({
      ...host,
      stateSince: text(host.stateSince),
      renewsAt: text(host.renewsAt),
      baselineAt: text(host.baselineAt),
      createdAt: text(host.createdAt),
    }),
  )

export const HostListView = z.object({ items: z.array(HostView), next: z.string().optional() })

export const BaselineView = z
  .object({
    host: HostView,
    version: z.string(),
    ok: z.number(),
    changed: z.number(),
    failed: z.number(),
    skipped: z.number(),
    differs: z.number(),
    rebootRequired: z.boolean(),
    seconds: z.number(),
    items: z.array(ItemEvent.omit({ type: true })),
  })
  .meta({ id: 'BaselineReport' })

export const baselineView = (host: Host, report: BaselineReport): z.infer<typeof BaselineView> => ({
  host: hostView(host),
  version: report.version,
  ok: report.ok,
  changed: report.changed,
  failed: report.failed,
  skipped: report.skipped,
  differs: report.differs,
  rebootRequired: report.rebootRequired,
  seconds: report.seconds,
  items: report.items.map(({ type: _type, ...item }) => item),
})

const CheckView = z.object({
  name: z.string(),
  title: z.string(),
  status: z.enum(checkStatuses),
  summary: z.string(),
  asked: z.string(),
  vantage: z.string(),
  at: z.string(),
  evidence: z.string().optional(),
})

export const PreflightView = z
  .object({
    readiness: z.enum(['pass', 'warn', 'fail']),
    exit: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    lines: z.array(z.string()),
    checks: z.array(CheckView),
  })
  .meta({ id: 'Preflight' })

export const preflightView = (results: readonly CheckResult[]): z.infer<typeof PreflightView> => {
  const { lines, exit } = printChecks(results)
  return {
    readiness: foldChecks(results),
    exit,
    lines: [...lines],
    checks: results.map((each) => CheckView.parse(each)),
  }
}
