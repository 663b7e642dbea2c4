import type { CheckResult } from '../../platform/check.ts'
import { judgeCertificate } from './certificate-judge.ts'
import {
  evidenceOf,
  header,
  https,
  type Judged,
  type Looking,
  looked,
  notAnswered,
  type OutsideHandshake,
  type Site,
  urlOf,
} from './outside-checks.ts'

const sites: readonly Site[] = ['app', 'api']

/** What the edge promises, seen from outside: S0-110 to S0-113, S0-144 and what nobody may get. */
export const edgeChecks = async (
  looking: Looking,
  certificate: { readonly serial?: string } = {},
): Promise<readonly CheckResult[]> => [
  await httpsForced(looking),
  await hstsSent(looking),
  await tlsVersions(looking),
  await certificateValid(looking, certificate.serial),
  await foreignOrigin(looking),
  await cookieFlags(looking),
  await unknownHost(looking),
]

/** S0-110. */
const httpsForced = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.https-forced',
      title: 'Plain HTTP leads to HTTPS',
      asked: `GET http://${looking.target.hosts.app}/ and api`,
    },
    () =>
      both(async (site) => {
        const { target, outside } = looking
        const host = target.hosts[site]
        const answer = await outside.ask({
          address: target.address,
          port: target.httpPort ?? 80,
          host,
          path: '/x?y=1',
          secure: false,
        })
        if (answer.kind === 'failed') return notAnswered(answer)
        const to = header(answer, 'location') ?? ''
        const ok = [301, 308].includes(answer.status) && to === `https://${host}/x?y=1`
        return {
          status: ok ? 'pass' : 'fail',
          summary: ok ? `${host} answers ${answer.status}` : `${host} answers ${answer.status} ${to}`,
          evidence: evidenceOf(answer),
        }
      }),
  )

/** S0-111. */
const hstsSent = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.hsts',
      title: 'Browsers are told to stay with HTTPS',
      asked: `GET ${urlOf(looking.target, 'app', '/')} and api`,
    },
    () =>
      both(async (site) => {
        const answer = await https(looking, site, '/')
        if (answer.kind === 'failed') return notAnswered(answer)
        const sent = header(answer, 'strict-transport-security') ?? ''
        const seconds = Number(/(?:^|;)\s*max-age="?(\d+)/i.exec(sent)?.[1] ?? -1)
        const ok = seconds >= looking.target.hstsSeconds
        return {
          status: ok ? 'pass' : 'fail',
          summary: sent === '' ? `${looking.target.hosts[site]} sends none` : sent,
          evidence: evidenceOf(answer),
        }
      }),
  )

const tlsVersions = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.tls-versions',
      title: 'TLS 1.2 and newer only',
      asked: `handshakes with ${looking.target.hosts.app}`,
    },
    async () => {
      const shake = (only?: 'TLSv1' | 'TLSv1.1') => handshake(looking, 'app', only)
      const [now, one, zero] = [await shake(), await shake('TLSv1.1'), await shake('TLSv1')]
      const evidence = `best: ${told(now)}\nTLSv1.1: ${told(one)}\nTLSv1: ${told(zero)}`
      if (now.kind !== 'agreed') {
        return { status: now.kind === 'refused' ? 'fail' : 'unknown', summary: `no handshake: ${now.why}`, evidence }
      }
      const old = [one, zero].find((each) => each.kind === 'agreed')
      if (old) return { status: 'fail', summary: 'an old version is accepted', evidence }
      if ([one, zero].some((each) => each.kind === 'ours'))
        return { status: 'unknown', summary: 'an old version could not be tried from here', evidence }
      return { status: 'pass', summary: `${now.protocol}; 1.1 and 1.0 are refused`, evidence }
    },
  )

/** S0-144: trusted, for both names, of the serial that was installed, and not near its end. */
export const certificateValid = (looking: Looking, serial?: string): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.certificate',
      title: 'The certificate is valid',
      asked: `TLS handshake with ${looking.target.hosts.app} and api`,
    },
    () =>
      both(async (site) =>
        judgeCertificate(await handshake(looking, site), looking.target.hosts[site], looking.now(), serial),
      ),
  )

