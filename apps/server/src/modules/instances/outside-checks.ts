import type { CheckResult, CheckStatus } from '../../platform/check.ts'
import { plainLine, plainText } from '../../platform/plain-text.ts'
import type { DomainHosts } from './domain.ts'

/** How an instance is looked at from outside; an adapter of app/ answers it. */
export type Outside = {
  readonly ask: (request: OutsideRequest) => Promise<OutsideAnswer>
  readonly shakeHands: (where: {
    readonly address: string
    readonly port: number
    readonly host: string
    readonly only?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  }) => Promise<OutsideHandshake>
}

export type OutsideRequest = {
  readonly address: string
  readonly port: number
  readonly host: string
  readonly path: string
  readonly secure: boolean
  readonly hostHeader?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutSeconds?: number
}

export type OutsideAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
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
      readonly trusted: boolean
      readonly why: string
      readonly serial: string
      readonly names: readonly string[]
      readonly issuer: string
      readonly notBefore: string
      readonly notAfter: string
    }
  | { readonly kind: 'refused' | 'ours'; readonly why: string; readonly code: string }

/** Where an instance was placed and what it says of itself. */
export type OutsideTarget = {
  readonly address: string
  readonly hosts: DomainHosts
  readonly hstsSeconds: number
  readonly httpPort?: number
  readonly httpsPort?: number
  /** Of the backend. */
  readonly healthPath: string
  /** Where the frontend says which API it uses: JSON with `apiUrl`. */
  readonly configPath: string
  readonly loginPath: string
}

export type Looking = { readonly outside: Outside; readonly target: OutsideTarget; readonly now: () => Date }

export type Judged = { readonly status: CheckStatus; readonly summary: string; readonly evidence?: string }

type Named = { readonly name: string; readonly title: string; readonly asked: string }

/** Runs one look and makes a result of it; whatever is thrown on the way is `unknown`, never `pass`. */
export async function looked(
  { now }: Pick<Looking, 'now'>,
  named: Named,
  look: () => Promise<Judged>,
): Promise<CheckResult> {
  const at = now()
  const judged = await look().catch(
    (thrown: unknown): Judged => ({
      status: 'unknown',
      summary: thrown instanceof Error ? thrown.message : String(thrown),
    }),
  )
  return {
    ...named,
    asked: plainLine(named.asked),
    status: judged.status,
    summary: plainLine(judged.summary),
    vantage: 'control plane',
    at: at.toISOString(),
    seconds: Math.max(0, (now().getTime() - at.getTime()) / 1000),
    ...(judged.evidence === undefined ? {} : { evidence: plainText(judged.evidence) }),
  }
}

export type Site = keyof DomainHosts

export const https = ({ outside, target }: Looking, site: Site, path: string, more: Partial<OutsideRequest> = {}) =>
  outside.ask({
    address: target.address,
    port: target.httpsPort ?? 443,
    host: target.hosts[site],
    path,
    secure: true,
    ...more,
  })

export const urlOf = (target: OutsideTarget, site: Site, path: string): string => `https://${target.hosts[site]}${path}`

/** A service that did not answer, or not over a trusted connection, has failed; only our own time limit is `unknown`. */
export const notAnswered = (answer: Extract<OutsideAnswer, { kind: 'failed' }>): Judged =>
  answer.code === 'EADDRESS'
    ? { status: 'unknown', summary: answer.why }
    : { status: 'fail', summary: answer.why, evidence: `${answer.code}: ${answer.why}` }

const shownHeaders = [
  'content-type',
  'location',
  'strict-transport-security',
  'access-control-allow-origin',
  'access-control-allow-credentials',
]

/** The status, the headers that matter here, and the beginning of the body. Cookies never. */
export function evidenceOf(answer: OutsideAnswer, hidden: readonly string[] = []): string {
  if (answer.kind === 'failed') return `${answer.code}: ${answer.why}`
  const headers = shownHeaders.flatMap((name) => (answer.headers[name] ?? []).map((value) => `${name}: ${value}`))
  const text = [`HTTP ${answer.status} in ${answer.seconds} s`, ...headers, '', answer.body.slice(0, 1500)].join('\n')
  return hidden.filter((each) => each !== '').reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text)
}

export const header = (answer: Extract<OutsideAnswer, { kind: 'answered' }>, name: string): string | undefined =>
  answer.headers[name]?.[0]
