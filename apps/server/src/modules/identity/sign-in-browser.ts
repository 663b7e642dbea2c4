import { NexusError } from '../../platform/errors.ts'
import type { Http, HttpAnswer } from './sign-in-http.ts'

type Cookie = {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
  readonly secure: boolean
}

export type Form = { readonly action: string; readonly fields: Readonly<Record<string, string>> }

/** As much of a browser as a sign-in takes: cookies by host and path, redirects, one form. */
export type Browser = {
  readonly get: (url: string, headers?: Readonly<Record<string, string>>) => Promise<HttpAnswer>
  readonly submit: (form: Form) => Promise<HttpAnswer>
  /** POSTs JSON as a page's own script would. */
  readonly sendJson: (url: string, body: object, headers?: Readonly<Record<string, string>>) => Promise<HttpAnswer>
  /** The value of a cookie that goes to `url`, as a script of that page reads it. */
  readonly cookie: (url: string, name: string) => string | undefined
  /** Goes on from an answer through its redirects, until one leads to `stopAt` or there are none. */
  readonly follow: (answer: HttpAnswer, stopAt?: string) => Promise<HttpAnswer>
}

const mostRedirects = 15

export function browser(http: Http): Browser {
  let cookies: readonly Cookie[] = []

  const remember = (answer: HttpAnswer) => {
    const { hostname } = new URL(answer.url)
    for (const line of answer.setCookies) {
      const cookie = parseCookie(line, hostname)
      if (!cookie) continue
      cookies = cookies.filter(
        ({ name, host, path }) => name !== cookie.name || host !== cookie.host || path !== cookie.path,
      )
      if (cookie.value !== '') cookies = [...cookies, cookie]
    }
  }

  const cookiesFor = (url: URL) =>
    cookies
      .filter((each) => each.host === url.hostname && isBelow(url.pathname, each.path))
      .filter((each) => !each.secure || url.protocol === 'https:')

  const send: Http = async (url, wish = {}) => {
    const cookie = cookiesFor(new URL(url))
      .map((each) => `${each.name}=${each.value}`)
      .join('; ')
    const answer = await http(url, { ...wish, headers: { ...wish.headers, ...(cookie === '' ? {} : { cookie }) } })
    remember(answer)
    return answer
  }

  return {
    get: (url, headers) => send(url, headers === undefined ? {} : { headers }),
    submit: ({ action, fields }) =>
      send(action, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(action).origin },
        body: new URLSearchParams(fields).toString(),
      }),
    sendJson: (url, body, headers) =>
      send(url, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          origin: new URL(url).origin,
          referer: url,
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    cookie: (url, name) => cookiesFor(new URL(url)).find((each) => each.name === name)?.value,
    async follow(answer, stopAt) {
      let current = answer
      for (let hops = 0; hops < mostRedirects; hops += 1) {
        const next = redirectOf(current)
        if (next === undefined || (stopAt !== undefined && isAt(next, stopAt))) return current
        current = await send(next)
      }
      throw new NexusError(
        'identity.redirect_loop',
        'unavailable',
        `A sign-in was redirected more than ${mostRedirects} times.`,
      )
    },
  }
}

export function redirectOf(answer: HttpAnswer): string | undefined {
  const location = answer.headers['location']
  if (answer.status < 300 || answer.status >= 400 || location === undefined) return undefined
  return new URL(location, answer.url).href
}

export const isAt = (url: string, place: string): boolean => {
  const [one, other] = [new URL(url), new URL(place)]
  return one.origin === other.origin && one.pathname === other.pathname
}

const isBelow = (path: string, folder: string) =>
  folder === '/' || path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

function parseCookie(line: string, host: string): Cookie | undefined {
  const [pair = '', ...attributes] = line.split(';').map((each) => each.trim())
  const at = pair.indexOf('=')
  if (at <= 0) return undefined
  const textOf = (name: string) =>
    attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const expires = textOf('expires')
  const gone = textOf('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= 0)
  return {
    name: pair.slice(0, at),
    value: gone ? '' : pair.slice(at + 1),
    host,
    path: textOf('path') ?? '/',
    secure: attributes.some((each) => each.toLowerCase() === 'secure'),
  }
}

const plain = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)?.[1]
  return found === undefined ? undefined : plain(found)
}

/** The form of a page that asks for a password, with its hidden fields. */
export function passwordForm(answer: HttpAnswer): Form | undefined {
  for (const [, tag = '', inside = ''] of answer.text.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi)) {
    const inputs = [...inside.matchAll(/<input\b[^>]*>/gi)].map(([input]) => input)
    if (!inputs.some((each) => attribute(each, 'type') === 'password')) continue
    const fields = inputs.flatMap((each) => {
      const name = attribute(each, 'name')
      return name === undefined ? [] : [[name, attribute(each, 'value') ?? ''] as const]
    })
    return { action: new URL(attribute(tag, 'action') ?? '', answer.url).href, fields: Object.fromEntries(fields) }
  }
  return undefined
}
