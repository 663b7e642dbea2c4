import { parseArgs } from 'node:util'
import { ownMachineOf, sshPlace } from './own-host-address.ts'

export type QuickstartFlags = {
  /** Ends when the order is Live (or cannot become it) instead of at Ctrl-C. */
  readonly once: boolean
  readonly json: boolean
  readonly keep: boolean
  readonly stop: boolean
  readonly yes: boolean
  /** Your own machine instead of the lab: ssh://user@address[:port]. */
  readonly host: string | undefined
  readonly domain: string | undefined
  /** user@host[:port] on the way to that machine. */
  readonly jump: string | undefined
  readonly sudoPasswordFile: string | undefined
  readonly smtp: string | undefined
  readonly identityOrigin: string | undefined
  /** Who gets the invite, the DNS records and the launch e-mail of a machine of your own. */
  readonly email: string | undefined
  readonly runtime: 'systemd' | 'compose'
  readonly pretend: boolean
  readonly order: string | undefined
}

/** A word that the quickstart does not take: exit 64. */
export class FlagError extends Error {}

export const usage = `From a fresh machine to a live customer instance.

  ./bin/quickstart               everything in the lab, until Ctrl-C
  ./bin/quickstart --once        ends with 0 when the order is Live, with 1 otherwise
  ./bin/quickstart --keep        leaves all running in the background and says how to stop it
  ./bin/quickstart --stop        stops what --keep left running

  --json               one JSON object on stdout at the end; talk goes to stderr
  --runtime NAME       systemd (default) or compose
  --host URL           your own machine: ssh://user@address[:port]; shows what it will change, then asks
  --domain NAME        with --host: the domain that points to that machine
  --yes                asks nothing

with --host:
  --email ADDRESS           who gets the first invite and the DNS records
  --smtp HOST:PORT          your mail server
  --identity-origin URL     where people sign in: a TLS proxy of yours in front of 127.0.0.1:7443
  --jump USER@HOST:PORT     a machine on the way; your ssh agent opens it
  --sudo-password-file F    a file with mode 0600; without it the password is asked for on the terminal

  --order FILE         another order than examples/orders/acme.json
  --pretend            pretend hosts, although the lab could run here
`

/** Undefined: `--help` was asked for. Throws a sentence for anything it does not know. */
export function readFlags(words: readonly string[]): QuickstartFlags | undefined {
  const { values } = parseArgs({
    args: [...words],
    strict: true,
    allowPositionals: false,
    options: {
      help: { type: 'boolean', short: 'h' },
      once: { type: 'boolean' },
      json: { type: 'boolean' },
      keep: { type: 'boolean' },
      stop: { type: 'boolean' },
      yes: { type: 'boolean' },
      pretend: { type: 'boolean' },
      host: { type: 'string' },
      domain: { type: 'string' },
      jump: { type: 'string' },
      'sudo-password-file': { type: 'string' },
      smtp: { type: 'string' },
      'identity-origin': { type: 'string' },
      email: { type: 'string' },
      runtime: { type: 'string', default: 'systemd' },
      order: { type: 'string' },
    },
  })
  if (values.help) return undefined
  if (values.runtime !== 'systemd' && values.runtime !== 'compose') {
    throw new FlagError(`--runtime is systemd or compose, not ${values.runtime}.`)
  }
  if (values.host !== undefined && !ownMachineOf(values.host)) {
    throw new FlagError('--host is written ssh://user@address or ssh://user@address:port.')
  }
  if (values.host !== undefined && !values.domain)
    throw new FlagError('--host needs --domain: the name that points to that machine.')
  if (values.jump !== undefined && !sshPlace(values.jump))
    throw new FlagError('--jump is written user@host or user@host:port.')
  return {
    once: values.once ?? false,
    json: values.json ?? false,
    keep: values.keep ?? false,
    stop: values.stop ?? false,
    yes: values.yes ?? false,
    pretend: values.pretend ?? false,
    host: values.host,
    domain: values.domain,
    jump: values.jump,
    sudoPasswordFile: values['sudo-password-file'],
    smtp: values.smtp,
    identityOrigin: values['identity-origin'],
    email: values.email,
    runtime: values.runtime,
    order: values.order,
  }
}