/** S0-112, the other half: another origin gets no leave to read. */
const foreignOrigin = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.foreign-origin',
      title: 'A foreign origin is not let in',
      asked: `GET ${urlOf(looking.target, 'api', looking.target.healthPath)} with another Origin`,
    },
    async () => {
      const answer = await https(looking, 'api', looking.target.healthPath, {
        headers: { origin: 'https://foreign.example' },
      })
      if (answer.kind === 'failed') return notAnswered(answer)
      const allowed = header(answer, 'access-control-allow-origin')
      const open = allowed === '*' || allowed === 'null' || allowed === 'https://foreign.example'
      if (open) return { status: 'fail', summary: `the API allows ${allowed}`, evidence: evidenceOf(answer) }
      // An error page says nothing about what the service would have allowed.
      if (answer.status >= 500)
        return { status: 'unknown', summary: `the API answers ${answer.status}`, evidence: evidenceOf(answer) }
      return {
        status: 'pass',
        summary: `no header lets it read (${allowed ?? 'none sent'})`,
        evidence: evidenceOf(answer),
      }
    },
  )

/** S0-113: what the sign-in leaves in a browser is for HTTPS, not for scripts, not for other sites. */
const cookieFlags = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.cookies',
      title: 'Cookies are kept from scripts, other sites and plain HTTP',
      asked: `GET ${urlOf(looking.target, 'api', looking.target.loginPath)}`,
    },
    async () => {
      const answer = await https(looking, 'api', looking.target.loginPath)
      if (answer.kind === 'failed') return notAnswered(answer)
      const cookies = answer.headers['set-cookie'] ?? []
      const evidence = [`HTTP ${answer.status}`, ...cookies.map(withoutValue)].join('\n')
      if (answer.status >= 400) return { status: 'fail', summary: `the sign-in answers ${answer.status}`, evidence }
      if (cookies.length === 0) return { status: 'unknown', summary: 'the sign-in sets no cookie to look at', evidence }
      const bad = cookies.find((cookie) => missingFlags(cookie).length > 0)
      if (bad)
        return {
          status: 'fail',
          summary: `${withoutValue(bad).split(';')[0]} lacks ${missingFlags(bad).join(', ')}`,
          evidence,
        }
      return { status: 'pass', summary: `${cookies.length} with Secure, HttpOnly and SameSite`, evidence }
    },
  )

const withoutValue = (cookie: string): string => cookie.replace(/=[^;]*/, '=...')

export function missingFlags(cookie: string): readonly string[] {
  const flags = cookie
    .split(';')
    .slice(1)
    .map((part) => part.trim().toLowerCase())
  return [
    ...(flags.includes('secure') ? [] : ['Secure']),
    ...(flags.includes('httponly') ? [] : ['HttpOnly']),
    ...(flags.includes('samesite=lax') || flags.includes('samesite=strict') ? [] : ['SameSite']),
  ]
}

const unknownHost = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.unknown-host',
      title: 'A name that is not served is refused',
      asked: 'a foreign Host, and a handshake for a foreign name',
    },
    async () => {
      const foreign = 'not-served.example'
      const answer = await https(looking, 'app', '/', { hostHeader: foreign })
      if (answer.kind === 'failed') return notAnswered(answer)
      const { target, outside } = looking
      const shaken = await outside.shakeHands({ address: target.address, port: target.httpsPort ?? 443, host: foreign })
      const evidence = `${evidenceOf(answer)}\nhandshake: ${told(shaken)}`
      if (answer.status !== 421)
        return { status: 'fail', summary: `a foreign Host is answered ${answer.status} and not 421`, evidence }
      if (shaken.kind === 'agreed')
        return { status: 'fail', summary: 'a certificate is shown for a name that is not served', evidence }
      if (shaken.kind === 'ours') return { status: 'unknown', summary: shaken.why, evidence }
      return { status: 'pass', summary: 'Host 421, handshake refused', evidence }
    },
  )

const handshake = ({ outside, target }: Looking, site: Site, only?: 'TLSv1' | 'TLSv1.1'): Promise<OutsideHandshake> =>
  outside.shakeHands({
    address: target.address,
    port: target.httpsPort ?? 443,
    host: target.hosts[site],
    ...(only === undefined ? {} : { only }),
  })

const told = (shaken: OutsideHandshake): string =>
  shaken.kind === 'agreed' ? `${shaken.protocol} agreed` : `${shaken.kind}: ${shaken.why}`

const rank = { pass: 0, not_applicable: 0, not_built: 0, warn: 1, unknown: 2, fail: 3 } as const

/** The worse of what the two names give. */
async function both(look: (site: Site) => Promise<Judged>): Promise<Judged> {
  const judged: Judged[] = []
  for (const site of sites) judged.push(await look(site))
  const worst = judged.toSorted((one, other) => rank[other.status] - rank[one.status])[0]
  if (!worst) return { status: 'unknown', summary: 'nobody looked' }
  return { ...worst, evidence: judged.map((each) => each.evidence ?? each.summary).join('\n\n') }
}
