import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readJson, withLock, writeJson, writeWhole } from './lab-files.ts'
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

describe('a lock', () => {
  test('lets one in at a time', async () => {
    const file = join(home, 'lock')
    const seen: string[] = []
    const visit = (name: string) =>
      withLock(file, async () => {
        seen.push(`${name} in`)
        await writeJson(join(home, 'x.json'), name)
        seen.push(`${name} out`)
      })

    await Promise.all([visit('a'), visit('b')])

    expect(seen).toHaveLength(4)
    expect(seen[0]?.[0]).toBe(seen[1]?.[0])
    expect(await readJson(join(home, 'x.json'))).toBe(seen[3]?.[0])
  })

  test('says once to whoever comes second that there is somebody to wait for', async () => {
    const file = join(home, 'lock')
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    let waits = 0
    const first = withLock(file, () => heard, { onWait: () => expect.fail('nobody is in') })
    await expect.poll(() => readdir(home)).toContain('lock')
    const onWait = () => {
      waits += 1
      resolve()
    }
    await Promise.all([first, withLock(file, async () => {}, { onWait })])

    expect(waits).toBe(1)
  })

  test('left behind by a process that is gone is taken over', async () => {
    const file = join(home, 'lock')
    await writeWhole(file, '4194304\n')
    await expect(
      withLock(file, async () => 'in', { waitSeconds: 5, onWait: () => expect.fail('nobody is in') }),
    ).resolves.toBe('in')
  })
})
