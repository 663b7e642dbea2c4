import { describe, expect, test } from 'vitest'
import { backendRules } from '../backend/backend-env.ts'
import { describeProblems, readEnv } from './env-rules.ts'

const complete = {
  DATABASE_URL: 'postgres://acme:pw@/acme?host=/var/run/postgresql',
  OIDC_ISSUER: 'https://id.example.com/acme',
  OIDC_CLIENT_ID: 'acme-app',
  OIDC_CLIENT_SECRET: 'client-secret',
  TENANT: 'acme',
  SESSION_SECRET: 's'.repeat(32),
  OPENCLAW_API_URL: 'http://127.0.0.1:4802',
  OPENCLAW_API_KEY: 'k'.repeat(16),
  APP_URL: 'https://app.example.com',
  API_URL: 'https://api.example.com',
  SMOKE_TOKEN: 't'.repeat(16),
}

const problemsOf = (env: Record<string, string>) => {
  const answer = readEnv(backendRules, env)
  return answer.ok ? [] : answer.problems
}

describe('the environment of the backend', () => {
  test('is accepted when it is complete, with defaults for the rest', () => {
    const answer = readEnv(backendRules, complete)

    expect(answer).toMatchObject({ ok: true, values: { HOST: '127.0.0.1', PORT: '4801', MODEL_PROVIDER: 'builtin' } })
  })

  test('tells everything that is missing at once, with its group', () => {
    const problems = problemsOf({})

    expect(problems.map(({ name }) => name).sort()).toEqual(Object.keys(complete).sort())
    expect(new Set(problems.map(({ group }) => group))).toEqual(new Set(['db', 'auth', 'openclaw', 'app']))
  })

  test.each([
    ['DATABASE_URL', 'mysql://host/db'],
    ['OIDC_ISSUER', 'ftp://id.example.com'],
    ['TENANT', 'Acme GmbH'],
    ['SESSION_SECRET', 'short'],
    ['OPENCLAW_API_KEY', 'short'],
    ['OPENCLAW_API_URL', 'http://name:password@host'],
    ['APP_URL', 'https://app.example.com/'],
    ['API_URL', 'api.example.com'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['EXTRA_CA_PEM', 'not a certificate'],
  ])('refuses %s when it is "%s"', (name, value) => {
    expect(problemsOf({ ...complete, [name]: value }).map((problem) => problem.name)).toEqual([name])
  })

  test('counts blanks as missing', () => {
    expect(problemsOf({ ...complete, OIDC_CLIENT_ID: '  ' })).toEqual([
      { group: 'auth', name: 'OIDC_CLIENT_ID', problem: 'is missing' },
    ])
  })

  test('never repeats a value in what it says', () => {
    const words = describeProblems(problemsOf({ ...complete, SESSION_SECRET: 'hunter2', DATABASE_URL: 'hunter2' }))

    expect(words).toContain('2 problems')
    expect(words).not.toContain('hunter2')
  })
})
