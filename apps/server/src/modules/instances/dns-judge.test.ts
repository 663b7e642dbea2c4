import { describe, expect, test } from 'vitest'
import { judgeDns, recordsFor } from './dns-judge.ts'
import type { DnsAnswer, DnsLook } from './dns-provider.ts'

const name = 'app.acme.com'
const at = new Date('2026-01-02T03:04:05Z')
const found = (...values: string[]): DnsAnswer => ({ kind: 'found', values })
const none: DnsAnswer = { kind: 'none' }
const silent: DnsAnswer = { kind: 'no_answer', why: 'ETIMEOUT' }
const wish = { names: [name], address: '192.0.2.7', authority: ['letsencrypt.org'] }

const good: DnsLook = { name, a: found('192.0.2.7'), aaaa: none, caa: none }

const judge = (change: Partial<DnsLook>, more: object = {}) => {
  const [a, aaaa, caa] = judgeDns([{ ...good, ...change }], { ...wish, ...more }, at)
  return { a, aaaa, caa }
}

describe('the DNS of a name', () => {
  test('that leads to its host, and nowhere else, passes', () => {
    expect(Object.values(judge({})).map((each) => each?.status)).toEqual(['pass', 'pass', 'pass'])
  })

  test.each<[string, DnsAnswer, string, string]>([
    ['a wrong address', found('192.0.2.8'), 'fail', 'set app.acme.com. A 192.0.2.7'],
    ['a second address', found('192.0.2.7', '192.0.2.8'), 'fail', 'remove that and set app.acme.com. A 192.0.2.7'],
    ['no A record', none, 'fail', 'set app.acme.com. A 192.0.2.7'],
    ['a name that does not exist', { kind: 'nxdomain' }, 'fail', 'set app.acme.com. A 192.0.2.7'],
    ['no answer', silent, 'unknown', 'ETIMEOUT'],
  ])('%s is judged', (_, a, status, says) => {
    expect(judge({ a }).a).toMatchObject({ status, summary: expect.stringContaining(says) })
  })

  test.each<[string, DnsAnswer, object, string, string]>([
    ['a stray one', found('2001:db8::9'), {}, 'fail', 'remove app.acme.com. AAAA 2001:db8::9'],
    ['the wanted one in another spelling', found('2001:db8:0::1'), { address6: '2001:DB8::1' }, 'pass', 'leads to'],
    ['another than the wanted one', found('2001:db8::2'), { address6: '2001:db8::1' }, 'fail', 'AAAA 2001:db8::1'],
    ['none where one is wanted', none, { address6: '2001:db8::1' }, 'fail', 'AAAA 2001:db8::1'],
    ['no answer', silent, {}, 'unknown', 'no answer'],
  ])('of AAAA, %s is judged', (_, aaaa, more, status, says) => {
    expect(judge({ aaaa }, more).aaaa).toMatchObject({ status, summary: expect.stringContaining(says) })
  })

  test.each<[string, DnsAnswer, object, string]>([
    ['our authority', found('0 issue "letsencrypt.org"'), {}, 'pass'],
    ['ours beside another', found('0 issue "other.example"', '0 issue "LetsEncrypt.org"'), {}, 'pass'],
    ['another authority', found('0 issue "other.example"'), {}, 'fail'],
    ['nobody', found('0 issue ";"'), {}, 'fail'],
    ['ours by DNS only', found('0 issue "letsencrypt.org; validationmethods=dns-01"'), {}, 'fail'],
    ['ours by HTTP', found('0 issue "letsencrypt.org; validationmethods=dns-01,http-01"'), {}, 'pass'],
    ['an account that may not be ours', found('0 issue "letsencrypt.org; accounturi=https://x/1"'), {}, 'fail'],
    ['wildcards only', found('0 issuewild ";"'), {}, 'pass'],
    ['a critical property nobody knows', found('128 future "x"', '0 issue "letsencrypt.org"'), {}, 'fail'],
    ['somebody, while our authority has no name', found('0 issue "x.example"'), { authority: [] }, 'unknown'],
    ['no answer', silent, {}, 'unknown'],
  ])('of CAA, %s is judged', (_, caa, more, status) => {
    expect(judge({ caa }, more).caa?.status).toBe(status)
  })

  test('names the CAA record to set, at the name where the refusing one stands', () => {
    expect(judge({ caa: found('0 issue "other.example"'), caaAt: 'acme.com' }).caa?.summary).toContain(
      'set acme.com. CAA 0 issue "letsencrypt.org"',
    )
  })

  test('is unknown when nobody looked', () => {
    expect(judgeDns([], wish, at).map((each) => each.status)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  test('asks for an AAAA record only where the host has one', () => {
    expect(recordsFor(wish)).toEqual([{ name, type: 'A', value: '192.0.2.7' }])
    expect(recordsFor({ ...wish, address6: '2001:db8::1' })).toHaveLength(2)
  })
})
