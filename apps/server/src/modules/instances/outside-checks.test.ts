import { describe, expect, test } from 'vitest'
import { foldChecks } from '../../platform/check.ts'
import { judgeCertificate } from './certificate-judge.ts'
import { hostsOf, readHostName } from './domain.ts'
import type { Looking, Outside, OutsideAnswer, OutsideHandshake, OutsideRequest } from './outside-checks.ts'
import { edgeChecks, missingFlags } from './outside-edge.ts'
import { type StackSmoke, smokeBackend, smokeFrontend, smokeFrontendToBackend, smokeStack } from './outside-smoke.ts'
import { uptimeChecks } from './outside-uptime.ts'

const now = new Date('2026-06-01T00:00:00Z')
const hosts = hostsOf(readHostName('acme.test'))

const answer = (status: number, headers: Record<string, string | string[]> = {}, body = ''): OutsideAnswer => ({
  kind: 'answered',
  status,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  body,
  cut: false,
  seconds: 0.01,
})
const gone: OutsideAnswer = { kind: 'failed', why: 'connect ECONNREFUSED', code: 'ECONNREFUSED', seconds: 0.01 }
const refused: OutsideHandshake = { kind: 'refused', why: 'alert', code: 'ALERT' }
const agreed: Extract<OutsideHandshake, { kind: 'agreed' }> = {
  kind: 'agreed',
  protocol: 'TLSv1.3',
  trusted: true,
  why: '',
  serial: 'AB',
  names: Object.values(hosts),
  issuer: 'Authority',
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-07-30T00:00:00Z',
}
const hsts = { 'strict-transport-security': 'max-age=31536000' }

/** An instance without a fault; a test puts one in. */
function well(request: OutsideRequest): OutsideAnswer {
  if (!request.secure) return answer(308, { location: `https://${request.host}${request.path}` })
  if (request.hostHeader !== undefined) return answer(421, hsts)
  if (request.path === '/config.json') return answer(200, hsts, JSON.stringify({ apiUrl: `https://${hosts.api}` }))
  if (request.path === '/auth/login') {
    return answer(303, { ...hsts, 'set-cookie': '__Host-s=secret-value; Path=/; Secure; HttpOnly; SameSite=Lax' })
  }
  if (request.path === '/health') {
    const origin = request.headers?.origin
    const cors = origin === `https://${hosts.app}` ? { 'access-control-allow-origin': origin } : {}
    return answer(200, { ...hsts, ...cors }, JSON.stringify({ status: 'ok', openclaw: 'ok' }))
  }
  return answer(200, { ...hsts, 'content-type': 'text/html; charset=utf-8' }, '<h1>hello</h1>')
}

const shake: Outside['shakeHands'] = async ({ host, only }) =>
  only === undefined && (host === hosts.app || host === hosts.api) ? agreed : refused

const looking = (
  change: Partial<{ ask: (request: OutsideRequest) => OutsideAnswer | undefined; shake: Outside['shakeHands'] }> = {},
): Looking => ({
  outside: { ask: async (request) => change.ask?.(request) ?? well(request), shakeHands: change.shake ?? shake },
  now: () => now,
  target: {
    address: '192.0.2.7',
    hosts,
    hstsSeconds: 31_536_000,
    healthPath: '/health',
    configPath: '/config.json',
    loginPath: '/auth/login',
  },
})

const everything = async (at: Looking) => [
  await smokeFrontend(at),
  await smokeBackend(at),
  await smokeFrontendToBackend(at),
  ...(await edgeChecks(at)),
]
const statusOf = async (name: string, at: Looking) => (await everything(at)).find((each) => each.name === name)?.status

