import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { parse } from 'yaml'
import { fail } from '../failure.ts'
import type { QuickstartFlags } from './flags.ts'
import { type QuickstartPlace, secretIn } from './lab-settings.ts'

type Values = Readonly<Record<string, unknown>>
type OwnFlags = Pick<QuickstartFlags, 'domain' | 'smtp' | 'identityOrigin' | 'email' | 'order' | 'runtime'>

/** What the file that NEXUS_QUICKSTART_SETTINGS names says: settings of nexusd, over those the quickstart writes. */
export async function extraSettings(file: string | undefined): Promise<Values> {
  if (!file) return {}
  const text = await readFile(file, 'utf8').catch(() => {
    throw fail('quickstart.no_settings', 'usage', `There is no file ${file} (NEXUS_QUICKSTART_SETTINGS).`)
  })
  const found: unknown = parse(text)
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Values
  throw fail(
    'quickstart.no_settings',
    'usage',
    `${file} holds no settings.`,
    'docs/reference/configuration.md lists them.',
  )
}

/** Settings for one machine of one's own; `extra` wins. */
export async function ownSettings(given: {
  readonly place: QuickstartPlace
  readonly port: number
  readonly flags: OwnFlags
  readonly extra: Values
  readonly agent: string | undefined
  readonly jumpKeys: readonly string[]
}): Promise<Record<string, unknown>> {
  const { place, port, flags, extra, agent, jumpKeys } = given
  const [smtpHost, smtpPort] = smtpOf(flags.smtp) ?? []
  return {
    home: place.home,
    listenPort: port,
    webhookSecrets: [await secretIn(place.webhookSecret)],
    provider: 'static',
    regions: ['own'],
    dns: 'manual',
    stacksFolder: place.stacks,
    stack: 'reference',
    runtime: flags.runtime,
    mailFrom: `Nexus <nexus@${flags.domain ?? 'localhost'}>`,
    supportChannel: flags.email ?? `support@${flags.domain ?? 'localhost'}`,
    ...(smtpHost === undefined ? {} : { mailHost: smtpHost, mailPort: smtpPort }),
    ...(flags.identityOrigin === undefined ? {} : { identity: 'embedded', identityOrigin: flags.identityOrigin }),
    ...(jumpKeys.length > 0 ? { sshAgent: agent, jumpHostKeys: jumpKeys } : {}),
    ...extra,
  }
}

export function smtpOf(text: string | undefined): readonly [string, number] | undefined {
  const found = /^([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/.exec(text ?? '')
  return found ? [(found[1] ?? '').replace(/^\[|\]$/g, ''), Number(found[2] ?? 25)] : undefined
}

/** What an order on one's own machine cannot go without; asked before anything is touched. */
export function missingFor(flags: OwnFlags, extra: Values): readonly string[] {
  const has = (name: string) => typeof extra[name] === 'string' && extra[name] !== ''
  const hasIdentity =
    flags.identityOrigin !== undefined ||
    has('identityOrigin') ||
    (extra['identity'] === 'authentik' && has('authentikUrl') && has('authentikTokenFile'))
  return [
    ...(flags.smtp === undefined && !has('mailHost')
      ? ['Invites and the launch e-mail need a mail server: --smtp host:port (or the setting mailHost).']
      : []),
    ...(flags.smtp !== undefined && smtpOf(flags.smtp) === undefined ? ['--smtp is written host or host:port.'] : []),
    ...(hasIdentity
      ? []
      : [
          'People sign in at an identity provider that browsers and the machine reach: --identity-origin https://id.your.example (a TLS proxy of yours in front of 127.0.0.1:7443), or the settings identity: authentik, authentikUrl and authentikTokenFile.',
        ]),
    ...(flags.identityOrigin !== undefined && !/^https:\/\/[^/]+$/.test(flags.identityOrigin)
      ? ['--identity-origin is written https://name or https://name:port.']
      : []),
    ...(flags.email === undefined && flags.order === undefined
      ? ['The invite of the first admin and the DNS records go somewhere: --email you@your.example (or --order FILE).']
      : []),
    ...(/\.test$/.test(flags.domain ?? '') && extra['testDomains'] !== true
      ? [
          'No public authority issues certificates below .test: take a domain of yours (or set testDomains and acmeDirectory).',
        ]
      : []),
  ]
}

/** That somebody answers there; nothing is sent. */
export function answersAt(host: string, port: number, seconds = 5): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: seconds * 1000 })
    const end = (answers: boolean) => {
      socket.destroy()
      done(answers)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
