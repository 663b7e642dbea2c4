import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NexusError } from './errors.ts'
import { eachInLine, waitingLine } from './waiting-line.ts'

const refused = () => new NexusError('test.full', 'unavailable', 'full')

describe('a waiting line', () => {
  test('lets in so many at once, and the others in the order they came', async () => {
    const line = waitingLine({ atOnce: 2, waiting: 10 }, refused)
    const entered: number[] = []
    const leaves: (() => void)[] = []
    const all = [0, 1, 2, 3].map(async (each) => {
      leaves[each] = await line.enter()
      entered.push(each)
    })

    await Promise.all(all.slice(0, 2))
    expect([line.inside(), line.waiting()]).toEqual([2, 2])
    leaves[0]?.()
    leaves[1]?.()
    await Promise.all(all)

    expect(entered).toEqual([0, 1, 2, 3])
  })

  test('refuses who comes when it is full, and who waited too long', async () => {
    const line = waitingLine({ atOnce: 1, waiting: 1, waitSeconds: 0.01 }, refused)
    await line.enter()

    const late = line.enter()
    await expect(line.enter()).rejects.toMatchObject({ code: 'test.full' })
    await expect(late).rejects.toMatchObject({ code: 'test.full' })
    expect(line.waiting()).toBe(0)
  })

  test('leaving twice is leaving once', async () => {
    const line = waitingLine({ atOnce: 1, waiting: 5 }, refused)
    const leave = await line.enter()
    leave()
    leave()

    expect(line.inside()).toBe(0)
  })

  test('never holds more than it may and is empty in the end, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(3), { maxLength: 40 }),
        async (atOnce, turns) => {
          const line = waitingLine({ atOnce, waiting: 100 }, refused)
          let most = 0
          await Promise.all(
            turns.map(async (pauses) => {
              const leave = await line.enter()
              most = Math.max(most, line.inside())
              for (let each = 0; each < pauses; each += 1) await Promise.resolve()
              leave()
            }),
          )
          return most <= atOnce && line.inside() === 0 && line.waiting() === 0
        },
      ),
      { seed: 20_261_121 },
    )
  })
})

test('each in line: no more at once than may be, the answers in the order of the items', async () => {
  let inside = 0
  let most = 0

  const answers = await eachInLine([5, 1, 4, 2, 3, 0], 2, async (each) => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((resolve) => setTimeout(resolve, each))
    inside -= 1
    return each * 10
  })

  expect(answers).toEqual([50, 10, 40, 20, 30, 0])
  expect(most).toBe(2)
  expect(await eachInLine([], 2, async () => 1)).toEqual([])
})
