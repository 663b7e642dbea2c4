import { describe, expect, test } from 'vitest'
import { type LaunchValues, launchMail } from './launch-mail.ts'
import { withoutLinks } from './mail-layout.ts'
import { parseValues, writeNotice } from './notice-content.ts'

const values: LaunchValues = {
  customer: 'Acme',
  nexusUrl: 'https://app.acme.test',
  identityName: 'Marcoby Identity',
  identityUrl: 'https://id.nexus.test:7443',
  adminEmail: 'ada@acme.test',
  inviteRef: 'secret:acme/admin-invite@1',
  inviteExpiresAt: '2026-11-22T10:00:00.000Z',
  support: 'support@nexus.test',
  slaResponseTimes: [
    { severity: 'critical', response: '1 hour' },
    { severity: 'minor', response: '1 day' },
  ],
}
const link = 'https://id.nexus.test:7443/invite/abcDEF'

describe('the launch e-mail', () => {
  test.each(['text', 'html'] as const)('says all five things in %s (S0-129..133)', (part) => {
    const mail = launchMail(values, link)

    for (const word of ['https://app.acme.test', 'Marcoby Identity', link, 'support@nexus.test', '1 hour', '1 day']) {
      expect(mail[part]).toContain(word)
    }
    expect(mail[part]).toContain('2026-11-22 10:00 UTC')
  })

  test('writes what a customer is called as words, never as markup', () => {
    const mail = launchMail({ ...values, customer: '<img src=x onerror="alert(1)">&' }, link)

    expect(mail.html).not.toContain('<img')
    expect(mail.html).toContain('&#60;img src=x')
  })

  test('has a subject of one line, whatever is in the values', () => {
    const { subject } = writeNotice(
      'task-for-owner',
      { ticket: '7', what: 'look\r\nBcc: everyone@example.com', why: 'because' },
      '',
    )

    expect(subject).not.toMatch(/[\r\n]/)
  })

  test('makes no link of an address that is not a web address', () => {
    expect(launchMail(values, 'javascript:alert(1)').html).not.toContain('href="javascript')
  })

  test('is kept with each link as its hash, the same in text and HTML', () => {
    const kept = withoutLinks(launchMail(values, `${link}?a=1&b=2`))
    const hash = /Invitation:\s*(\[link sha256:[0-9a-f]{32}\])/.exec(kept.text)?.[1]

    expect(`${kept.text}${kept.html}`).not.toContain('https://')
    expect(hash).toBeDefined()
    expect(kept.html).toContain(hash)
  })

  test('is refused with every missing value named at once', () => {
    expect(() => parseValues('launch', { customer: 'Acme', support: '' })).toThrowError(
      expect.objectContaining({
        code: 'notices.bad_values',
        problems: expect.arrayContaining([
          expect.objectContaining({ path: 'support' }),
          expect.objectContaining({ path: 'inviteRef' }),
        ]),
      }),
    )
  })
})
