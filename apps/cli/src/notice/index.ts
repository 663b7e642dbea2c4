import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { listCommand } from './list.ts'
import { previewCommand } from './preview.ts'
import { resendCommand } from './resend.ts'

export const noticeNoun = (deps: Deps) =>
  noun('notice', 'Notices: messages to people, and whether they arrived', [
    listCommand(deps),
    previewCommand(deps),
    resendCommand(deps),
  ])
