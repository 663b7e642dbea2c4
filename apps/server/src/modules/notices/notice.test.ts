import { describe, expect, test } from 'vitest'
import { defaultKey, nextMove, stateAfter } from './notice.ts'
import { type NoticeKind, noticeKinds, writeNotice } from './notice-content.ts'

const samples: Record<NoticeKind, unknown> = {
  launch: {
    customer: 'Acme',
    nexusUrl: 'https://app.acme.test',
    identityName: 'Marcoby Identity',
    identityUrl: 'https://id.test',
    adminEmail: 'ada@acme.test',
    inviteRef: 'secret:acme/admin-invite@1',
    inviteExpiresAt: '2026-11-22T10:00:00.000Z',
    support: 'support@nexus.test',
    slaResponseTimes: [{ severity: 'critical', response: '1 hour' }],
  },
  'dns-records': { customer: 'Acme', ticket: '7', records: [{ name: 'app.acme.test', type: 'A', value: '10.0.0.1' }] },
  'dns-reminder': { customer: 'Acme', ticket: '7', records: [{ name: 'app.acme.test', type: 'A', value: '10.0.0.1' }] },
  'at-risk': { ticket: '7', customer: 'Acme', dueAt: '2026-11-22T10:00:00.000Z', waitingFor: 'us', doing: 'baseline' },
  'task-for-owner': {
    ticket: '7',
    what: 'look at the host',
    why: 'preflight failed',
    commands: ['nexusctl order retry 7'],
  },
  'follow-up': { ticket: '7', customer: 'Acme', after: '24 h', verdict: 'pass', lines: ['PASS: frontend'] },
  'incident-status': { customer: 'Acme', title: 'Sign-in fails', status: 'investigating', message: 'We look.' },
  'escalation-test': { customer: 'Acme', ticket: '7', contact: 'Bo' },
}

describe('a notice', () => {
  test('that was cut off before its receipt is in doubt, one that failed may be sent, all others are left alone', () => {
    expect(nextMove('intent')).toBe('doubt')
    expect(nextMove('failed')).toBe('send')
    expect(nextMove('sent')).toBe('leave')
    expect(nextMove('unknown')).toBe('leave')
  })

  test('is sent only when the relay said so', () => {
    expect(stateAfter({ kind: 'sent', receipt: '250 ok' })).toBe('sent')
    expect(stateAfter({ kind: 'in_doubt', why: 'cut' })).toBe('unknown')
    expect(stateAfter({ kind: 'not_handed_over', again: true, why: '451' })).toBe('failed')
  })

  test('has the same key for the same words to the same person, and another for others', () => {
    expect(defaultKey('at-risk', 'A@x.test', { ticket: '1' })).toBe(defaultKey('at-risk', 'a@x.test', { ticket: '1' }))
    expect(defaultKey('at-risk', 'a@x.test', { ticket: '1' })).not.toBe(
      defaultKey('at-risk', 'a@x.test', { ticket: '2' }),
    )
  })

  test.each(noticeKinds)('of kind %s can be written from a plain sample', (kind) => {
    const mail = writeNotice(kind, samples[kind], 'https://id.test/invite/x')

    expect(mail.subject.length).toBeGreaterThan(5)
    expect(mail.text.length).toBeGreaterThan(20)
    expect(mail.html).toContain('<html')
  })
})
