import { createHash } from 'node:crypto'
import { Agent } from 'node:https'
import { rootCertificates } from 'node:tls'
import acme from 'acme-client'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

export type AcmeDirectory = {
  readonly url: string
  /** Root certificates (PEM) that the directory's own HTTPS is checked against, on top of the usual ones. */
  readonly trust?: string
  /** External account binding, where the authority asks for one. The HMAC key is a secret. */
  readonly binding?: { readonly keyId: string; readonly hmacKey: string }
}

export type AcmeAccount = { readonly keyPem: string; readonly url?: string; readonly contact: readonly string[] }

export type AcmeChallenge = { readonly token: string; readonly answer: string }

/** An order as far as it has come: `wait` = the authority is still at work on it. */
export type AcmeOrder =
  | { readonly state: 'challenges'; readonly url: string; readonly challenges: readonly AcmeChallenge[] }
  | { readonly state: 'ready'; readonly url: string }
  | { readonly state: 'wait'; readonly url: string }
  | { readonly state: 'issued'; readonly url: string }
  | { readonly state: 'lost'; readonly url: string; readonly why: string }

export type AcmeCertificates = ReturnType<typeof acmeCertificates>

const secondsPerRequest = 30

/** Talks to one certificate authority by RFC 8555. It keeps nothing: what must last is handed back. */
export function acmeCertificates(directory: AcmeDirectory) {
  trustForDirectory(directory)
  const clientFor = ({ keyPem, url }: AcmeAccount) =>
    new acme.Client({
      directoryUrl: directory.url,
      accountKey: keyPem,
      ...(url === undefined ? {} : { accountUrl: url }),
      ...(directory.binding
        ? { externalAccountBinding: { kid: directory.binding.keyId, hmacKey: directory.binding.hmacKey } }
        : {}),
      backoffAttempts: 40,
      backoffMin: 250,
      backoffMax: 3000,
    })
  /** A client that knows its account's URL: the authority finds the account by its key, so nothing is doubled. */
  const signedIn = async (account: AcmeAccount) => {
    const client = clientFor(account)
    if (account.url === undefined)
      await client.createAccount({ termsOfServiceAgreed: true, contact: [...account.contact] })
    return client
  }

  return {
    directoryUrl: directory.url,

    newAccountKey: async (): Promise<string> => (await acme.crypto.createPrivateEcdsaKey('P-256')).toString(),

    /** A new key for these names, and the request for a certificate of it. */
    makeRequest: async (names: readonly string[]): Promise<{ readonly keyPem: string; readonly csrDer: Buffer }> => {
      const key = await acme.crypto.createPrivateEcdsaKey('P-256')
      const [, csr] = await acme.crypto.createCsr({ altNames: [...names] }, key)
      const body = csr.toString().replace(/-----[^-]+-----|\s/g, '')
      return { keyPem: key.toString(), csrDer: Buffer.from(body, 'base64') }
    },

    openAccount: (account: AcmeAccount): Promise<string> =>
      heard(async () => {
        const client = clientFor(account)
        await client.createAccount({ termsOfServiceAgreed: true, contact: [...account.contact] })
        return client.getAccountUrl()
      }),

    placeOrder: (account: AcmeAccount, names: readonly string[]): Promise<string> =>
      heard(async () => {
        const client = await signedIn(account)
        const identifiers = names.map((value) => ({ type: 'dns' as const, value }))
        return (await client.createOrder({ identifiers })).url
      }),

    lookAtOrder: (account: AcmeAccount, url: string): Promise<AcmeOrder> =>
      heard(async () => lookAtOrder(await signedIn(account), url)),

    /** Tells the authority to look at the challenges, and waits until it has. */
    proveNames: (account: AcmeAccount, url: string): Promise<void> =>
      heard(async () => {
        const client = await signedIn(account)
        const order = await client.getOrder(knownBy(url))
        for (const authorization of await client.getAuthorizations(order)) {
          if (authorization.status !== 'pending') continue
          const challenge = httpChallenge(authorization)
          if (challenge.status === 'pending') await client.completeChallenge(challenge)
          await client.waitForValidStatus(authorization)
        }
      }),

    /** Hands in the request. An order that was already finalized is left as it is. */
    finalize: (account: AcmeAccount, url: string, csrDer: Buffer): Promise<void> =>
      heard(async () => {
        const client = await signedIn(account)
        const order = await client.getOrder(knownBy(url))
        if (order.status === 'valid' || order.status === 'processing') return
        const body = csrDer.toString('base64').replace(/(.{64})/g, '$1\n')
        await client.finalizeOrder(
          order,
          `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`,
        )
      }),

    /** The chain of an issued order, leaf first. */
    download: (account: AcmeAccount, url: string): Promise<string> =>
      heard(async () => {
        const client = await signedIn(account)
        const order = await client.getOrder(knownBy(url))
        return client.getCertificate({ ...order, ...(await client.waitForValidStatus(order)), url })
      }),

    /** When the authority suggests to renew (RFC 9773); undefined where it has no opinion. */
    suggestedRenewal: async (leaf: { readonly raw: Buffer; readonly serial: string }): Promise<Date | undefined> => {
      const id = renewalId(leaf)
      if (id === undefined) return undefined
      try {
        const listed = await acme.axios.get(directory.url)
        const base: unknown = listed.data?.renewalInfo
        if (typeof base !== 'string') return undefined
        const window = (await acme.axios.get(`${base}/${id}`)).data?.suggestedWindow
        const [start, end] = [Date.parse(window?.start), Date.parse(window?.end)]
        if (Number.isNaN(start) || Number.isNaN(end) || end < start) return undefined
        return new Date(start + (end - start) * spread(id))
      } catch {
        return undefined
      }
    },
  }
}

