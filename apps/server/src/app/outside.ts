import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mail } from '../modules/notices/index.ts'
import type { CheckpointSink } from '../modules/trail/index.ts'
import { fileCheckpoints } from '../platform/adapters/file-checkpoints.ts'
import { mailCheckpoints } from '../platform/adapters/mail-checkpoints.ts'
import { s3Checkpoints } from '../platform/adapters/s3-checkpoints.ts'
import { smtpMail } from '../platform/adapters/smtp-mail.ts'
import type { Settings } from './settings.ts'

const secretIn = (file: string) => async () => readFileSync(file, 'utf8').trim()

export const mailOf = (settings: Settings): Mail =>
  smtpMail({
    host: settings.mailHost,
    port: settings.mailPort,
    tls: settings.mailTls,
    from: settings.mailFrom,
    ...(settings.mailUser ? { user: settings.mailUser } : {}),
    ...(settings.mailPasswordFile ? { password: secretIn(settings.mailPasswordFile) } : {}),
  })

/** Those that can be read without asking anybody. */
export const checkpointFilesOf = (settings: Settings): readonly CheckpointSink[] => [
  fileCheckpoints(settings.trailFolder || join(settings.home, 'trail')),
]

/** Where checkpoints of the trail go: always to files, and to an auditor's mailbox or a locked store where one is named. */
export const checkpointSinksOf = (settings: Settings, mail: Mail, domain: string): readonly CheckpointSink[] => [
  ...checkpointFilesOf(settings),
  ...(settings.trailMail
    ? [mailCheckpoints({ mail, to: settings.trailMail, everySeconds: settings.trailMailMinutes * 60, domain })]
    : []),
  ...(settings.trailS3Url
    ? [
        s3Checkpoints({
          url: settings.trailS3Url,
          accessKeyId: settings.trailS3AccessKey,
          secretAccessKey: secretIn(settings.trailS3SecretFile),
          lockDays: settings.trailS3LockDays,
          everySeconds: 60,
        }),
      ]
    : []),
]
