import { describe, expect, test } from 'vitest'
import { NexusError } from '../errors.ts'
import { answerOf, fromWire, readAnswer, toWire } from './pretend-world-wire.ts'

describe('a value on the way to the pretend world', () => {
  test('keeps its bytes, and a missing argument stays missing', () => {
    const back = fromWire(toWire({ csr: Buffer.from('abc'), args: ['a', undefined] })) as {
      csr: Buffer
      args: unknown[]
    }

    expect(back.csr.toString()).toBe('abc')
    expect(back.args[1]).toBeUndefined()
  })

  test('comes back as it was, nothing included', async () => {
    expect(readAnswer(await answerOf(async () => undefined))).toBeUndefined()
    expect(readAnswer(await answerOf(async () => ({ id: 'x' })))).toEqual({ id: 'x' })
  })

  test('that is an error is thrown here as it was there', async () => {
    const said = await answerOf(async () => {
      throw new NexusError('host.unreachable', 'unavailable', 'No.', { hint: 'Look.' })
    })

    expect(() => readAnswer(said)).toThrow(
      expect.objectContaining({ code: 'host.unreachable', kind: 'unavailable', message: 'No.', hint: 'Look.' }),
    )
  })
})
