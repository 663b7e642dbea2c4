import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { toFailure } from '../../platform/errors.ts'
import { act, type BaselineItem, file, sysctl } from './baseline-item.ts'
import { baselineFor } from './baseline-profile.ts'
import { baselineVersion, compileBaseline } from './baseline-program.ts'
import { baselineFailed, readBaseline } from './baseline-report.ts'
import { type BaselineSettings, defaultSettings } from './baseline-settings.ts'
import { dockerRange } from './docker-range.ts'
import type { HostFacts } from './host-facts.ts'
import { preflightChecks, preflightProgram } from './preflight-program.ts'

const facts: HostFacts = {
  type: 'facts',
  os: 'debian',
  osVersion: '12',
  kernel: '6.1',
  architecture: 'x86_64',
  cpus: 2,
  memoryMb: 2048,
  diskGb: 20,
  diskFreeGb: 15,
  virtualization: 'kvm',
  isContainer: false,
  maySetClock: true,
  hasIpv6: true,
  hasAppArmor: true,
  openssh: '9.2',
  controlAddress: '192.0.2.1',
  addresses: ['192.0.2.10/24'],
  routes: [],
  hostname: 'h',
  ticket: '',
  wasLive: false,
}
const settings: BaselineSettings = { ...defaultSettings, controlKey: "ssh-ed25519 AAAA it's" }
const folder = mkdtempSync(join(tmpdir(), 'nexus-baseline-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const systems: ReadonlyArray<Partial<HostFacts>> = [
  {},
  { osVersion: '13', openssh: '10.0' },
  { os: 'ubuntu', osVersion: '22.04' },
  { os: 'ubuntu', osVersion: '24.04' },
  { isContainer: true, maySetClock: false, hasAppArmor: false },
]

/** The same program in a folder of ours. */
function run(items: readonly BaselineItem[], mode = 'apply') {
  const script = compileBaseline(items)
    .replaceAll('/var/lib/nexus-host', join(folder, 'home'))
    .replaceAll('/run/nexus-baseline', join(folder, 'run'))
    .replaceAll('/etc/sysctl.d', join(folder, 'sysctl.d'))
  const { status, stdout, stderr } = spawnSync('sh', ['-s', '--', mode, 'v1'], { input: script, encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
  return { exit: status ?? -1, events: lines.map((line): unknown => JSON.parse(line)), noise: '', stderr, seconds: 0 }
}

describe('the list of a host', () => {
  test.each(systems)('compiles to a program that a POSIX shell reads: %o', (more) => {
    for (const each of [
      settings,
      {
        ...settings,
        dockerSource: 'docker' as const,
        sshSources: ['198.51.100.7', '2001:db8::7'],
        scraperAddress: '198.51.100.9',
        rebootWindow: 'never' as const,
      },
    ]) {
      const script = compileBaseline(baselineFor(each, { ...facts, ...more }))

      expect(() => execFileSync('sh', ['-n'], { input: script, stdio: ['pipe', 'pipe', 'pipe'] })).not.toThrow()
    }
  })

  test('names every item once and ends with what can lock a person out', () => {
    const items = baselineFor(settings, facts)
    const stages = items.map((each) => each.stage)

    expect(new Set(items.map((each) => each.id)).size).toBe(items.length)
    expect(items.flatMap((each) => (each.stage === 'guarded' ? [each.id] : []))).toEqual([
      'keys.nexus',
      'ssh.settings',
      'firewall.rules',
    ])
    expect(stages.at(-1)).toBe('guarded')
  })

  test('has another version as soon as one value differs', () => {
    expect(baselineVersion(baselineFor(settings, facts))).toBe(baselineVersion(baselineFor(settings, facts)))
    expect(baselineVersion(baselineFor({ ...settings, timeZone: 'Europe/Prague' }, facts))).not.toBe(
      baselineVersion(baselineFor(settings, facts)),
    )
  })

  test('has the same version for two hosts, though each has a key of its own', () => {
    const other = baselineFor({ ...settings, controlKey: 'ssh-ed25519 OTHER nexus' }, facts)

    expect(JSON.stringify(other)).not.toBe(JSON.stringify(baselineFor(settings, facts)))
    expect(baselineVersion(other)).toBe(baselineVersion(baselineFor(settings, facts)))
  })

  test('has the account for emergencies only where there is a key for it', () => {
    const ids = (more: object) => baselineFor({ ...settings, ...more }, facts).map((each) => each.id)

    expect(ids({})).not.toContain('sudo.breakglass')
    expect(ids({ breakGlassKey: 'ssh-ed25519 A' })).toEqual(
      expect.arrayContaining(['users.breakglass', 'sudo.breakglass']),
    )
    expect(baselineFor(settings, facts).find((each) => each.id === 'users.breakglass')?.title).toBe(
      'No account for emergencies',
    )
  })

  test('never gives Docker a range the host uses', () => {
    expect(dockerRange({ addresses: ['172.30.5.4/24'], routes: [] })).toBe('172.29.0.0/16')
    expect(dockerRange({ addresses: ['10.0.0.4/24'], routes: ['172.16.0.0/12'] })).toBe('10.213.0.0/16')
  })
})

describe('the program', () => {
  const path = join(folder, 'etc', 'motto')
  const owner = `${execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()}:${execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()}`
  const motto = file({
    id: 'motto',
    title: 'A motto',
    register: [],
    path,
    content: 'it\'s\n"so" $HOME\n',
    mode: '640',
    owner,
  })
  const skipped = act({
    id: 'none',
    title: 'Not here',
    register: [],
    check: `reason='a "reason"'; return 3`,
    apply: 'false',
  })
  const broken = act({
    id: 'broken',
    title: 'Breaks',
    register: [],
    check: 'return 1',
    apply: 'echo it broke; false\necho never',
  })

  test('shows what differs without changing it, changes it, and then finds nothing to change', () => {
    expect(readBaseline([motto, skipped], run([motto, skipped], 'check'))).toMatchObject({
      differs: 1,
      skipped: 1,
      changed: 0,
    })
    expect(readBaseline([motto, skipped], run([motto, skipped], 'check')).items[0]?.diff).toContain(
      '+it\'s\n+"so" $HOME',
    )
    expect(readBaseline([motto, skipped], run([motto, skipped]))).toMatchObject({ changed: 1, skipped: 1, failed: 0 })
    expect(readFileSync(path, 'utf8')).toBe('it\'s\n"so" $HOME\n')
    expect(readBaseline([motto, skipped], run([motto, skipped]))).toMatchObject({ changed: 0, ok: 1, skipped: 1 })
  })

  test('says a mode as well as lines in a dry run', () => {
    const mine = { id: 'mine', title: 'Mine', register: [], path: join(folder, 'mine'), owner }
    const open = file({ ...mine, content: 'a\nb\n', mode: '600' })
    run([file({ ...mine, content: 'a\nc\n', mode: '644' })])

    const diff = readBaseline([open], run([open], 'check')).items[0]?.diff ?? ''
    expect(diff).toContain(`644 ${owner} -> 600 ${owner}`)
    expect(diff).toMatch(/^ a\n-c\n\+b$/m)
  })

  test.each(['kernel.no_such.thing = 1', '-kernel/no_such/thing=1', 'kernel.*.thing = 1'])(
    'sets aside what would undo a kernel setting at the next boot (S3-121): %s',
    (line) => {
      const setting = sysctl({
        id: 'kernel.thing',
        title: 'A thing',
        register: [],
        path: '/etc/sysctl.d/zz-nexus-thing.conf',
        values: { 'kernel.no_such.thing': '2' },
      })
      const place = join(folder, 'sysctl.d')
      const owner = { ...setting, files: [] }
      mkdirSync(place, { recursive: true })
      for (const [name, text] of [
        ['zzz-other.conf', line],
        ['zzz-harmless.conf', 'vm.swappiness = 1'],
        ['10-earlier.conf', line],
      ] as const)
        writeFileSync(join(place, name), `${text}\n`)

      expect(run([owner], 'check').events).toContainEqual(
        expect.objectContaining({
          id: 'kernel.thing',
          status: 'differs',
          before: expect.stringContaining('zzz-other'),
        }),
      )
      expect(run([owner]).events).toContainEqual(expect.objectContaining({ id: 'kernel.thing', status: 'changed' }))
      expect(existsSync(join(place, 'zzz-other.conf'))).toBe(false)
      expect(existsSync(join(place, 'zzz-harmless.conf'))).toBe(true)
      expect(existsSync(join(place, '10-earlier.conf'))).toBe(true)
    },
  )

  test('stops at the first item that fails, names it and leaves the rest alone', () => {
    const after = file({ id: 'after', title: 'After', register: [], path: join(folder, 'after'), content: 'x', owner })
    const report = readBaseline([broken, after], run([broken, after]))
    const failure = toFailure(baselineFailed('h1', [broken, after], report))

    expect(report).toMatchObject({ failed: 1, skipped: 1, changed: 0 })
    expect(failure).toMatchObject({ code: 'host.baseline_failed', message: expect.stringContaining('it broke') })
  })

  test('is not believed when its report is not whole', () => {
    const whole = run([motto])
    const codeOf = (events: readonly unknown[], exit = whole.exit) => {
      try {
        readBaseline([motto], { ...whole, events, exit })
      } catch (thrown) {
        return toFailure(thrown).code
      }
      return 'read'
    }

    expect(codeOf(whole.events)).toBe('read')
    expect(codeOf(whole.events.slice(0, -1))).toBe('host.baseline_unreadable')
    expect(codeOf(whole.events.slice(1))).toBe('host.baseline_unreadable')
    expect(codeOf(whole.events, 1)).toBe('host.baseline_unreadable')
    expect(codeOf(whole.events.slice(0, -1), 143)).toBe('host.baseline_broken_off')
    expect(codeOf(whole.events, 143)).toBe('host.baseline_unreadable')
  })
})

describe('the preflight program', () => {
  test('is read by a POSIX shell', () => {
    const plan = {
      name: 'lab',
      vcpu: 1,
      ramGb: 0.5,
      diskGb: 2,
      memoryPassShare: 0.93,
      diskFreeShare: 0.6,
      providers: [],
    }
    const { script } = preflightProgram(preflightChecks(plan, '1-abc'))

    expect(() => execFileSync('sh', ['-n'], { input: script, stdio: ['pipe', 'pipe', 'pipe'] })).not.toThrow()
  })
})
