import { join, resolve } from 'node:path'
import { z } from 'zod'
import { flag, list, port, text } from './setting-kinds.ts'
import { tlsSettings } from './tls-settings.ts'

const repository = resolve(import.meta.dirname, '../../../..')

/**
 * Every setting of nexusd. A setting is written in nexus.yaml under its name, or as a variable: `listenPort` is
 * NEXUS_LISTEN_PORT. docs/reference/configuration.md is generated from this schema.
 */
export const settings = z.strictObject({
  home: text
    .default('')
    .describe('Folder for everything Nexus keeps. Empty: /var/lib/nexus as root, ~/.local/share/nexus otherwise.'),
  listenHost: text
    .default('127.0.0.1')
    .describe('Address of the API and the console. Without TLS of its own only loopback is taken.'),
  listenPort: port.default(7400).describe('Port of the API and the console.'),
  ...tlsSettings,
  publicUrl: text
    .default('')
    .describe('Where browsers reach the console, e.g. https://nexus.example.com. Empty: the listening address.'),
  signInIssuer: text
    .default('')
    .describe('OpenID provider of your own people (authorization code flow with PKCE). Empty: API tokens only.'),
  signInClientId: text
    .default('')
    .describe('What Nexus is called there; it comes back to <publicUrl>/sign-in/callback.'),
  signInClientSecretFile: text.default('').describe('File with the secret of that client. Empty: a public client.'),
  signInCa: text.default('').describe('PEM file with the authority of the provider, where it is a private one.'),
  trustedProxies: list
    .default([])
    .describe('Addresses of the TLS proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed.'),
  requestsPerMinute: z.coerce
    .number()
    .int()
    .min(10)
    .default(6000)
    .describe('Requests of one token or session in a minute, on one node; more are answered 429.'),
  refusalsPerMinute: z.coerce
    .number()
    .int()
    .min(1)
    .default(60)
    .describe('How often one address is told 401 in a minute before it is told 429.'),
  fourEyes: list
    .default(['contact.erase', 'host.exec', 'host.logs', 'host.deviation'])
    .describe(
      'Acts that take a second person; host.exec and host.logs on hosts of a customer only. Empty where there is only one.',
    ),
  sessionHours: z.coerce.number().min(0.1).max(168).default(12).describe('A session in the browser ends after this.'),
  sessionIdleMinutes: z.coerce
    .number()
    .min(1)
    .max(10_080)
    .default(60)
    .describe('And when nobody used it for this long.'),
  databaseUrl: text.default('').describe('PostgreSQL 15 or newer. Empty: the embedded one. DATABASE_URL is read too.'),
  databaseOwnerUrlFile: text
    .default('')
    .describe(
      'File with the connection of the role that owns the tables, read at the start for migrations and forgotten; may be taken away while nexusd runs. Empty: databaseUrl does both, and nothing keeps Nexus from rewriting its trail.',
    ),
  databasePool: z.coerce
    .number()
    .int()
    .min(4)
    .max(200)
    .default(20)
    .describe('Connections at most, beside the ones of the engine.'),
  logLevel: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('What is written to stderr, as JSON lines.'),
  masterKeyFile: text
    .default('')
    .describe(
      'File (0600) with 32 bytes in base64 that seal every secret, made at the first start. Empty: the systemd credential `master-key` where there is one, else /etc/nexus/master.key for /var/lib/nexus as root, else <home>.key. Refused below <home>.',
    ),
  masterKeyCommand: list
    .default([])
    .describe('Program and words that print the master key, instead of a file: a client of your vault.'),
  masterKey: text.default('').describe('The master key itself, in NEXUS_MASTER_KEY. A file or a command is better.'),
  masterKeyNextFile: text
    .default('')
    .describe(
      'File (0600) with the next master key: `nexusctl secret rotate-master-key` moves to it. Refused below <home>.',
    ),
  sshAgent: text.default('').describe('Socket of an ssh agent that may open hosts beside the own key. Empty: none.'),
  jumpHostKeys: list
    .default([])
    .describe('Pinned keys of jump hosts, each `user@address:port ssh-ed25519 AAAA...`; one without a key is refused.'),
  workers: z.coerce.number().int().min(1).max(500).default(20).describe('Runs that one nexusd works on at once.'),
  providerCalls: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(8)
    .describe('Calls of one nexusd to one provider at once (hosts, ACME, DNS, identity, mail); more wait in line.'),
  hostPrograms: z.coerce
    .number()
    .int()
    .min(2)
    .max(8)
    .default(4)
    .describe('Programs of one nexusd on one host at once; more wait in line.'),
  requestsAtOnce: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe('Requests that are worked on at once; more wait in line.'),
  requestsWaiting: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(2000)
    .describe('Requests that wait at most; more are answered 503 with Retry-After, as are those that waited 20 s.'),
  otlpEndpoint: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Collector that gets traces over OTLP/HTTP, such as http://127.0.0.1:4318. Empty: none are made.'),
  drainSeconds: z.coerce.number().min(0).max(600).default(20).describe('How long a SIGTERM waits for running steps.'),
  webhookSecrets: list
    .default([])
    .describe(
      'Standard Webhooks secrets (whsec_...) of the shop, two at once for rotation. Empty: POST /hooks/pulse refuses all.',
    ),
  provider: z
    .enum(['lab', 'static', 'pretend'])
    .default('static')
    .describe('Where hosts come from: your own machines, the lab, or pretend hosts that only show the way.'),
  pretendSeconds: z.coerce
    .number()
    .min(0)
    .max(10)
    .default(0.2)
    .describe('How long each program on a pretend host takes, so that one sees the steps go by.'),
  pretendSocket: text
    .default('')
    .describe('Socket of a pretend world that is a process of its own. Empty: it lives in nexusd.'),
  labProviderUrl: text.default('').describe('Provider API of the lab.'),
  labProviderToken: text.default('').describe('Its token.'),
  hostsPerDay: z.coerce
    .number()
    .int()
    .min(0)
    .default(50)
    .describe('Hosts bought of one provider a day (UTC); one more waits for an approval. 0: no ceiling.'),
  hostMoneyPerDay: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe(
      'Monthly price, in the currency of the provider, of all hosts bought of one provider a day; above it, or where the price is not known yet, the next one waits for an approval. 0: no ceiling.',
    ),
  hostCheckHours: z.coerce
    .number()
    .min(1)
    .max(720)
    .default(24)
    .describe(
      'How long a look at a host counts for a gate, and how often spares are looked at, patched and preflighted.',
    ),
  spareDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(30)
    .describe('A spare whose system is older is rebuilt when it is looked after. 0: at any age it is only patched.'),
  regions: list.default(['lab-1']).describe('Regions that orders may ask for.'),
  controlAddresses: list
    .default([])
    .describe(
      'Addresses from which Nexus reaches hosts: never banned by their fail2ban, and the only ones from which its keys are taken.',
    ),
  sshSources: list
    .default([])
    .describe(
      'Addresses and ranges from which hosts take SSH; two at least, and Nexus among them (controlAddresses). Empty: everywhere.',
    ),
  breakGlassKey: z
    .union([
      z.literal(''),
      z.string().regex(/^(ssh-ed25519|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/=]{40,200}( .*)?$/),
    ])
    .default('')
    .describe(
      'Public key, kept offline, that opens the account breakglass of every host when Nexus cannot help. Its use is an alert. Empty: no such account.',
    ),
  scraperAddress: text
    .default('')
    .describe('Address of the Prometheus that may read the node exporter of hosts. Empty: nobody from outside.'),
  timeZone: z
    .string()
    .regex(/^[A-Za-z0-9_+/-]+$/)
    .default('Etc/UTC')
    .describe('Time zone of hosts.'),
  rebootWindow: z
    .union([z.literal('never'), z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)])
    .default('03:30')
    .describe('When a host may reboot by itself after security updates, HH:MM in its time zone, or never.'),
  deployKeys: list
    .default([])
    .describe('Public SSH keys of people, for the account `deploy` of every host with its short list of commands.'),
  dns: z
    .enum(['manual', 'lab'])
    .default('manual')
    .describe('Who sets the records of a customer: the technical contact by mail, or the lab.'),
  dnsResolver: text.default('').describe('Resolver to look records up with, address[:port]. Empty: the system one.'),
  dnsManagementUrl: text.default('').describe('Management API of the lab resolver.'),
  acmeDirectory: text
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .describe('RFC 8555 directory that issues certificates.'),
  acmeDirectoryCa: text
    .default('')
    .describe('PEM file with the CA of the directory itself, where it is a private one.'),
  trustedRoots: list
    .default([])
    .describe('PEM files that are trusted beside the system roots when Nexus looks at an instance from outside.'),
  testDomains: flag.default(false).describe('Takes domains below .test; for the lab.'),
  reservedDomains: list.default([]).describe('Domains of our own that no order may name.'),
  identity: z
    .enum(['embedded', 'authentik'])
    .default('embedded')
    .describe('Identity provider of tenants. `embedded` is for the lab only.'),
  identityOrigin: text.default('https://id.nexus.test:7443').describe('Origin of the embedded identity provider.'),
  identityListenHost: text.default('127.0.0.1').describe('Address it listens on.'),
  identityListenPort: port.default(7443).describe('Port it listens on.'),
  identityCertificate: text.default('').describe('PEM file with its certificate.'),
  identityKey: text.default('').describe('PEM file with the key of that certificate.'),
  authentikUrl: text.default('').describe('Address of authentik.'),
  authentikTokenFile: text.default('').describe('File with an API token of authentik.'),
  mailHost: text.default('127.0.0.1').describe('SMTP server.'),
  mailPort: port.default(25).describe('Its port.'),
  mailTls: z
    .enum(['never', 'starttls', 'always'])
    .default('starttls')
    .describe('Whether the SMTP connection is encrypted. `never` is for the lab.'),
  mailUser: text.default('').describe('SMTP user.'),
  mailPasswordFile: text.default('').describe('File with the SMTP password.'),
  mailFrom: text.default('Nexus <nexus@localhost>').describe('Sender of every mail.'),
  supportChannel: text.default('support@example.com').describe('Support channel named in the launch e-mail (S0-132).'),
  supportAddress: text.default('').describe('Where results of follow-ups go. Empty: the sender of mails.'),
  stacksFolder: text
    .default(join(repository, 'out', 'stacks'))
    .describe('Folder with one folder a stack, each with its manifest and artifacts.'),
  stack: text.default('reference').describe('Stack that an order gets when its plan names none.'),
  runtime: z
    .enum(['systemd', 'compose'])
    .default('systemd')
    .describe('Runtime of new instances where the stack has both.'),
  dockerSource: z
    .enum(['debian', 'docker'])
    .default('debian')
    .describe("Where hosts take Docker and Compose from: Debian's packages or Docker's own repository."),
  followUps: list.default(['24h', '7d']).describe('When a live instance is looked at again (S0-137, S0-138).'),
  probeSeconds: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe('How often live instances are probed from outside (S0-139..141).'),
  heartbeatUrl: text
    .default('')
    .describe(
      'Address outside that is asked (GET) every heartbeatSeconds while Nexus works, and raises the alarm when it is not.',
    ),
  heartbeatMail: text.default('').describe('Mail address that gets a mail every heartbeatSeconds while Nexus works.'),
  heartbeatSeconds: z.coerce.number().min(1).max(3600).default(60).describe('How often the heartbeat goes out.'),
  backupTo: text
    .default('')
    .describe(
      'Where `nexusctl admin backup` puts backups of Nexus: a folder, sftp://user@host[:port]/folder or s3://bucket/prefix. Empty: <home>/backups.',
    ),
  backupKeep: z.coerce.number().int().min(1).max(10_000).default(30).describe('Backups kept there; older ones go.'),
  escapeCertificate: text
    .default('')
    .describe(
      'PEM certificate that escape kits are sealed for, one every escapeKitHours beside the backups. Its private key is kept elsewhere. Empty: none are made.',
    ),
  escapeKitHours: z.coerce.number().min(1).max(8760).default(24).describe('How often an escape kit is made.'),
  backupHostKey: text.default('').describe('Pinned key of the SFTP machine, `ssh-ed25519 AAAA...`.'),
  backupSshKeyFile: text.default('').describe('File with the private key to log in there.'),
  backupS3Endpoint: text.default('').describe('Server of the bucket. Empty: that of AWS for the region.'),
  backupS3Region: text.default('us-east-1').describe('Region of the bucket.'),
  backupS3CredentialsFile: text.default('').describe('File with the access key id and the secret key of the bucket.'),
  trailOrigin: text
    .default('')
    .describe(
      'Name of the audit log in its checkpoints, e.g. nexus.example.com/trail; fixed with its first key. Empty: one is made.',
    ),
  trailFolder: text
    .default('')
    .describe('Folder outside the database where every checkpoint of the audit log is kept. Empty: <home>/trail.'),
  trailMail: text
    .default('')
    .describe('Mailbox of the auditor, to which checkpoints are sent: out of the power of Nexus. Empty: none.'),
  trailMailMinutes: z.coerce.number().min(1).max(10_080).default(60).describe('A mail at most so often.'),
  trailS3Url: text
    .default('')
    .describe(
      'Bucket with object lock, with or without a folder, for checkpoints: https://s3.../bucket/nexus. Empty: none.',
    ),
  trailS3AccessKey: text.default('').describe('Its access key id.'),
  trailS3SecretFile: text.default('').describe('File with its secret access key.'),
  trailS3LockDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(365)
    .describe('How long each checkpoint is locked there; 0 for a bucket without object lock.'),
  trailCheckSeconds: z.coerce
    .number()
    .min(1)
    .max(604_800)
    .default(3600)
    .describe(
      'How often the audit log is held against the checkpoints outside the database; an alert entry when it does not hold.',
    ),
  keepTranscriptDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(365)
    .describe('How long what people ran on hosts is kept with what came back. That it was run stays in the trail.'),
  keepHistoryDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe(
      'How long what a finished run would need to go on is kept, and the receipts of webhooks. Orders, runs, their steps and the trail stay.',
    ),
  sweepSeconds: z.coerce.number().min(0.2).max(60).default(2).describe('How often due promises are looked for.'),
})
export type Settings = Readonly<z.infer<typeof settings>>