describe('an instance looked at from outside', () => {
  test('without a fault passes everything', async () => {
    expect(foldChecks(await everything(looking()))).toBe('pass')
  })

  test('that does not answer passes nothing', async () => {
    const results = await everything(
      looking({ ask: () => gone, shake: async () => ({ kind: 'ours', why: 'x', code: 'ECONNREFUSED' }) }),
    )

    expect(results.map((each) => each.status)).not.toContain('pass')
  })

  test('looked at by something that breaks is unknown', async () => {
    const broken = looking({
      ask: () => {
        throw new Error('broken')
      },
    })

    expect(await smokeFrontend(broken)).toMatchObject({ status: 'unknown', summary: 'broken' })
  })

  test.each<[string, string, (request: OutsideRequest) => OutsideAnswer | undefined]>([
    ['smoke.frontend', 'answers 503', (r) => (r.path === '/' ? answer(503, hsts) : undefined)],
    ['smoke.frontend', 'has no page', (r) => (r.path === '/' ? answer(200, hsts, '{}') : undefined)],
    ['smoke.backend', 'is degraded', (r) => (r.path === '/health' ? answer(503, hsts) : undefined)],
    [
      'smoke.frontend-to-backend',
      'uses another API',
      (r) => (r.path === '/config.json' ? answer(200, hsts, '{"apiUrl":"https://api.other.test"}') : undefined),
    ],
    [
      'smoke.frontend-to-backend',
      'has a page for config',
      (r) => (r.path === '/config.json' ? answer(200, hsts, '<h1>') : undefined),
    ],
    [
      'smoke.frontend-to-backend',
      'is not let in by its API',
      (r) => (r.headers?.origin ? answer(200, hsts) : undefined),
    ],
    [
      'smoke.foreign-origin',
      'lets every origin in',
      (r) => (r.headers?.origin ? answer(200, { ...hsts, 'access-control-allow-origin': '*' }) : undefined),
    ],
    [
      'smoke.foreign-origin',
      'mirrors the origin',
      (r) =>
        r.headers?.origin ? answer(200, { ...hsts, 'access-control-allow-origin': r.headers.origin }) : undefined,
    ],
    ['smoke.https-forced', 'serves plain HTTP', (r) => (r.secure ? undefined : answer(200))],
    [
      'smoke.https-forced',
      'redirects elsewhere',
      (r) => (r.secure ? undefined : answer(308, { location: 'https://elsewhere.test/' })),
    ],
    [
      'smoke.https-forced',
      'redirects for a while',
      (r) => (r.secure ? undefined : answer(302, { location: `https://${r.host}${r.path}` })),
    ],
    [
      'smoke.hsts',
      'sends no HSTS at one name',
      (r) => (r.host === hosts.api && r.path === '/' ? answer(200) : undefined),
    ],
    [
      'smoke.hsts',
      'sends a short HSTS',
      (r) => (r.path === '/' ? answer(200, { 'strict-transport-security': 'max-age=60' }) : undefined),
    ],
    [
      'smoke.cookies',
      'sets a loose cookie',
      (r) =>
        r.path === '/auth/login'
          ? answer(303, { 'set-cookie': ['a=1; Secure; HttpOnly; SameSite=Lax', 'b=2; Secure'] })
          : undefined,
    ],
    ['smoke.cookies', 'has no sign-in', (r) => (r.path === '/auth/login' ? answer(502) : undefined)],
    ['smoke.unknown-host', 'serves a foreign Host', (r) => (r.hostHeader ? answer(200) : undefined)],
  ])('%s fails when it %s', async (name, _, ask) => {
    expect(await statusOf(name, looking({ ask }))).toBe('fail')
  })

  test.each<[string, string, Outside['shakeHands'], string]>([
    [
      'smoke.tls-versions',
      'speaks TLS 1.1',
      async (where) => (where.only === 'TLSv1.1' ? { ...agreed, protocol: 'TLSv1.1' } : shake(where)),
      'fail',
    ],
    [
      'smoke.tls-versions',
      'cannot be tried with TLS 1.0',
      async (where) => (where.only === 'TLSv1' ? { kind: 'ours', why: 'no ciphers', code: 'x' } : shake(where)),
      'unknown',
    ],
    ['smoke.unknown-host', 'shows a certificate to anybody', async () => agreed, 'fail'],
    [
      'smoke.certificate',
      'covers one name only',
      async (where) => ({ ...agreed, names: [hosts.app], ...(where.only ? { kind: 'agreed' as const } : {}) }),
      'fail',
    ],
  ])('%s is judged when it %s', async (name, _, shakeHands, status) => {
    expect(await statusOf(name, looking({ shake: shakeHands }))).toBe(status)
  })

  test('shows no value of a cookie', async () => {
    expect(JSON.stringify(await everything(looking()))).not.toContain('secret-value')
  })
})

