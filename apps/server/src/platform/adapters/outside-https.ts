import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import {
  connect,
  type DetailedPeerCertificate,
  type PeerCertificate,
  rootCertificates,
  type SecureVersion,
} from 'node:tls'
import ipaddr from 'ipaddr.js'
import { plainLine } from '../plain-text.ts'

export type OutsideRequest = {
  /** The host we placed it on: the connection goes there, whatever the name leads to. */
  readonly address: string
  readonly port: number
  /** The customer's name: as SNI, as Host, and what the certificate must be for. */
  readonly host: string
  readonly path: string
  readonly secure: boolean
  /** Another Host than the name, to see that it is refused. */
  readonly hostHeader?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Over all: connect, handshake, and the whole answer. */
  readonly timeoutSeconds?: number
}

export type OutsideAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Lower-case names; a header that came several times has several values. */
      readonly headers: Readonly<Record<string, readonly string[]>>
      readonly body: string
      readonly cut: boolean
      readonly seconds: number
    }
  | { readonly kind: 'failed'; readonly why: string; readonly code: string; readonly seconds: number }

export type OutsideHandshake =
  | {
      readonly kind: 'agreed'
      readonly protocol: string
      /** Signed by a trusted root, for this name, and valid now. */
      readonly trusted: boolean
      readonly why: string
      readonly serial: string
      readonly names: readonly string[]
      readonly issuer: string
      readonly notBefore: string
      readonly notAfter: string
    }
  /** `refused`: the other side said no. `ours`: it was not even tried, or ended for a reason that says nothing. */
  | { readonly kind: 'refused' | 'ours'; readonly why: string; readonly code: string }

const bodyLimit = 256 * 1024
const neverOutside = new Set(['loopback', 'linkLocal', 'unspecified', 'broadcast', 'multicast'])

/**
 * Looks at an instance as the world does. `roots`: certificate authorities (PEM) trusted on top of the usual ones.
 * `ownAddresses`: addresses on which hosts may really be although nothing outside reaches them (pretend hosts).
 */
export function outsideHttps({
  roots = [],
  ownAddresses = [],
}: {
  roots?: readonly string[]
  ownAddresses?: readonly string[]
}) {
  const ca = [...rootCertificates, ...roots]
  const guard = (address: string) => (ownAddresses.includes(address) ? undefined : whyNotOutside(address))

  return {
    /** One request, never following a redirect. */
    ask: (asked: OutsideRequest): Promise<OutsideAnswer> => {
      const refused = guard(asked.address)
      if (refused !== undefined) return Promise.resolve({ kind: 'failed', why: refused, code: 'EADDRESS', seconds: 0 })
      return ask(asked, ca)
    },

    /** A TLS handshake and nothing more: nothing is sent, so an untrusted certificate may be looked at. */
    shakeHands: (where: {
      readonly address: string
      readonly port: number
      readonly host: string
      readonly only?: SecureVersion
      readonly timeoutSeconds?: number
    }): Promise<OutsideHandshake> => {
      const refused = guard(where.address)
      if (refused !== undefined) return Promise.resolve({ kind: 'ours', why: refused, code: 'EADDRESS' })
      return shakeHands(where, ca)
    },
  }
}

/** Why no probe may go to an address; undefined where it may. */
export function whyNotOutside(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return `${plainLine(address, 80)} is not an address`
  const range = ipaddr.process(address).range()
  return neverOutside.has(range) ? `${address} is a ${range} address, and no host of a customer is there` : undefined
}

