import type { Program } from '../remote.ts'
import type { PretendAnswer, PretendDisk, PretendProgram } from './pretend-world.ts'

/** The first group of each match in a script. */
export const wordsIn = (script: string, pattern: RegExp): string[] =>
  [...script.matchAll(pattern)].map((each) => each[1] ?? '')

const said = (...events: readonly unknown[]): PretendAnswer => ({ events })

/** The baseline: everything differs on a fresh system and nothing does afterwards. */
const baseline: PretendProgram = (disk, { script, args }) => {
  const [mode, version = '', only = ''] = args ?? []
  const ids = wordsIn(script, /^\d+\) id=(\S+) stage=/gm)
  const isLeft = (id: string) => mode === 'check' || (only !== '' && !only.split(' ').includes(id))
  const items = ids.map((id) => ({
    type: 'item',
    id,
    status: disk.items.includes(id) ? 'ok' : isLeft(id) ? 'differs' : 'changed',
    seconds: 0,
    before: disk.items.includes(id) ? '' : 'pretend: not so yet',
    after: disk.items.includes(id) || isLeft(id) ? '' : 'pretend: it is so',
  }))
  const count = (status: string) => items.filter((each) => each.status === status).length
  const changed = count('changed')
  if (mode === 'apply') {
    disk.items = ids.filter((id) => disk.items.includes(id) || !isLeft(id))
    if (count('differs') === 0) disk.baseline = version
    disk.armed = changed > 0
  }
  const done = {
    type: 'done',
    version,
    ok: count('ok'),
    changed,
    failed: 0,
    skipped: 0,
    differs: count('differs'),
    armed: disk.armed,
    rebootRequired: false,
    reverted: '',
    seconds: 0,
  }
  return said(...items, done)
}

const preflight: PretendProgram = (disk, { script }) => {
  const wanted = /\[ "\$have" = '([^']*)' \] && yes "version/.exec(script)?.[1]
  const checks = wordsIn(script, /^take (\S+) "\$\(look_\d+/gm).map((name) => {
    if (name === 'baseline.version' && disk.baseline === '') return [name, 'fail', 'pretend: the baseline never ran']
    if (name === 'baseline.version' && disk.baseline !== wanted) return [name, 'warn', `pretend: ${disk.baseline}`]
    if (name === 'access.confirmed' && disk.armed) return [name, 'fail', 'pretend: the dead-man timer is armed']
    return [name, 'pass', 'pretend']
  })
  const count = (word: string) => checks.filter(([, status]) => status === word).length
  const verdict = { type: 'verdict', pass: count('pass'), warn: count('warn'), fail: count('fail'), other: 0 }
  const lines = checks.map(([name, status, summary]) => ({ type: 'check', name, status, summary }))
  return { events: [...lines, verdict], exit: verdict.fail > 0 ? 2 : verdict.warn > 0 ? 1 : 0 }
}

const facts = (disk: PretendDisk) => ({
  type: 'facts',
  os: 'debian',
  osVersion: '12',
  kernel: '6.1.0-pretend',
  architecture: 'x86_64',
  cpus: 16,
  memoryMb: 32_768,
  diskGb: 320,
  diskFreeGb: 310,
  virtualization: 'pretend',
  isContainer: false,
  maySetClock: true,
  hasIpv6: false,
  hasAppArmor: true,
  openssh: '9.2',
  controlAddress: '192.0.2.1',
  addresses: [],
  routes: ['192.0.2.0/24'],
  hostname: disk.hostname,
  ticket: disk.ticket,
  wasLive: disk.wasLive,
})

const claim: PretendProgram = (disk, { script }) => {
  const receipt = /printf '%s' '(\{"ticket":[^']*\})'/.exec(script)?.[1] ?? '{}'
  const { ticket, name } = JSON.parse(receipt) as { ticket?: string; name?: string }
  if (!ticket || !name) return { exit: 1, stderr: 'pretend: no receipt in the claim' }
  if (disk.ticket !== '' && disk.ticket !== ticket) return { events: [{ type: 'taken' }], exit: 3 }
  const alreadyNamed = disk.hostname === name
  disk.ticket = ticket
  disk.hostname = name
  return said({ type: 'claimed', alreadyNamed })
}

const unclaim: PretendProgram = (disk) => {
  if (disk.wasLive) return { events: [{ type: 'was-live' }], exit: 4 }
  disk.ticket = ''
  return said({ type: 'unclaimed' })
}

const bootId = (disk: PretendDisk) => ({ type: 'boot', id: `pretend-boot-${disk.boot}` })

const reboot = (disk: PretendDisk, _program: Program): PretendAnswer => {
  const before = bootId(disk)
  disk.boot += 1
  return said(before)
}

/** The programs of modules/hosts. */
export const hostPrograms: Readonly<Record<string, PretendProgram>> = {
  'read what was done since': (disk) =>
    said({ type: 'holds', ticket: disk.ticket }, ...Object.keys(disk.takeovers).map((run) => ({ type: 'ran', run }))),
  'say whose turn it is': () => said(),
  'read the facts of the host': (disk) => said(facts(disk)),
  'forget the package lists': (disk) => {
    disk.items = disk.items.filter((each) => each !== 'system.updates')
    return said({ type: 'forgotten' })
  },
  'apply the baseline': baseline,
  'compare with the baseline': baseline,
  'compare a machine with the baseline': baseline,
  // Nothing is known of it, and the report says so.
  'read a machine': () => said(),
  preflight,
  'confirm that the host still lets us in': (disk) => {
    disk.armed = false
    return said({ type: 'confirmed' })
  },
  'take the mark of the revert away': () => said(),
  'list the open sockets': () => said({ type: 'sockets', ports: [22, 80, 443] }),
  // Nobody can look at a pretend host from outside: whoever judges hears nothing, and nothing is unknown.
  'look at another host from here': () => said(),
  'send packets for loopback and containers to a neighbour': () => said(),
  'shut an address out': () => said(),
  'let an address in again': () => said(),
  'claim the host': claim,
  'place the keys of the control plane': () => said({ type: 'placed' }),
  'read the logins with the break-glass key': () => said({ type: 'read' }),
  'run a command': () =>
    said(
      { type: 'said', to: 'out', bytes: Buffer.from('pretend: nothing was run\n').toString('base64') },
      { type: 'ended', exit: 0 },
    ),
  'mark the host as live': (disk) => {
    disk.wasLive = true
    return said({ type: 'marked' })
  },
  'take the claim away': unclaim,
  'read which boot this is': (disk) => said(bootId(disk)),
  'reboot the host': reboot,
}
