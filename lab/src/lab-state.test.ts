import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readJson, withLock, writeJson } from './lab-files.ts'
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
    const lock = join(home, 'lock')
    const seen: string[] = []
    const visit = (name: string) =>
      withLock(lock, async () => {
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
    const lock = join(home, 'lock')
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    let waits = 0
    const { promise: inside, resolve: entered } = Promise.withResolvers<void>()
    const holds = () => {
      entered()
      return heard
    }
    const first = withLock(lock, holds, { onWait: () => expect.fail('nobody is in') })
    await inside
    const onWait = () => {
      waits += 1
      resolve()
    }
    await Promise.all([first, withLock(lock, async () => {}, { onWait })])

    expect(waits).toBe(1)
  })

  test('is free as soon as its holder was killed', async () => {
    const lock = join(home, 'lock')
    const files = join(import.meta.dirname, 'lab-files.ts')
    const holds = `import { withLock } from ${JSON.stringify(files)}
      await withLock(${JSON.stringify(lock)}, async () => { console.log('in'); await new Promise((end) => setTimeout(end, 60_000)) })`
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', holds], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    const killed = () => void holder.kill('SIGKILL')

    await expect(withLock(lock, async () => 'in', { waitSeconds: 5, onWait: killed })).resolves.toBe('in')
    expect(holder.killed).toBe(true)
  })
})