function ask(asked: OutsideRequest, ca: readonly string[]): Promise<OutsideAnswer> {
  const started = performance.now()
  const seconds = () => Math.round(performance.now() - started) / 1000
  const limit = asked.timeoutSeconds ?? 15
  const named = asked.hostHeader ?? asked.host
  const usualPort = asked.secure ? 443 : 80
  return new Promise((resolve) => {
    const failed = (why: string, code: string) =>
      resolve({ kind: 'failed', why: plainLine(why), code, seconds: seconds() })
    const options = {
      host: asked.address,
      port: asked.port,
      method: asked.method ?? 'GET',
      path: asked.path,
      headers: {
        'user-agent': 'nexus-probe',
        ...asked.headers,
        host: asked.port === usualPort ? named : `${named}:${asked.port}`,
      },
      agent: false as const,
      signal: AbortSignal.timeout(limit * 1000),
    }
    const outgoing = asked.secure
      ? secureRequest({ ...options, servername: asked.host, ca: [...ca], minVersion: 'TLSv1.2' })
      : plainRequest(options)
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      error.name === 'AbortError' || error.name === 'TimeoutError'
        ? failed(`no whole answer within ${limit} s`, 'ETIMEDOUT')
        : failed(error.message, error.code ?? 'EUNKNOWN'),
    )
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = []
      let size = 0
      const answered = (cut: boolean) =>
        resolve({
          kind: 'answered',
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values ?? []]),
          ),
          body: Buffer.concat(parts).subarray(0, bodyLimit).toString('utf8'),
          cut,
          seconds: seconds(),
        })
      incoming.on('data', (part: Buffer) => {
        parts.push(part)
        size += part.length
        if (size <= bodyLimit) return
        answered(true)
        outgoing.destroy()
      })
      incoming.on('end', () => answered(false))
      incoming.on('error', (error) => failed(error.message, 'EBROKEN'))
    })
    outgoing.end(asked.body)
  })
}

function shakeHands(
  where: { address: string; port: number; host: string; only?: SecureVersion; timeoutSeconds?: number },
  ca: readonly string[],
): Promise<OutsideHandshake> {
  const limit = where.timeoutSeconds ?? 10
  const old = where.only === 'TLSv1' || where.only === 'TLSv1.1'
  return new Promise((resolve) => {
    const socket = connect({
      host: where.address,
      port: where.port,
      servername: where.host,
      ca: [...ca],
      rejectUnauthorized: false,
      ...(where.only === undefined ? { minVersion: 'TLSv1.2' } : { minVersion: where.only, maxVersion: where.only }),
      // Our own library would not offer the old versions at its usual level, and then nobody has refused anything.
      ...(old ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    })
    const end = (answer: OutsideHandshake) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(
      () => end({ kind: 'ours', why: `no handshake within ${limit} s`, code: 'ETIMEDOUT' }),
      limit * 1000,
    )
    socket.on('error', (error: NodeJS.ErrnoException) => end(refusal(error)))
    socket.on('close', () => end({ kind: 'ours', why: 'the connection was closed in the handshake', code: 'ECLOSED' }))
    socket.on('secureConnect', () => {
      const shown = socket.getPeerCertificate(true)
      end({
        kind: 'agreed',
        protocol: socket.getProtocol() ?? 'unknown',
        trusted: socket.authorized,
        why: socket.authorized ? '' : plainLine(String(socket.authorizationError ?? 'no reason given')),
        ...factsOf(shown),
      })
    })
  })
}

/** An alert was written by the other side; every other end of a handshake says nothing about what it would accept. */
function refusal(error: NodeJS.ErrnoException): OutsideHandshake {
  const code = error.code ?? 'EUNKNOWN'
  const alert = /^ERR_SSL_(?:TLSV1|SSLV3|TLSV13)_(?:ALERT_|UNRECOGNIZED_NAME)/.test(code)
  return { kind: alert ? 'refused' : 'ours', why: plainLine(error.message), code }
}

const factsOf = (shown: PeerCertificate | DetailedPeerCertificate) => ({
  serial: (shown.serialNumber ?? '').toUpperCase(),
  names: (shown.subjectaltname ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.startsWith('DNS:'))
    .map((part) => part.slice(4)),
  issuer: plainLine([shown.issuer?.CN].flat().join(' '), 200),
  notBefore: isoDate(shown.valid_from),
  notAfter: isoDate(shown.valid_to),
})

function isoDate(text: string | undefined): string {
  const at = new Date(text ?? '')
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