describe('a certificate', () => {
  test.each<[string, Partial<typeof agreed>, string]>([
    ['in the middle of its life', {}, 'pass'],
    ['that should have been renewed', { notAfter: '2026-06-08T00:00:00Z' }, 'warn'],
    ['about to expire', { notAfter: '2026-06-01T06:00:00Z' }, 'fail'],
    ['that ended', { notAfter: '2026-05-31T00:00:00Z' }, 'fail'],
    ['that has not begun', { notBefore: '2026-06-02T00:00:00Z' }, 'fail'],
    ['nobody trusts', { trusted: false, why: 'SELF_SIGNED' }, 'fail'],
    ['for another name', { names: ['app.other.test'] }, 'fail'],
    ['with unreadable dates', { notAfter: '' }, 'unknown'],
  ])('%s is judged', (_, change, status) => {
    expect(judgeCertificate({ ...agreed, ...change }, hosts.app, now).status).toBe(status)
  })

  test('other than the one installed fails', () => {
    expect(judgeCertificate(agreed, hosts.app, now, 'CD').status).toBe('fail')
  })
})

describe('a check of the stack', () => {
  const check: StackSmoke = {
    name: 'core',
    title: 'The core answers',
    site: 'api',
    method: 'POST',
    path: '/api/smoke',
    headers: { Authorization: 'Bearer ${TOKEN}' },
    body: '{}',
    status: 200,
    contains: 'passed',
    timeoutSeconds: 5,
  }

  test('gets its secret, and the evidence hides it even when the service sends it back', async () => {
    const asked: OutsideRequest[] = []
    const at = looking({
      ask: (request) => {
        asked.push(request)
        return answer(200, {}, `passed with ${request.headers?.authorization}`)
      },
    })
    const results = await smokeStack(at, [check], async () => 's3cr3t')

    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer s3cr3t' })
    expect(results).toMatchObject([{ name: 'smoke.stack.core', status: 'pass' }])
    expect(JSON.stringify(results)).not.toContain('s3cr3t')
  })

  test.each([
    ['another status', answer(401, {}, 'passed')],
    ['another text', answer(200, {}, 'nothing')],
    ['no answer', gone],
  ])('fails on %s', async (_, given) => {
    expect(await smokeStack(looking({ ask: () => given }), [check], async () => 'x')).toMatchObject([
      { status: 'fail' },
    ])
  })

  test('whose secret cannot be had is unknown', async () => {
    const none = async () => {
      throw new Error('no such secret')
    }

    expect(await smokeStack(looking(), [check], none)).toMatchObject([{ status: 'unknown' }])
  })

  test('that no stack brought is unknown, not passed', async () => {
    expect(await smokeStack(looking(), [], async () => '')).toMatchObject([{ name: 'smoke.core', status: 'unknown' }])
  })
})

describe('uptime', () => {
  const of = async (ask: (request: OutsideRequest) => OutsideAnswer | undefined) =>
    Object.fromEntries((await uptimeChecks(looking({ ask }))).map((each) => [each.name.slice(7), each.status]))

  test('is three passes when all is well', async () => {
    expect(await of(() => undefined)).toEqual({ frontend: 'pass', backend: 'pass', openclaw: 'pass' })
  })

  test('tells OpenClaw apart from the backend', async () => {
    const degraded = answer(503, {}, '{"status":"degraded","openclaw":"unavailable"}')
    expect(await of((r) => (r.path === '/health' ? degraded : undefined))).toEqual({
      frontend: 'pass',
      backend: 'fail',
      openclaw: 'fail',
    })
  })

  test('knows nothing of OpenClaw while the backend is silent', async () => {
    expect(await of((r) => (r.host === hosts.api ? gone : undefined))).toEqual({
      frontend: 'pass',
      backend: 'fail',
      openclaw: 'unknown',
    })
  })
})

test('a cookie lacks what it lacks', () => {
  expect(missingFlags('a=1')).toEqual(['Secure', 'HttpOnly', 'SameSite'])
  expect(missingFlags('a=1; secure; httponly; samesite=none')).toEqual(['SameSite'])
  expect(missingFlags('a=Secure; Path=/; HttpOnly; SameSite=Strict')).toEqual(['Secure'])
})
