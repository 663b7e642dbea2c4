import { describe, expect, test } from 'vitest'
import { browser, type Http, type HttpAnswer, redirectOf } from '../../modules/identity/index.ts'
import { logInByFlow } from './authentik-log-in.ts'

const origin = 'https://auth.test'
const callback = 'https://api.acme.test/auth/callback'
const ada = { email: 'ada@acme.test', password: 'correct horse' }
const authorize = `${origin}/application/o/authorize/?client_id=nexus-acme`
const executor = (slug: string) => `/api/v3/flows/executor/${slug}/`

type Stage = { readonly challenge: object; readonly takes: (body: Record<string, unknown>) => object | undefined }

const identification = (passwordFields: boolean): Stage => ({
  challenge: { component: 'ak-stage-identification', user_fields: ['email'], password_fields: passwordFields },
  takes: (body) =>
    body['uid_field'] === ada.email && (!passwordFields || body['password'] === ada.password)
      ? undefined
      : { response_errors: { non_field_errors: [{ string: 'Failed to authenticate.', code: 'invalid' }] } },
})
const password: Stage = {
  challenge: { component: 'ak-stage-password' },
  takes: (body) =>
    body['password'] === ada.password
      ? undefined
      : { response_errors: { password: [{ string: 'Invalid password', code: 'invalid' }] } },
}
const secondFactor: Stage = { challenge: { component: 'ak-stage-authenticator-validate' }, takes: () => undefined }
const denied: Stage = {
  challenge: { component: 'ak-stage-access-denied', error_message: 'Request has been denied.' },
  takes: () => undefined,
}

/** As much of authentik's flow executor as its documentation says: state in the session, a stage a request. */
function authentik(stages: readonly Stage[]) {
  let at = 0
  let signedIn = false
  const csrf: Array<string | undefined> = []
  const answer = (url: string, part: Partial<HttpAnswer>): HttpAnswer => ({
    status: 200,
    url,
    headers: {},
    setCookies: [],
    text: '',
    ...part,
  })
  const http: Http = async (url, wish = {}) => {
    const { pathname, searchParams } = new URL(url)
    const json = (body: object) => answer(url, { text: JSON.stringify(body) })
    const to = (location: string, setCookies: string[] = []) =>
      answer(url, { status: 302, headers: { location }, setCookies })
    if (pathname === '/application/o/authorize/')
      return signedIn
        ? to('/if/flow/consent/?client_id=nexus-acme')
        : to(`/if/flow/login/?${new URLSearchParams({ next: '/application/o/authorize/?client_id=nexus-acme' })}`, [
            'authentik_session=s1; Path=/; Secure; HttpOnly',
            'authentik_csrf=t0ken; Path=/; Secure',
          ])
    if (pathname.startsWith('/if/flow/')) return answer(url, { text: '<ak-flow-executor></ak-flow-executor>' })
    if (!wish.headers?.['cookie']?.includes('authentik_session=s1')) return answer(url, { status: 400 })
    if (pathname === executor('consent')) return json({ component: 'xak-flow-redirect', to: `${callback}?code=c0de` })
    expect(new URLSearchParams(searchParams.get('query') ?? '').get('next')).toContain('/application/o/authorize/')
    if (wish.method === 'POST') {
      csrf.push(wish.headers['x-authentik-csrf'])
      const body = JSON.parse(wish.body ?? '{}') as Record<string, unknown>
      const problem = stages[at]?.takes(body)
      if (problem) return json({ ...stages[at]?.challenge, ...problem })
      at += 1
      return to(url)
    }
    const stage = stages[at]
    if (stage) return json(stage.challenge)
    signedIn = true
    return json({ component: 'xak-flow-redirect', to: '/application/o/authorize/?client_id=nexus-acme' })
  }
  return { http, csrf }
}

async function signIn(server: ReturnType<typeof authentik>, person = ada) {
  const through = browser(server.http)
  const page = await through.follow(await through.get(authorize), callback)
  return logInByFlow(through, page, person, callback)
}

describe('signing in at authentik', () => {
  test('goes through identification, password and consent to the code', async () => {
    const server = authentik([identification(false), password])

    expect(redirectOf(await signIn(server))).toBe(`${callback}?code=c0de`)
    expect(server.csrf).toEqual(['t0ken', 't0ken'])
  })

  test('gives the password beside the name where one stage asks for both', async () => {
    expect(redirectOf(await signIn(authentik([identification(true)])))).toBe(`${callback}?code=c0de`)
  })

  test('is refused with a wrong password, and where a policy denies the person', async () => {
    const wrong = { ...ada, password: 'guess' }

    expect((await signIn(authentik([identification(false), password]), wrong)).status).toBe(403)
    expect((await signIn(authentik([identification(true)]), wrong)).status).toBe(403)
    expect((await signIn(authentik([identification(false), password, denied]))).status).toBe(403)
  })

  test('is unclear, not refused, where a stage asks for a second factor', async () => {
    await expect(signIn(authentik([identification(true), secondFactor]))).rejects.toMatchObject({
      code: 'identity.stage_unknown',
      message: expect.stringContaining('ak-stage-authenticator-validate'),
    })
  })

  test('is unclear where the executor answers with something else', async () => {
    const broken = authentik([])
    const http: Http = async (url, wish) => {
      const answer = await broken.http(url, wish)
      return url.includes('/api/v3/') ? { ...answer, status: 502, text: 'Bad Gateway' } : answer
    }

    await expect(signIn({ ...broken, http })).rejects.toMatchObject({ code: 'identity.stage_unknown' })
  })

  test('comes to an end where a flow leads to itself', async () => {
    const looping: Stage = { challenge: { component: 'ak-stage-user-login' }, takes: () => ({}) }

    await expect(signIn(authentik([looping]))).rejects.toMatchObject({ code: 'identity.redirect_loop' })
  })
})
