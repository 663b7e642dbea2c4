import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostProvider } from '../modules/hosts/index.ts'
import type { Mail } from '../modules/notices/index.ts'
import type { CheckpointSink } from '../modules/trail/index.ts'
import { embeddedIdentity } from '../platform/adapters/embedded-identity.ts'
import { fileCheckpoints } from '../platform/adapters/file-checkpoints.ts'
import { labHosts } from '../platform/adapters/lab-hosts.ts'
import { mailCheckpoints } from '../platform/adapters/mail-checkpoints.ts'
import { oidcSignIn } from '../platform/adapters/oidc-sign-in.ts'
import { s3Checkpoints } from '../platform/adapters/s3-checkpoints.ts'
import { smtpMail } from '../platform/adapters/smtp-mail.ts'
import { staticHosts } from '../platform/adapters/static-hosts.ts'
import { now } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { secretBox } from '../platform/secret-box.ts'
import type { Settings } from './settings.ts'
import { speaksTls } from './tls-settings.ts'

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

export function providersOf(settings: Settings): readonly HostProvider[] {
  if (settings.provider !== 'lab') return [staticHosts()]
  return [labHosts({ url: settings.labProviderUrl, token: settings.labProviderToken }), staticHosts()]
}

/** Where browsers reach the console: what it is called outside, or where it listens. */
export function consoleOrigin(settings: Settings): string {
  const { publicUrl, listenHost, listenPort, tlsAcmeNames } = settings
  if (publicUrl) return new URL(publicUrl).origin
  if (!speaksTls(settings)) return `http://${listenHost}:${listenPort}`
  return new URL(`https://${tlsAcmeNames[0] ?? listenHost}:${listenPort}`).origin
}

export function signInProviderOf(settings: Settings) {
  const { signInIssuer, signInClientId, signInClientSecretFile, signInCa } = settings
  if (!signInIssuer) return undefined
  return oidcSignIn({
    issuer: signInIssuer,
    clientId: signInClientId,
    clientSecret: async () =>
      signInClientSecretFile ? (await readFile(signInClientSecretFile, 'utf8')).trim() : undefined,
    redirectUri: `${consoleOrigin(settings)}/sign-in/callback`,
    ...(signInCa ? { trust: readFileSync(signInCa, 'utf8') } : {}),
  })
}

export function embeddedOf(settings: Settings, db: Database, box: ReturnType<typeof secretBox>) {
  return embeddedIdentity({
    db,
    box,
    now,
    origin: settings.identityOrigin,
    listen: { host: settings.identityListenHost, port: settings.identityListenPort },
    ...(settings.identityCertificate
      ? {
          tls: {
            cert: readFileSync(settings.identityCertificate, 'utf8'),
            key: readFileSync(settings.identityKey, 'utf8'),
          },
        }
      : {}),
  })
}
