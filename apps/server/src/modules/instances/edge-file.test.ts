import { describe, expect, test } from 'vitest'
import { type DomainName, readHostName } from './domain.ts'
import { type EdgeSite, type EdgeState, edgeFingerprint, renderEdge } from './edge-file.ts'

const site = (host: string, change: Partial<EdgeSite> = {}): EdgeSite => ({
  host: readHostName(host),
  service: 'frontend',
  slots: { a: { port: 3000, weight: 100 }, b: { port: 3100, weight: 0 } },
  healthPath: '/health',
  ...change,
})

const state = (...sites: EdgeSite[]): EdgeState => ({ sites, hstsSeconds: 31_536_000, ipv6: false })

const section = (text: string, head: string): string =>
  text.split('\n\n').find((part) => part.split('\n').some((line) => line === head)) ?? ''

describe('the file of the edge', () => {
  const text = renderEdge(state(site('app.acme.test'), site('api.acme.test', { service: 'backend' })))

  test('gives every host a backend with two fixed slots and its own health check', () => {
    expect(section(text, 'backend app.acme.test')).toBe(
      [
        '# frontend',
        'backend app.acme.test',
        '  option httpchk',
        "  http-check send meth GET uri '/health' ver HTTP/1.1 hdr Host app.acme.test",
        '  http-check expect status 200,503',
        '  default-server inter 2s fastinter 500ms downinter 1s fall 3 rise 1',
        '  server a 127.0.0.1:3000 weight 100 check',
        '  server b 127.0.0.1:3100 weight 0 check',
      ].join('\n'),
    )
  })

  test('answers challenges before it redirects everything else to HTTPS', () => {
    const plain = section(text, 'frontend plain')

    expect(plain.indexOf('if challenge challenge_known')).toBeLessThan(plain.indexOf('redirect code 308'))
    expect(plain).toContain('unless { var(txn.host) -m str app.acme.test api.acme.test }')
    expect(plain).not.toContain('use_backend')
    expect(plain).not.toContain('Strict-Transport-Security')
  })

  test('refuses an unknown host, drops claims of origin and then sets its own', () => {
    const secure = section(text, 'frontend secure')
    const lines = secure.split('\n').map((line) => line.trim())

    expect(secure).toContain('strict-sni')
    expect(secure).toContain('max-age=31536000')
    expect(lines.findLastIndex((line) => line.includes('del-header'))).toBeLessThan(
      lines.findIndex((line) => line.includes('set-header X-Forwarded-For')),
    )
  })

  test('never logs a query', () => {
    expect(text).not.toMatch(/%r|%HU|%HQ|httplog/)
  })

  test('asks for TLS 1.2 at least and keeps the socket for root', () => {
    expect(text).toContain('ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets')
    expect(text).toContain('mode 600 user root group root level admin')
  })

  test('without a site serves nobody', () => {
    expect(renderEdge(state())).toContain('string "Nothing is served here under this name."\n')
  })

  test('has the same fingerprint for other ports and weights, another for another site, check or setting', () => {
    const moved = site('app.acme.test', { slots: { a: { port: 1, weight: 3 }, b: { port: 2, weight: 4 } } })
    const first = edgeFingerprint(state(site('app.acme.test')))

    expect(edgeFingerprint(state(moved))).toBe(first)
    expect(edgeFingerprint(state(site('app.other.test')))).not.toBe(first)
    expect(edgeFingerprint(state(site('app.acme.test', { healthPath: '/ready' })))).not.toBe(first)
    expect(edgeFingerprint({ ...state(site('app.acme.test')), hstsSeconds: 1 })).not.toBe(first)
  })

  test.each<[string, Partial<EdgeSite>]>([
    ['a host that was never parsed', { host: 'a.test\n  bind :9' as DomainName }],
    ['a health path with a line in it', { healthPath: '/x\n  server evil 1.2.3.4:1' }],
    ['a health path that ends its quotes', { healthPath: "/x' ver HTTP/1.1 '" }],
    ['a health path with a blank', { healthPath: '/x hdr Evil 1' }],
    ['a service with a line in it', { service: 'x\nbackend y' }],
    ['a port out of range', { slots: { a: { port: 70000, weight: 1 }, b: { port: 1, weight: 0 } } }],
    ['a weight out of range', { slots: { a: { port: 7, weight: 257 }, b: { port: 1, weight: 0 } } }],
  ])('refuses %s', (_, change) => {
    expect(() => renderEdge(state(site('app.acme.test', change)))).toThrow(
      expect.objectContaining({ code: 'edge.bad_site' }),
    )
  })

  test('refuses one host twice', () => {
    expect(() => renderEdge(state(site('app.acme.test'), site('app.acme.test')))).toThrow(/twice/)
  })
})
