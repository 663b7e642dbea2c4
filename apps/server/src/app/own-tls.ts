import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Server as PlainServer, RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { Gauge, type Registry } from 'prom-client'
import type { CheckResult, CheckStatus } from '../platform/check.ts'
import { NexusError, toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

export type TlsFiles = { readonly certificateFile: string; readonly keyFile: string }
type Loaded = { readonly pem: { readonly cert: string; readonly key: string }; readonly leaf: X509Certificate }

const lookEveryMilliseconds = 10_000
const soonDays = 14

/** The pair of two files (one may hold both), checked: they belong together, and the key is not open to everybody. */
export function readTls({ certificateFile, keyFile }: TlsFiles): Loaded {
  const cert = readOf(certificateFile)
  const key = readOf(keyFile)
  const leaf = parsed(certificateFile, () => new X509Certificate(cert))
  const own = parsed(keyFile, () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(own)) throw badFile(keyFile, `it is not the key of ${certificateFile}`)
  if ((statSync(keyFile).mode & 0o007) !== 0) throw badFile(keyFile, 'every user of this machine may read it')
  return { pem: { cert, key }, leaf }
}

function readOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw badFile(file, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

function parsed<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch {
    throw badFile(file, 'it is no PEM that can be read')
  }
}

const badFile = (file: string, why: string) =>
  new NexusError('tls.bad_file', 'invalid', `${file} cannot be used for HTTPS: ${why}.`, {
    hint: 'openssl x509 -in FILE -noout -subject -enddate shows a certificate; chmod 0600 closes a key.',
  })

export type OwnTlsDeps = {
  readonly files: TlsFiles
  /** True: files that are not there yet will come; until then there is no handshake. */
  readonly mayCome: boolean
  readonly now: () => Date
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly metrics: Registry
}

/**
 * HTTPS of Nexus itself. A pair that was changed is taken up within seconds, without a connection being dropped; one that
 * cannot be used leaves the one before in place, and readiness says so.
 */
export function ownTls({ files, mayCome, now, log, metrics }: OwnTlsDeps) {
  let loaded = mayCome && !existsSync(files.certificateFile) ? undefined : readTls(files)
  let seen = stamp(files)
  let refused = ''
  let server: Server | undefined
  new Gauge({
    name: 'nexus_tls_certificate_expires_seconds',
    help: 'When the certificate of Nexus itself ends, as Unix time.',
    registers: [metrics],
    collect() {
      this.set(loaded ? loaded.leaf.validToDate.getTime() / 1000 : Number.NaN)
    },
  })

  function look(): void {
    const present = stamp(files)
    if (present === seen) return
    seen = present
    try {
      loaded = readTls(files)
      server?.setSecureContext(secure(loaded))
      refused = ''
      log.info({ until: loaded.leaf.validToDate }, 'the certificate of Nexus was read again')
    } catch (thrown) {
      refused = toFailure(thrown).message
      log.warn({ failure: toFailure(thrown) }, 'the new certificate of Nexus is left out; the one before stays')
    }
  }

  return {
    look,
    /** For fastify: the same handler behind TLS. */
    server: (handler: RequestListener): PlainServer => {
      const made = createServer({ ...(loaded ? secure(loaded) : {}), handshakeTimeout: 10_000 }, handler)
      made.requestTimeout = 30_000
      made.keepAliveTimeout = 72_000
      server = made
      return made
    },
    start: () => {
      const timer = setInterval(look, lookEveryMilliseconds)
      return { stop: async () => clearInterval(timer) }
    },
    check: (): CheckResult => ({
      name: 'ready.tls',
      title: 'The certificate of Nexus itself is good',
      asked: files.certificateFile,
      vantage: 'nexusd',
      at: now().toISOString(),
      ...(loaded ? finding(loaded.leaf, refused, now()) : ({ status: 'fail', summary: 'there is none yet' } as const)),
    }),
  }
}

export type OwnTls = ReturnType<typeof ownTls>

const secure = ({ pem }: Loaded) => ({ ...pem, minVersion: 'TLSv1.2' as const })

/** Rewriting a file or putting another in its place changes this. */
const stamp = ({ certificateFile, keyFile }: TlsFiles): string =>
  [certificateFile, keyFile]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((each) => `${each?.ino}:${each?.size}:${each?.mtimeMs}`)
    .join(' ')

export function finding(leaf: X509Certificate, refused: string, at: Date): { status: CheckStatus; summary: string } {
  const until = leaf.validToDate
  const days = (until.getTime() - at.getTime()) / 86_400_000
  if (days <= 0) return { status: 'fail', summary: `it ended at ${until.toISOString()}` }
  if (leaf.validFromDate > at) return { status: 'fail', summary: `it begins at ${leaf.validFromDate.toISOString()}` }
  if (refused !== '') return { status: 'warn', summary: `a newer one is not used: ${refused}` }
  const share = days * 86_400_000 < (until.getTime() - leaf.validFromDate.getTime()) / 4
  if (days < soonDays && share) return { status: 'warn', summary: `it ends at ${until.toISOString()}` }
  return { status: 'pass', summary: `it holds until ${until.toISOString()}` }
}
