import { describe, expect, test } from 'vitest'
import { browser, passwordForm } from './sign-in-browser.ts'
import type { Http, HttpAnswer } from './sign-in-http.ts'

const answer = (url: string, part: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  url,
  headers: {},
  setCookies: [],
  text: '',
  ...part,
})

function site(pages: Readonly<Record<string, Partial<HttpAnswer>>>) {
  const asked: Array<{ url: string; cookie: string | undefined }> = []
  const http: Http = async (url, wish) => {
    asked.push({ url, cookie: wish?.headers?.['cookie'] })
    return answer(url, pages[url])
  }
  return { http, asked }
}

describe('the browser of a proof', () => {
  test('sends a cookie back to its host and path only, and secure ones only over HTTPS', async () => {
    const { http, asked } = site({
      'https://a.test/in': { setCookies: ['s=1; Path=/; HttpOnly; Secure', 'step=2; Path=/in'] },
    })
    const through = browser(http)

    await through.get('https://a.test/in')
    await through.get('https://a.test/in/next')
    await through.get('https://a.test/other')
    await through.get('http://a.test/')
    await through.get('https://b.test/')

    expect(asked.map(({ cookie }) => cookie)).toEqual([undefined, 's=1; step=2', 's=1', undefined, undefined])
  })

  test('forgets a cookie that ended', async () => {
    const { http, asked } = site({
      'https://a.test/in': { setCookies: ['s=1; Path=/'] },
      'https://a.test/out': { setCookies: ['s=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'] },
    })
    const through = browser(http)
    for (const path of ['in', 'out', 'after']) await through.get(`https://a.test/${path}`)

    expect(asked.at(-1)?.cookie).toBeUndefined()
  })

  test('follows redirects, stops before the address that it is told, and ends a loop', async () => {
    const { http } = site({
      'https://a.test/1': { status: 302, headers: { location: '/2' } },
      'https://a.test/2': { status: 302, headers: { location: 'https://b.test/back?code=1' } },
      'https://a.test/loop': { status: 302, headers: { location: '/loop' } },
    })
    const through = browser(http)

    const stopped = await through.follow(await through.get('https://a.test/1'), 'https://b.test/back')

    expect(stopped.url).toBe('https://a.test/2')
    await expect(through.follow(await through.get('https://a.test/loop'))).rejects.toMatchObject({
      code: 'identity.redirect_loop',
    })
  })

  test('finds the form that asks for a password, with its hidden fields', () => {
    const text =
      '<form action="/search"><input name="q"></form><form method="post" action="/in?a=1&amp;b=2">' +
      '<input type="hidden" name="csrf" value="x&#38;y"><input name="email"><input type="password" name="password"></form>'

    expect(passwordForm(answer('https://a.test/page', { text }))).toEqual({
      action: 'https://a.test/in?a=1&b=2',
      fields: { csrf: 'x&y', email: '', password: '' },
    })
    expect(passwordForm(answer('https://a.test/page', { text: '<form><input name="q"></form>' }))).toBeUndefined()
  })
})