/** `listenPort` is NEXUS_LISTEN_PORT. */
export const variableOf = (name: string) => `NEXUS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
export const settingNames = Object.keys(settings.shape)

/** The reference page of all settings, in Markdown. */
export function settingsPage(): string {
  const rows = settingNames.map((name) => {
    const field = settings.shape[name as keyof typeof settings.shape]
    const fallback = JSON.stringify(field.def.defaultValue).replaceAll(repository, '<checkout>')
    return `| \`${name}\` | \`${variableOf(name)}\` | \`${fallback}\` | ${field.description ?? ''} |`
  })
  return [
    '# Settings of nexusd',
    '',
    'Generated from `apps/server/src/app/settings.ts` by `npm run gen`.',
    '',
    '| setting | variable | default | what it does |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** Settings whose value is a secret itself, or may hold one. Files are named in the open: what is in them is not. */
export const secretSettings: readonly (keyof Settings)[] = [
  'databaseUrl',
  'masterKey',
  'masterKeyCommand',
  'webhookSecrets',
  'labProviderToken',
  'heartbeatUrl',
  'trailS3AccessKey',
]

/** Every setting as somebody else may see it. */
export const shownSettings = (given: Settings): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const empty = value === '' || (Array.isArray(value) && value.length === 0)
      return [name, !empty && (secretSettings as readonly string[]).includes(name) ? '[hidden]' : value]
    }),
  )
