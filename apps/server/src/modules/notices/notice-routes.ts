import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { type Notice, noticeStates } from './notice.ts'
import { noticeKinds } from './notice-content.ts'
import type { Notices } from './notice-service.ts'

const NoticeView = z
  .object({
    id: z.string(),
    key: z.string(),
    kind: z.enum(noticeKinds),
    recipient: z.string(),
    subject: z.string(),
    messageId: z.string(),
    state: z
      .enum(noticeStates)
      .meta({ description: '`unknown`: it may have arrived; a person decides about a resend.' }),
    attempts: z.int(),
    receipt: z.string().optional(),
    text: z.string().meta({ description: 'As it was sent, with every link replaced by its hash.' }),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Notice' })

const MailView = z.object({ subject: z.string(), text: z.string(), html: z.string() }).meta({ id: 'NoticePreview' })
const AnswerView = z
  .object({ id: z.string(), state: z.enum(noticeStates), messageId: z.string(), subject: z.string() })
  .meta({ id: 'NoticeAnswer' })

const Page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(64).optional(),
  state: z.enum(noticeStates).optional(),
  recipient: z.string().max(320).optional(),
})

const toView = ({
  id,
  key,
  kind,
  recipient,
  subject,
  messageId,
  state,
  attempts,
  receipt,
  text,
  createdAt,
  updatedAt,
}: Notice): z.infer<typeof NoticeView> => ({
  id,
  key,
  kind,
  recipient,
  subject,
  messageId,
  state,
  attempts,
  ...(receipt === undefined ? {} : { receipt }),
  text,
  createdAt,
  updatedAt,
})

export const noticeRoutes =
  ({ notices }: { readonly notices: Notices }): Routes =>
  async (app) => {
    const tags = ['notices']

    app.get(
      '/notices',
      {
        config: { permission: 'notices.read' },
        schema: {
          operationId: 'listNotices',
          tags,
          querystring: Page,
          response: { 200: z.object({ items: z.array(NoticeView), next: z.string().optional() }) },
        },
      },
      async (request) => {
        const items = await notices.list(request.actor, request.query)
        const last = items.length === request.query.limit ? items.at(-1)?.id : undefined
        return { items: items.map(toView), ...(last === undefined ? {} : { next: last }) }
      },
    )

    app.post(
      '/notices/preview',
      {
        config: { permission: 'notices.read', idempotent: false },
        schema: {
          operationId: 'previewNotice',
          tags,
          body: z.strictObject({ kind: z.enum(noticeKinds), values: z.record(z.string(), z.unknown()) }),
          response: { 200: MailView },
        },
      },
      async (request) => notices.preview(request.actor, request.body),
    )

    app.post(
      '/notices/:noticeId/resend',
      {
        config: { permission: 'notices.write' },
        schema: {
          operationId: 'resendNotice',
          tags,
          params: z.object({ noticeId: z.string().max(64) }),
          body: z.strictObject({
            inviteRef: z.string().max(300).optional(),
            reason: z.string().trim().min(1).max(500).optional(),
          }),
          response: { 200: AnswerView },
        },
      },
      async (request) => notices.resend(request.actor, request.params.noticeId, request.body),
    )
  }
