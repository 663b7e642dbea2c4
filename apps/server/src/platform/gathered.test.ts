import { describe, expect, test } from 'vitest'
import { NexusError } from './errors.ts'
import { gathered } from './gathered.ts'

/** Asks nothing further until it is let. */
function slowly(answers: (items: readonly number[]) => readonly string[]) {
  const asked: (readonly number[])[] = []
  const gates: (() => void)[] = []
  const ask = gathered(async (items: readonly number[]) => {
    asked.push(items)
    await new Promise<void>((go) => gates.push(go))
    return answers(items)
  }, 3)
  return { ask, asked, letOne: () => gates.shift()?.() }
}

describe('questions that are gathered', () => {
  test('are asked at once where none is under way, and together where one is, so many at most', async () => {
    const { ask, asked, letOne } = slowly((items) => items.map((each) => `answer ${each}`))
    const all = Promise.all([1, 2, 3, 4, 5].map(ask))
    expect(asked).toEqual([[1]])

    for (const sofar of [2, 3]) {
      letOne()
      await expect.poll(() => asked.length).toBe(sofar)
    }
    letOne()
    expect(asked).toEqual([[1], [2, 3, 4], [5]])
    expect(await all).toEqual([1, 2, 3, 4, 5].map((each) => `answer ${each}`))
  })

  test('spoil nothing but their own answer', async () => {
    const asked: (readonly number[])[] = []
    const ask = gathered(async (items: readonly number[]) => {
      asked.push(items)
      if (items.includes(3)) throw new Error('three is no good')
      return items
    })
    const answers = await Promise.allSettled([1, 2, 3, 4].map(ask))

    expect(asked).toEqual([[1], [2, 3, 4], [2], [3], [4]])
    expect(answers.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await ask(5)).toBe(5)
  })

  test('are not asked again one by one of a database that is away', async () => {
    let times = 0
    const ask = gathered(async (_items: readonly number[]): Promise<readonly number[]> => {
      times += 1
      throw new NexusError('database.unavailable', 'unavailable', 'away')
    })
    const answers = await Promise.allSettled([1, 2, 3].map(ask))

    expect(times).toBe(2)
    expect(answers.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
  })
})
