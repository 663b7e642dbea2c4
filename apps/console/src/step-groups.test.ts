import { describe, expect, test } from 'vitest'
import type { Step } from './shapes.ts'
import { currentStep, groupSteps } from './step-groups.ts'

const step = (position: number, name: string, state = 'done'): Step => ({
  position,
  name,
  state,
  attempts: 1,
  startedAt: '2026-01-15T09:00:00Z',
  seconds: 2,
})

describe('the steps of a run', () => {
  test('that repeat a look are one line, up to the one under way', () => {
    const groups = groupSteps([
      step(2, 'look'),
      step(1, 'ask'),
      step(3, 'look'),
      step(4, 'look', 'running'),
      step(5, 'go'),
    ])

    expect(groups.map(({ last, earlier }) => [last.name, last.state, earlier.length])).toEqual([
      ['ask', 'done', 0],
      ['look', 'running', 2],
      ['go', 'done', 0],
    ])
  })

  test('keep each failure on a line of its own', () => {
    expect(groupSteps([step(1, 'get a host', 'failed'), step(2, 'get a host')]).length).toBe(2)
  })

  test('are not under way after its end', () => {
    const steps = [step(1, 'ask'), step(2, 'look', 'running')]

    expect(currentStep({ steps })?.name).toBe('look')
    expect(currentStep({ steps, endedAt: '2026-01-15T09:10:00Z' })).toBeUndefined()
  })
})
