import { describe, expect, test } from 'vitest'
import { type RunDetail, runText } from './run.ts'

const now = new Date('2026-01-01T00:01:00Z')
const step = { attempts: 1, startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:02Z', seconds: 2 }
const run: RunDetail = {
  id: 'r1',
  flow: 'deliver-order',
  subject: 'ord_1',
  startedBy: 'per_1',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:09Z',
  state: 'blocked',
  takeovers: 0,
  cancelWanted: false,
  steps: [
    { ...step, position: 0, name: 'get a host', state: 'done' },
    {
      ...step,
      position: 1,
      name: 'preflight the host',
      state: 'failed',
      failure: {
        code: 'host.preflight_failed',
        message: 'The host does not pass its preflight: Memory.',
        problems: [{ path: 'preflight.memory', message: 'FAIL: Memory: 300 MB' }],
      },
    },
  ],
}

describe('a run as people read it', () => {
  test('names each problem of a step that failed below the steps', () => {
    expect(runText(run, now)).toMatch(
      /\n\nProblems of 1 preflight the host\n {2}preflight\.memory: FAIL: Memory: 300 MB$/,
    )
  })

  test('has no word of problems where nothing failed', () => {
    expect(runText({ ...run, steps: run.steps.slice(0, 1) }, now)).not.toContain('Problems')
  })
})
