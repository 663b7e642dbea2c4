import { describe, expect, test } from 'vitest'
import { csv } from '../io.ts'
import { limitsText, readLimits } from './limits.ts'
import { reviewRows } from './review.ts'

describe('access review', () => {
  test('has a line for a person and one for each token, and no formula for a spreadsheet', () => {
    const rows = reviewRows([
      {
        id: 'per_1',
        name: '=HYPERLINK("http://x")',
        email: 'kim@example.test',
        roles: ['support'],
        limits: { support: { customers: ['Acme, Inc'] } },
        createdAt: '2026-01-01T00:00:00Z',
        signsIn: true,
        openSessions: 1,
        stale: ['not here for 90 days'],
        tokens: [
          {
            id: 'tok_1',
            name: 'ci',
            permissions: ['orders.read'],
            createdAt: '2026-01-01T00:00:00Z',
            expiresAt: '2026-03-01T00:00:00Z',
            stale: [],
          },
        ],
      },
    ])

    expect(csv(rows).split('\r\n')).toEqual([
      `per_1,kim@example.test,support,"support:customer=Acme, Inc",active,person,"'=HYPERLINK(""http://x"")",1 open,2026-01-01 00:00 UTC,,,not here for 90 days`,
      'per_1,kim@example.test,support,"support:customer=Acme, Inc",active,token,ci (tok_1),orders.read,2026-01-01 00:00 UTC,,2026-03-01 00:00 UTC,',
      '',
    ])
  })
})

describe('limits of roles', () => {
  test('are read from words and said again in words', () => {
    const limits = readLimits(['provisioning:region=eu-1', 'provisioning:region=eu-2', 'support:customer=Acme, Inc'])

    expect(limits).toEqual({ provisioning: { regions: ['eu-1', 'eu-2'] }, support: { customers: ['Acme, Inc'] } })
    expect(limitsText(limits)).toBe('provisioning:region=eu-1|eu-2 support:customer=Acme, Inc')
  })

  test.each(['provisioning', 'provisioning:zone=1', 'provisioning:region='])('refuse %s', (word) => {
    expect(() => readLimits([word])).toThrow('is no limit')
  })
})
