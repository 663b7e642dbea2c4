import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { newHostKey } from './ssh-host-key.ts'

test('every key that is made can be read', () => {
  const unreadable = Array.from({ length: 3000 }, () => ssh2.utils.parseKey(newHostKey().privateKey)).filter(
    (each) => each instanceof Error,
  )

  expect(unreadable).toEqual([])
})
