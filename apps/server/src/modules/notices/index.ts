/**
 * notices: what was sent to whom, and whether it arrived at the relay.
 *
 * Owns every mail that Nexus writes and its Message-ID. Never keeps a link that lets somebody in, and never sends again
 * by itself what may already have been taken.
 */
export type { MailContent } from './mail-layout.ts'
export {
  type Mail,
  type MailOutcome,
  type Notice,
  type NoticeState,
  noticeStates,
  type OutgoingMail,
} from './notice.ts'
export { type NoticeKind, type NoticeValues, noticeKinds } from './notice-content.ts'
export { noticeRoutes } from './notice-routes.ts'
export { type NoticeAnswer, type Notices, type NoticeWish, noticeService } from './notice-service.ts'
