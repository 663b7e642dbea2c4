import type { AnswerOf } from '@nexus/client'
import { facts, moment } from '../show.ts'

export type Approval = AnswerOf<'getApproval'>

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
