import { describe, expect, test } from 'vitest'
import { admit } from './tenant-person.ts'

const claims = { sub: 'u1', email: 'ada@acme.test', tenant: 'acme', groups: ['acme-users'] }

describe('a person who signed in', () => {
  test('comes in as a user of the tenant', () => {
    expect(admit(claims, 'acme')).toEqual({
      admitted: true,
      person: { subject: 'u1', email: 'ada@acme.test', tenant: 'acme', groups: ['acme-users'], role: 'user' },
    })
  })

  test('is an administrator by group, also when in both', () => {
    const both = admit({ ...claims, groups: ['acme-users', 'acme-admins'] }, 'acme')

    expect(both).toMatchObject({ admitted: true, person: { role: 'admin' } })
  })

  test.each([
    ['another tenant', 'globex'],
    ['no tenant', undefined],
    ['a list of tenants', ['acme']],
    ['other case', 'ACME'],
  ])('with %s is refused', (_title, tenant) => {
    expect(admit({ ...claims, tenant }, 'acme')).toMatchObject({ admitted: false, code: 'tenant.wrong' })
  })

  test.each([
    ['no groups', undefined],
    ['the groups of another tenant', ['globex-admins']],
    ['groups as text', 'acme-admins'],
  ])('with %s is refused', (_title, groups) => {
    expect(admit({ ...claims, groups }, 'acme')).toMatchObject({ admitted: false, code: 'group.missing' })
  })

  test('without a subject is refused', () => {
    expect(admit({ ...claims, sub: '' }, 'acme')).toMatchObject({ admitted: false, code: 'person.unknown' })
  })
})
