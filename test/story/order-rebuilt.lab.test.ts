import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInside } from '../../lab/src/host-machine.ts'
import { labPaths } from '../../lab/src/index.ts'
import { newOrder, type QuickstartRun, serverOf, startQuickstart } from './quickstart-run.ts'

const word = Math.random().toString(36).slice(2, 8)
const labHome = '/var/lib/nexus-lab-story'

let quickstart: QuickstartRun

beforeAll(async () => {
  const home = await mkdtemp('/var/lib/nexus-story-')
  quickstart = await startQuickstart({
    home,
    labHome,
    order: await newOrder(word),
    words: ['--runtime', 'compose'],
  })
  await quickstart.untilLive()
})

afterAll(async () => {
  await quickstart?.stop()
  if (quickstart) await rm(quickstart.home, { recursive: true, force: true })
})

describe('a release that cannot be deployed, on real hosts', () => {
  const name = `${word}-b`
  const stack = () => join(quickstart.home, 'stacks/reference')
  const register = async (version: string, change: (manifest: string) => string) => {
    const good = await readFile(join(stack(), 'stack.compose.yaml'), 'utf8')
    const file = `stack.${version}.yaml`
    await writeFile(join(stack(), file), change(good.replace('release: 1.0.0', `release: ${version}`)))
    const { exit, err } = await quickstart.ctl('release', 'register', 'reference', '--manifest', file)
    expect(err).toBe('')
    expect(exit).toBe(0)
  }
  let ticket = ''
  let firstServer: string

  test('has its host rebuilt and is deployed again, twice; then the order is Blocked with what to do (S0-147..151)', async () => {
    await register('1.0.1', (manifest) => manifest.replaceAll('src/backend/migrate.ts', 'src/backend/migrate-gone.ts'))
    const file = join(quickstart.home, 'second.json')
    await writeFile(file, JSON.stringify(await newOrder(name)))
    ticket = JSON.parse((await quickstart.ctl('order', 'create', '--paid', '-f', file, '-o', 'json')).out).ticket

    const watched = await quickstart.ctl('order', 'watch', ticket, '--timeout', '900')
    const shown = JSON.parse((await quickstart.ctl('order', 'show', ticket, '-o', 'json')).out)
    const { steps } = JSON.parse((await quickstart.ctl('run', 'show', `deliver-order:${ticket}:1`, '-o', 'json')).out)

    expect(watched.exit).toBe(1)
    expect(shown).toMatchObject({ state: 'Blocked' })
    expect(JSON.stringify(shown.blocked)).toContain(`nexusctl order retry ${ticket}`)
    const times = (step: string) => steps.filter((each: { name: string }) => each.name === step).length
    expect(times('rebuild the host')).toBe(2)
    expect(times('deploy 5 of 7: migrate the database')).toBe(3)
    firstServer = (await serverOf(quickstart, ticket)).id
  })

  test('is Live on the same host once the cause is mended and the order retried', async () => {
    await register('1.0.2', (manifest) => manifest)

    const { exit } = await quickstart.ctl('order', 'retry', ticket, '--watch')

    expect(exit).toBe(0)
    expect((await serverOf(quickstart, ticket)).id).toBe(firstServer)
    expect(JSON.parse((await quickstart.ctl('order', 'show', ticket, '-o', 'json')).out)).toMatchObject({
      state: 'Live',
    })
  })
})

describe('the hosts of two customers', () => {
  type Steps = readonly { readonly name: string; readonly state: string }[]
  let hosts: readonly { readonly name: string; readonly providerId: string }[]
  beforeAll(async () => {
    const { items } = await quickstart.api<{ items: { name: string; providerId: string; state: string }[] }>('/hosts')
    hosts = items.filter((each) => each.state === 'live')
    expect(hosts).toHaveLength(2)
  })

  const names = () => hosts.map((each) => each.name)
  const onEach = (script: string) =>
    Promise.all(hosts.map(({ providerId }) => runInside(labPaths(labHome), providerId, ['sh', '-c', script])))
  const patched = async (...words: readonly string[]) => {
    const started = await quickstart.ctl('host', 'patch', ...names(), '--now', '--at-once', '1', ...words, '-o', 'json')
    return JSON.parse(started.out).runId as string
  }
  const ended = async (run: string) => {
    const { exit } = await quickstart.ctl('run', 'watch', run)
    const { steps } = JSON.parse((await quickstart.ctl('run', 'show', run, '-o', 'json')).out) as { steps: Steps }
    return { exit, steps: steps.map((each) => each.name) }
  }
  const wave = ['patch the wave', 'check the wave']

  test('are rebooted one after the other where updates ask for it, and all is well with each before the next (S0-72, S3-27)', async () => {
    const boots = await onEach('touch /run/reboot-required; cat /proc/sys/kernel/random/boot_id')

    const { exit, steps } = await ended(await patched('--reboot'))

    const after = await onEach('cat /proc/sys/kernel/random/boot_id; ls /run/reboot-required 2>&1 || true')
    expect(exit).toBe(0)
    expect(steps.filter((each, index) => each !== steps[index - 1])).toEqual([...wave, ...wave])
    for (const [index, said] of after.entries()) {
      expect(said).not.toContain(boots[index]?.trim())
      expect(said).toContain('No such file')
    }
  })

  test('are left alone behind one that is not well, until it is mended and the run goes on', async () => {
    const first = hosts[0]?.providerId ?? ''
    await runInside(labPaths(labHome), first, ['systemctl', 'mask', '-q', '--now', 'logrotate.timer'])
    const run = await patched()
    const stopped = await ended(run)
    await runInside(labPaths(labHome), first, [
      'sh',
      '-c',
      'systemctl unmask -q logrotate.timer; systemctl start logrotate.timer',
    ])

    const { exit } = await quickstart.ctl(
      'run',
      'resume',
      run,
      '--from',
      'check the wave',
      '--reason',
      'mended',
      '--watch',
    )

    expect(stopped).toEqual({ exit: 1, steps: wave })
    expect(exit).toBe(0)
    expect((await ended(run)).steps).toEqual([...wave, ...wave])
  })
})
