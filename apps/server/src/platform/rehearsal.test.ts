import { describe, expect, test } from 'vitest'
import { type RecordedStep, rehearse, rehearsed } from './rehearsal.ts'

const step = async (name: string): Promise<unknown> => {
  const before = rehearsed(name)
  if (!before) throw new Error(`"${name}" was really done`)
  return before.output
}
const recorded = (...names: readonly string[]): RecordedStep[] =>
  names.map((name, position) => ({ position, name, output: `${name}!`, error: null }))

/** Goes on by what its steps answered, and stops for a person where one fails. */
const story = async () => {
  try {
    const found = await step('look')
    await step(found === 'look!' ? 'buy' : 'sell')
    await step('pack')
  } catch {
    await step('block')
  }
}

describe('a story that is rehearsed along a run', () => {
  test('goes on where the run is, and does nothing', async () => {
    expect(await rehearse(story, recorded('look'))).toBe('')
    expect(await rehearse(story, recorded('look', 'buy'))).toBe('')
    expect(await rehearse(story, recorded('look', 'buy', 'pack'))).toBe('')
    expect(await rehearse(story, recorded('look', 'buy', 'pack', 'end the run'))).toBe('')
    expect(await rehearse(story, [])).toBe('')
  })

  test('follows a step that failed', async () => {
    const failed = { position: 1, name: 'buy', output: null, error: new Error('no') }

    expect(
      await rehearse(story, [...recorded('look'), failed, { ...failed, position: 2, name: 'block', error: null }]),
    ).toBe('')
  })

  test('names the step at which it goes another way, an ending included', async () => {
    expect(await rehearse(story, recorded('look', 'ask', 'pack'))).toBe('its step 1 was "ask" and is "buy" now')
    expect(await rehearse(story, recorded('look', 'buy', 'pack', 'send'))).toBe(
      'its step 3 was "send" and it ends before that now',
    )
  })
})