async function lookAtOrder(client: acme.Client, url: string): Promise<AcmeOrder> {
  const order = await client.getOrder(knownBy(url))
  if (order.status === 'valid') return { state: 'issued', url }
  if (order.status === 'processing') return { state: 'wait', url }
  if (order.status === 'ready') return { state: 'ready', url }
  const why = plainLine(JSON.stringify(Reflect.get(order, 'error') ?? 'no reason given'))
  if (order.status === 'invalid') return { state: 'lost', url, why }
  const open = (await client.getAuthorizations(order)).filter((each) => each.status === 'pending')
  const challenges = await Promise.all(
    open.map(httpChallenge).map(async (challenge) => ({
      token: challenge.token,
      answer: await client.getChallengeKeyAuthorization(challenge),
    })),
  )
  return { state: 'challenges', url, challenges }
}

type Authorization = Awaited<ReturnType<acme.Client['getAuthorizations']>>[number]

function httpChallenge(authorization: Authorization) {
  const found = authorization.challenges.find((each) => each.type === 'http-01')
  if (!found) {
    throw new NexusError(
      'certificate.no_http_challenge',
      'conflict',
      `The certificate authority offers no HTTP-01 challenge for ${plainLine(authorization.identifier.value)}.`,
    )
  }
  return found
}

/** Of an order only its URL is kept; the client asks the authority for the rest, and needs nothing else for that. */
const knownBy = (url: string) =>
  ({ url }) as acme.Client extends { getOrder(order: infer Order): unknown } ? Order : never

/** Whatever the client throws becomes one of ours: the authority said no (`refused`), or was not reached. */
async function heard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof NexusError) throw thrown
    const whole = thrown instanceof Error ? thrown.message : String(thrown)
    const message = plainLine(/"detail":\s*"((?:[^"\\]|\\.)*)"/.exec(whole)?.[1]?.replaceAll('\\"', '"') ?? whole, 600)
    const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined
    const lost = typeof code === 'string' || /pending or processing|nonce|timeout|returned error 5\d\d/i.test(message)
    throw lost
      ? new NexusError(
          'certificate.authority_unreachable',
          'unavailable',
          `The certificate authority gave no answer: ${message}`,
        )
      : new NexusError('certificate.refused', 'conflict', `The certificate authority refused: ${message}`, {
          hint: 'Look at the DNS of the domain: nexusctl instance checks',
        })
  }
}

const agents = new Map<string, Agent>()

/** acme-client has one HTTP client for all: an interceptor gives each directory's origin its own trust. */
function trustForDirectory({ url, trust }: AcmeDirectory): void {
  if (agents.size === 0) {
    acme.axios.defaults.timeout = secondsPerRequest * 1000
    // The client retries on its own for minutes; trying again is the flow's business.
    Reflect.set(Reflect.get(acme.axios.defaults, 'acmeSettings'), 'retryMaxAttempts', 1)
    acme.axios.interceptors.request.use((config) => {
      const agent = config.url === undefined ? undefined : agents.get(new URL(config.url).origin)
      if (agent) config.httpsAgent = agent
      return config
    })
  }
  agents.set(new URL(url).origin, new Agent(trust === undefined ? {} : { ca: [...rootCertificates, trust] }))
}

/** A fixed place in the window for each certificate, so that many hosts do not all come at once. */
const spread = (id: string) => createHash('sha256').update(id).digest().readUInt32BE(0) / 0xffffffff

/** RFC 9773: the authority key identifier and the serial, each as base64url, with a dot between. */
function renewalId({ raw, serial }: { raw: Buffer; serial: string }): string | undefined {
  const at = raw.indexOf(Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x23]))
  if (at < 0) return undefined
  // After the OID: OCTET STRING { SEQUENCE { [0] key identifier } }, all of them short.
  const sequence = raw.subarray(at + 7)
  if (sequence[0] !== 0x30 || sequence[2] !== 0x80) return undefined
  const keyId = sequence.subarray(4, 4 + (sequence[3] ?? 0))
  const hex = serial.length % 2 === 0 ? serial : `0${serial}`
  const padded = Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex
  return `${keyId.toString('base64url')}.${Buffer.from(padded, 'hex').toString('base64url')}`
}
