import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labPaths } from './lab-paths.ts'
import { loadState, nextState, saveState } from './lab-state.ts'

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nexus-lab-state-'))
})
afterEach(() => rm(home, { recursive: true }))

const wish = { prefix: '10.78.0', release: 'bookworm', ports: { provider: 1, mailPage: 2, smtp: 3 } }

describe('the state of a lab', () => {
  test('is not there before the first time', async () => {
    expect(await loadState(labPaths(home))).toBeUndefined()
  })

  test('comes back as it was written, and only its owner may read it', async () => {
    const paths = labPaths(home)
    const state = nextState(undefined, wish)

    await saveState(paths, state)

    expect(await loadState(paths)).toEqual(state)
    expect((await stat(paths.state)).mode & 0o777).toBe(0o600)
    expect(await readdir(home)).toEqual(['state.json'])
  })

  test('keeps its token from one time to the next', () => {
    const first = nextState(undefined, wish)
    expect(nextState(first, { ...wish, prefix: '10.78.1' })).toMatchObject({
      token: first.token,
      prefix: '10.78.1',
      raised: true,
    })
  })
})

describe('two labs', () => {
  test('with different homes share no name on the machine', () => {
    expect(labPaths('/a').bridge).not.toBe(labPaths('/b').bridge)
  })

  test('have bridge names short enough for the kernel', () => {
    expect(labPaths('/a/very/long/path/to/some/home').bridge.length).toBeLessThanOrEqual(15)
  })
})
