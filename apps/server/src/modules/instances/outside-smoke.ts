import type { CheckResult } from '../../platform/check.ts'
import {
  evidenceOf,
  header,
  https,
  type Judged,
  type Looking,
  looked,
  notAnswered,
  type Site,
  urlOf,
} from './outside-checks.ts'

/** A check that a stack brings: what is asked, and what must come back. */
export type StackSmoke = {
  readonly name: string
  readonly title: string
  readonly site: Site
  readonly method: string
  readonly path: string
  /** `${NAME}` in a value is a variable of the instance, filled in at the last moment and shown nowhere. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
  readonly contains?: string
  readonly timeoutSeconds: number
}

export type RevealVariable = (name: string) => Promise<string>

/** S0-114 and S0-106: the page of the app loads over HTTPS. */
export const smokeFrontend = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.frontend',
      title: 'The frontend is reachable over HTTPS',
      asked: `GET ${urlOf(looking.target, 'app', '/')}`,
    },
    async () => {
      const answer = await https(looking, 'app', '/')
      if (answer.kind === 'failed') return notAnswered(answer)
      const isPage = /^text\/html\b/.test(header(answer, 'content-type') ?? '')
      const ok = answer.status === 200 && isPage
      return {
        status: ok ? 'pass' : 'fail',
        summary: ok ? 'answers 200 with a page' : `answers ${answer.status}${isPage ? '' : ' and not with a page'}`,
        evidence: evidenceOf(answer),
      }
    },
  )

/** S0-115 and S0-102. */
export const smokeBackend = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.backend',
      title: 'The backend says that it is well',
      asked: `GET ${urlOf(looking.target, 'api', looking.target.healthPath)}`,
    },
    async () => {
      const answer = await https(looking, 'api', looking.target.healthPath)
      if (answer.kind === 'failed') return notAnswered(answer)
      return {
        status: answer.status === 200 ? 'pass' : 'fail',
        summary: `answers ${answer.status}`,
        evidence: evidenceOf(answer),
      }
    },
  )

/** S0-116 and S0-112: the page is told of this very API, and the API lets the page's origin read its answer. */
export const smokeFrontendToBackend = (looking: Looking): Promise<CheckResult> =>
  looked(
    looking,
    {
      name: 'smoke.frontend-to-backend',
      title: 'The frontend reaches the backend as a browser would',
      asked: `GET ${urlOf(looking.target, 'app', looking.target.configPath)}, then the API with its Origin`,
    },
    async () => {
      const { target } = looking
      const config = await https(looking, 'app', target.configPath)
      if (config.kind === 'failed') return notAnswered(config)
      const told = apiUrlIn(config.body)
      const origin = `https://${target.hosts.app}`
      if (config.status !== 200 || told === undefined) {
        return { status: 'fail', summary: 'the frontend does not say which API it uses', evidence: evidenceOf(config) }
      }
      if (told !== `https://${target.hosts.api}`) {
        return { status: 'fail', summary: `the frontend uses ${told} as its API`, evidence: evidenceOf(config) }
      }
      const answer = await https(looking, 'api', target.healthPath, { headers: { origin } })
      if (answer.kind === 'failed') return notAnswered(answer)
      const allowed = header(answer, 'access-control-allow-origin')
      const ok = answer.status === 200 && allowed === origin
      const summary = ok
        ? 'the API answers the origin of the app'
        : `the API answers ${answer.status} and allows ${allowed ?? 'no origin'}`
      return { status: ok ? 'pass' : 'fail', summary, evidence: `${evidenceOf(config)}\n\n${evidenceOf(answer)}` }
    },
  )

function apiUrlIn(body: string): string | undefined {
  try {
    const config: unknown = JSON.parse(body)
    const told: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'apiUrl') : undefined
    return typeof told === 'string' ? new URL(told).href.replace(/\/$/, '') : undefined
  } catch {
    return undefined
  }
}

/** S0-117 and every other check that the stack brings. Without one, nobody knows whether its core works. */
export async function smokeStack(
  looking: Looking,
  checks: readonly StackSmoke[],
  reveal: RevealVariable,
): Promise<readonly CheckResult[]> {
  if (checks.length === 0) {
    const named = { name: 'smoke.core', title: 'The core of the stack answers', asked: 'the checks of the stack' }
    return [
      await looked(looking, named, async () => ({
        status: 'unknown',
        summary: 'the stack brings no check of its own',
      })),
    ]
  }
  const results: CheckResult[] = []
  for (const check of checks) {
    const named = {
      name: `smoke.stack.${check.name}`,
      title: check.title,
      asked: `${check.method} ${urlOf(looking.target, check.site, check.path)}`,
    }
    results.push(await looked(looking, named, () => askStack(looking, check, reveal)))
  }
  return results
}

async function askStack(looking: Looking, check: StackSmoke, reveal: RevealVariable): Promise<Judged> {
  const { headers, hidden } = await fillIn(check.headers, reveal)
  const answer = await https(looking, check.site, check.path, {
    method: check.method,
    headers: { ...headers, ...(check.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(check.body === undefined ? {} : { body: check.body }),
    timeoutSeconds: check.timeoutSeconds,
  })
  if (answer.kind === 'failed') return notAnswered(answer)
  const says = check.contains === undefined || answer.body.includes(check.contains)
  const ok = answer.status === check.status && says
  return {
    status: ok ? 'pass' : 'fail',
    summary: `answers ${answer.status}${says ? '' : `, without ${JSON.stringify(check.contains)}`}`,
    evidence: evidenceOf(answer, hidden),
  }
}

async function fillIn(headers: Readonly<Record<string, string>>, reveal: RevealVariable) {
  const names = [
    ...new Set(
      Object.values(headers).flatMap((value) =>
        [...value.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)].flatMap((each) => each[1] ?? []),
      ),
    ),
  ]
  const values = new Map<string, string>()
  for (const name of names) values.set(name, await reveal(name))
  const filled = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, variable: string) => values.get(variable) ?? ''),
  ])
  const shown: Record<string, string> = Object.fromEntries(filled)
  return { headers: shown, hidden: [...values.values()] }
}
