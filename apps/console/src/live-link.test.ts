import { describe, expect, test } from 'vitest'
import { hear, type LinkNews, newLink, oneAtATime, pollMilliseconds } from './live-link.ts'

const open: LinkNews = { kind: 'told', event: { event: 'open', id: undefined, data: undefined } }
const about = (subject: unknown): LinkNews => ({
  kind: 'told',
  event: { event: 'happened', id: undefined, data: { subject, action: 'step.started' } },
})
const after = (...news: readonly LinkNews[]) => news.reduce((link, each) => hear(link, each, 'ord_1'), newLink)

describe('the link to the server', () => {
  test('looks again whenever the stream opens: what happened in between was missed', () => {
    expect(after(open)).toEqual({ state: 'live', looks: 1 })
    expect(after(open, { kind: 'lost' }, open)).toEqual({ state: 'live', looks: 3 })
  })

  test('looks when something happened to its order, or when the server says that something was missed', () => {
    expect(after(open, about('ord_1'), about('*')).looks).toBe(3)
  })

  test('does not look when something happened to another order', () => {
    expect(after(open, about('ord_2')).looks).toBe(1)
  })

  test('looks rather once too often when it does not understand what it was told', () => {
    expect(after(open, { kind: 'told', event: { event: 'x', id: undefined, data: 'no JSON' } }).looks).toBe(2)
  })

  test('asks each three seconds while nothing is told to it', () => {
    expect(pollMilliseconds(newLink)).toBe(3000)
    expect(pollMilliseconds(after(open, { kind: 'lost' }))).toBe(3000)
    expect(pollMilliseconds(after(open))).toBeGreaterThan(3000)
  })

  test('that stays lost is lost once', () => {
    expect(after(open, { kind: 'lost' }, { kind: 'lost' }).looks).toBe(2)
  })
})

describe('looking again', () => {
  test('while a look is under way happens once more afterwards', async () => {
    const ends: (() => void)[] = []
    const look = oneAtATime(() => new Promise<void>((resolve) => ends.push(resolve)), 0)

    look()
    look()
    look()
    expect(ends.length).toBe(1)
    ends[0]?.()
    await expect.poll(() => ends.length).toBe(2)
    ends[1]?.()
    await new Promise((resolve) => setTimeout(resolve, 20))

    expect(ends.length).toBe(2)
  })

  test('goes on after a look that failed', async () => {
    let looks = 0
    const look = oneAtATime(() => {
      looks += 1
      return Promise.reject(new Error('no answer'))
    }, 0)

    look()
    await expect.poll(() => looks).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    look()

    await expect.poll(() => looks).toBe(2)
  })
})
