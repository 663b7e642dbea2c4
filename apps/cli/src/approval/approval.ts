import { facts, moment } from '../show.ts'

export type Approval = {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly what: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly permission: string
  readonly reason: string
  readonly state: string
  readonly askedByName: string
  readonly askedAt: string
  readonly expiresAt: string
  readonly decidedByName?: string
  readonly decidedAt?: string
  readonly decidedWhy?: string
}

export const approvalArgument = ['<approval>', 'the id, as listed by `nexusctl approval list`'] as const

export const approvalText = (approval: Approval): string =>
  facts([
    ['Approval', `${approval.id} (${approval.state})`],
    ['What', approval.what],
    ['Exactly', `${approval.kind} ${approval.subject} ${JSON.stringify(approval.parameters)}`],
    ['Asked by', `${approval.askedByName}, ${moment(approval.askedAt)}: ${approval.reason}`],
    ['Holds until', moment(approval.expiresAt) ?? ''],
    ['Takes', approval.permission],
    ...(approval.decidedByName
      ? [['Decided by', `${approval.decidedByName}, ${moment(approval.decidedAt)}: ${approval.decidedWhy}`] as const]
      : []),
  ])
