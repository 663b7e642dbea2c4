import { describe, expect, test } from 'vitest'
import { adoptParts } from './adopt-program.ts'
import { readAdoption } from './adopt-report.ts'

const said = (...events: readonly unknown[]) => readAdoption({ exit: 0, events, noise: '', stderr: '', seconds: 1 })
const part = (name: string, was = 'read') => ({ type: 'part', name, was })

describe('what a machine says of itself', () => {
  test('is unread part by part, unless it says that it read that part to its end', () => {
    const found = said(part('services'), part('sockets', 'unread'), { type: 'site', name: 'a.example', by: 'nginx' })

    expect(found.unread).toEqual(adoptParts.filter((each) => each !== 'services'))
    expect(said(...adoptParts.map((each) => part(each))).unread).toEqual([])
  })

  test('is taken line by line; what is no line of ours is left out', () => {
    const user = {
      type: 'user',
      name: 'olga',
      uid: '1000',
      shell: '/bin/bash',
      password: 'no',
      sudo: 'yes',
      groups: 'olga',
    }
    const key = { type: 'key', user: 'olga', fingerprint: 'SHA256:x', comment: 'olga@laptop' }
    const found = said(user, key, { ...key, user: 'nobody' }, { type: 'user', name: 7 }, 'text', null)

    expect(found.users).toEqual([
      {
        name: 'olga',
        uid: '1000',
        shell: '/bin/bash',
        password: 'no',
        sudo: 'yes',
        groups: 'olga',
        keys: [{ fingerprint: 'SHA256:x', comment: 'olga@laptop' }],
      },
    ])
  })
})
