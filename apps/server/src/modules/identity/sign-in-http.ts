import { lookup } from 'node:dns'
import { rootCertificates } from 'node:tls'
import { Agent, fetch as undiciFetch } from 'undici'

export type HttpAnswer = {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  readonly text: string
}

export type HttpWish = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One request, no redirect followed. */
export type Http = (url: string, wish?: HttpWish) => Promise<HttpAnswer>

export type FetchViaOptions = {
  /** The address to connect to for a name; undefined leaves it to the system's resolver. */
  readonly resolve: (host: string) => string | undefined
  /** Certificates (PEM) that are trusted beside the usual ones. */
  readonly ca: readonly string[]
  readonly timeoutSeconds?: number
}

const largestAnswer = 1_000_000

/** Requests that reach a customer's names at the host's address, with the name kept in TLS and Host. */
export function fetchVia({ resolve, ca, timeoutSeconds = 15 }: FetchViaOptions): {
  readonly http: Http
  readonly close: () => Promise<void>
} {
  const agent = new Agent({
    connect: {
      ca: [...rootCertificates, ...ca],
      lookup: (host, options, done) => {
        const address = resolve(host)
        if (address === undefined) return lookup(host, options, done)
        const family = address.includes(':') ? 6 : 4
        if (options.all) done(null, [{ address, family }])
        else done(null, address, family)
      },
    },
  })
  return {
    http: async (url, wish = {}) => {
      const response = await undiciFetch(url, {
        method: wish.method ?? 'GET',
        headers: { ...wish.headers },
        ...(wish.body === undefined ? {} : { body: wish.body }),
        redirect: 'manual',
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      })
      const text = (await response.text()).slice(0, largestAnswer)
      return {
        status: response.status,
        url,
        headers: Object.fromEntries(response.headers),
        setCookies: response.headers.getSetCookie(),
        text,
      }
    },
    close: () => agent.destroy(),
  }
}
