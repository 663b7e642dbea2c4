import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { address6In, addressIn, chooseRange, hardwareAddressIn, type Prefix, places } from './address-range.ts'
import { LabError } from './lab-error.ts'
import { readText, writeWhole } from './lab-files.ts'
import { withLock } from './lab-lock.ts'
import { type LabPaths, machineDir } from './lab-paths.ts'
import { run, succeeds } from './lab-process.ts'

const forwardSwitch = '/proc/sys/net/ipv4/ip_forward'
const forwardAsFound = join(machineDir, 'ip_forward.as-found')
const machineLock = join(machineDir, 'lock')

/** A free range: the one this lab had before when nobody else took it meanwhile. */
export async function findRange(wanted?: Prefix): Promise<Prefix> {
  const range = chooseRange(await networksInUse(), wanted)
  if (!range) throw new LabError('lab.no_range', 'No private address range is free on this machine for the lab.')
  return range
}

async function networksInUse(): Promise<string[]> {
  const routes = await run(['ip', '-4', 'route', 'show', 'table', 'all'])
  const addresses = await run(['ip', '-4', 'addr'])
  const resolvers = (await readText('/etc/resolv.conf')) ?? ''
  return [
    ...routes.split('\n').flatMap((line) => /^(?:\w+ )?(\d+\.\d+\.\d+\.\d+(?:\/\d+)?)/.exec(line)?.[1] ?? []),
    ...[...addresses.matchAll(/inet (\S+)/g)].flatMap((match) => match[1] ?? []),
    ...[...resolvers.matchAll(/^nameserver (\S+)/gm)].flatMap((match) => match[1] ?? []),
  ]
}

export const bridgeIsUp = (paths: LabPaths): Promise<boolean> => succeeds(['ip', 'link', 'show', paths.bridge])

/** Bridge, way out and walls. What was found is written down before it is changed; a second call changes nothing. */
export async function raiseNetwork(paths: LabPaths, prefix: Prefix): Promise<void> {
  await withLock(machineLock, async () => {
    // A bridge without an address of its own takes the lowest of its ports: it changed as hosts came and went, and what was on its way was lost.
    const address = hardwareAddressIn(prefix, places.gateway)
    if (!(await bridgeIsUp(paths))) await run(['ip', 'link', 'add', paths.bridge, 'address', address, 'type', 'bridge'])
    await run(['ip', 'addr', 'replace', `${addressIn(prefix, places.gateway)}/24`, 'dev', paths.bridge])
    await succeeds([
      'ip',
      '-6',
      'addr',
      'replace',
      `${address6In(prefix, places.gateway)}/64`,
      'dev',
      paths.bridge,
      'nodad',
    ])
    await run(['ip', 'link', 'set', paths.bridge, 'up'])
    await raiseRules(paths, prefix)
    await raiseForwarding()
  })
}

/** Everything gone that this lab put there. Knows by name what is its own, so it also cleans up after a crash. */
export async function lowerNetwork(paths: LabPaths): Promise<void> {
  await withLock(machineLock, async () => {
    await lowerRules(paths)
    if (await bridgeIsUp(paths)) await run(['ip', 'link', 'del', paths.bridge])
    if ((await otherBridges(paths)).length === 0) await lowerForwarding()
  })
}

async function otherBridges(paths: LabPaths): Promise<string[]> {
  const links = await run(['ip', '-br', 'link', 'show', 'type', 'bridge'])
  return [...links.matchAll(/^(nxl-\S+)/gm)].flatMap((match) => match[1] ?? []).filter((name) => name !== paths.bridge)
}

async function raiseForwarding(): Promise<void> {
  const now = (await readFile(forwardSwitch, 'utf8')).trim()
  if (now === '1') return
  await mkdir(machineDir, { recursive: true })
  await writeWhole(forwardAsFound, `${now}\n`)
  await writeFile(forwardSwitch, '1\n')
}

async function lowerForwarding(): Promise<void> {
  const found = await readText(forwardAsFound)
  if (found === undefined) return
  await writeFile(forwardSwitch, found)
  await rm(forwardAsFound, { force: true })
}

type Chain = {
  readonly table: string
  readonly from: string
  readonly name: string
  readonly rules: readonly string[][]
}

/** Chains of our own, so that taking them away again never touches a rule of somebody else. */
function chains({ bridge, tag }: LabPaths, prefix: Prefix): Chain[] {
  const range = `${prefix}.0/24`
  return [
    {
      table: 'nat',
      from: 'POSTROUTING',
      name: `NXL-${tag}-NAT`,
      rules: [['-s', range, '!', '-d', range, '!', '-o', bridge, '-j', 'MASQUERADE']],
    },
    {
      table: 'filter',
      from: 'FORWARD',
      name: `NXL-${tag}-FWD`,
      rules: [
        ['-i', bridge, '-o', bridge, '-j', 'ACCEPT'],
        ['-i', bridge, '-o', 'nxl-+', '-j', 'DROP'],
        ['-i', bridge, '-j', 'ACCEPT'],
        ['-o', bridge, '-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'],
        ['-o', bridge, '-j', 'DROP'],
      ],
    },
    {
      table: 'filter',
      from: 'INPUT',
      name: `NXL-${tag}-IN`,
      rules: [
        ['-i', bridge, '-s', range, '-j', 'ACCEPT'],
        ['-d', range, '!', '-i', 'lo', '-j', 'DROP'],
      ],
    },
  ]
}

async function raiseRules(paths: LabPaths, prefix: Prefix): Promise<void> {
  for (const { table, from, name, rules } of chains(paths, prefix)) {
    const ipt = ['iptables', '-w', '-t', table]
    if (!(await holds(ipt, name, rules))) {
      if (!(await succeeds([...ipt, '-N', name]))) await run([...ipt, '-F', name])
      for (const rule of rules) await run([...ipt, '-A', name, ...rule])
    }
    if (!(await succeeds([...ipt, '-C', from, '-j', name]))) await run([...ipt, '-I', from, '1', '-j', name])
  }
}

/** A chain that is as it should be is left alone, so that nothing passes unseen while it is filled again. */
async function holds(ipt: readonly string[], name: string, rules: readonly string[][]): Promise<boolean> {
  const listed = await run([...ipt, '-S', name]).catch(() => '')
  if (listed.trim().split('\n').length !== rules.length + 1) return false
  const there = await Promise.all(rules.map((rule) => succeeds([...ipt, '-C', name, ...rule])))
  return there.every(Boolean)
}

async function lowerRules(paths: LabPaths): Promise<void> {
  if (!(await succeeds(['iptables', '--version']))) return
  for (const { table, from, name } of chains(paths, '0.0.0')) {
    const ipt = ['iptables', '-w', '-t', table]
    while (await succeeds([...ipt, '-D', from, '-j', name]));
    if (await succeeds([...ipt, '-F', name])) await run([...ipt, '-X', name])
  }
}
