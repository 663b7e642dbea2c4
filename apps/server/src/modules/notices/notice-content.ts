import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { LaunchValues, launchMail } from './launch-mail.ts'
import { type Block, layOut, type MailContent } from './mail-layout.ts'

const line = z.string().trim().min(1).max(500)
const text = z.string().trim().min(1).max(8000)
const DnsRecords = z.strictObject({
  customer: line,
  ticket: line,
  records: z
    .array(z.strictObject({ name: line, type: line, value: line }))
    .min(1)
    .max(20),
  checkEveryMinutes: z.int().positive().optional(),
})
const AtRisk = z.strictObject({ ticket: line, customer: line, dueAt: z.iso.datetime(), waitingFor: line, doing: line })
const TaskForOwner = z.strictObject({
  ticket: line,
  what: line,
  why: text,
  commands: z.array(line).max(10).default([]),
})
const FollowUp = z.strictObject({
  ticket: line,
  customer: line,
  after: line,
  verdict: z.enum(['pass', 'warn', 'fail']),
  lines: z.array(line).max(60),
})
const IncidentStatus = z.strictObject({
  customer: line,
  title: line,
  status: line,
  message: text,
  nextUpdate: line.optional(),
})
const EscalationTest = z.strictObject({ customer: line, ticket: line, contact: line })

/** Every kind of notice and what it must be told. Values are kept and pass through flows: references, never secrets. */
export const noticeValues = {
  launch: LaunchValues,
  'dns-records': DnsRecords,
  'dns-reminder': DnsRecords,
  'at-risk': AtRisk,
  'task-for-owner': TaskForOwner,
  'follow-up': FollowUp,
  'incident-status': IncidentStatus,
  'escalation-test': EscalationTest,
} as const

export type NoticeKind = keyof typeof noticeValues
export const noticeKinds = Object.keys(noticeValues) as readonly NoticeKind[]
export type NoticeValues<K extends NoticeKind = NoticeKind> = z.input<(typeof noticeValues)[K]>

const recordsBlock = (values: z.infer<typeof DnsRecords>): readonly Block[] => [
  { facts: values.records.map(({ name, type, value }) => [`${name} ${type}`, value] as const) },
  { paragraph: 'Nothing else needs to change. Nexus looks for the records by itself and goes on when it finds them.' },
  { facts: [['Ticket', values.ticket]] },
]

/** Says which value of a notice is missing or wrong, all at once. */
export function parseValues<K extends NoticeKind>(kind: K, values: unknown): z.infer<(typeof noticeValues)[K]> {
  const parsed = noticeValues[kind].safeParse(values)
  // The schema of this kind answered, which the type system cannot follow through the table.
  if (parsed.success) return parsed.data as z.infer<(typeof noticeValues)[K]>
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new NexusError('notices.bad_values', 'invalid', `A ${kind} notice cannot be written from these values.`, {
    problems,
  })
}

export const secretRefOf = (kind: NoticeKind, values: unknown): string | undefined =>
  kind === 'launch' ? parseValues('launch', values).inviteRef : undefined

/** A notice in words. `link` is what the reference of its values stands for. */
export function writeNotice(kind: NoticeKind, values: unknown, link: string): MailContent {
  const [subject, blocks] = written[kind](values)
  return kind === 'launch' ? launchMail(parseValues('launch', values), link) : layOut(subject, blocks)
}

const written: Record<NoticeKind, (values: unknown) => readonly [string, readonly Block[]]> = {
  launch: () => ['', []],
  'dns-records': (values) => {
    const found = parseValues('dns-records', values)
    const asked = {
      paragraph: `Hello ${found.customer}, please set these DNS records so that your Nexus can be reached:`,
    }
    return [`Please set ${found.records.length} DNS records (ticket ${found.ticket})`, [asked, ...recordsBlock(found)]]
  },
  'dns-reminder': (values) => {
    const found = parseValues('dns-reminder', values)
    const asked = {
      paragraph: `Hello ${found.customer}, we still wait for these DNS records. Your delivery stands still until they are there:`,
    }
    return [`Still waiting for DNS records (ticket ${found.ticket})`, [asked, ...recordsBlock(found)]]
  },
  'at-risk': (values) => {
    const found = parseValues('at-risk', values)
    const facts = [
      ['Ticket', found.ticket],
      ['Customer', found.customer],
      ['Due', found.dueAt],
      ['Waiting for', found.waitingFor],
      ['Doing', found.doing],
    ] as const
    return [
      `At risk: ticket ${found.ticket} is due ${found.dueAt.slice(11, 16)} UTC`,
      [{ paragraph: 'Three quarters of the time are over.' }, { facts }],
    ]
  },
  'task-for-owner': (values) => {
    const found = parseValues('task-for-owner', values)
    const commands: readonly Block[] =
      found.commands.length > 0 ? [{ heading: 'To go on' }, { list: found.commands }] : []
    return [
      `For you, ticket ${found.ticket}: ${found.what}`,
      [{ heading: found.what }, { paragraph: found.why }, ...commands],
    ]
  },
  'follow-up': (values) => {
    const found = parseValues('follow-up', values)
    const title = `Follow-up after ${found.after}: ${found.verdict.toUpperCase()}, ${found.customer} (ticket ${found.ticket})`
    return [title, [{ heading: title }, { list: found.lines }]]
  },
  'incident-status': (values) => {
    const found = parseValues('incident-status', values)
    const next: readonly Block[] = found.nextUpdate ? [{ facts: [['Next update', found.nextUpdate]] }] : []
    return [
      `[${found.status}] ${found.title}`,
      [{ paragraph: `Hello ${found.customer},` }, { paragraph: found.message }, ...next],
    ]
  },
  'escalation-test': (values) => {
    const found = parseValues('escalation-test', values)
    const sentence = `This is a test: ${found.contact} is the escalation contact of ${found.customer} (ticket ${found.ticket}). Nothing is wrong and nothing needs to be done.`
    return [`Test of the escalation contact of ${found.customer}`, [{ paragraph: sentence }]]
  },
}
