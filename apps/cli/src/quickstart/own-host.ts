import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ItemOf } from '@nexus/client'
import type { Api } from '../api.ts'
import type { Deps } from '../deps.ts'
import { fail, toFailed } from '../failure.ts'
import type { Io } from '../io.ts'
import { watchRun } from '../run/watch.ts'
import type { QuickstartFlags } from './flags.ts'
import type { QuickstartPlace } from './lab-settings.ts'
import { ownMachineOf, placeText, sshPlace } from './own-host-address.ts'
import { askSecret, askYes, onTerminal, secretFile } from './own-host-ask.ts'
import { changesText, letInScript, takeBack } from './own-host-entry.ts'
import { closedLater, type Look, lookScript, lookText, readLook, refusalsOf } from './own-host-look.ts'
import { answersAt, extraSettings, missingFor, ownSettings } from './own-host-settings.ts'
import { type Elevation, fingerprintOfKey, hostKeysIn, hostKeysScript, lastLine, personSsh } from './own-host-ssh.ts'

export type OwnMachine = Awaited<ReturnType<typeof openOwnMachine>>
type HostView = ItemOf<'listHosts'>

const refuse = (message: string, hint?: string) => fail('quickstart.refused', 'conflict', message, hint)

/** Looks at the machine and refuses what cannot work. Nothing on it is changed here. */
export async function openOwnMachine(flags: QuickstartFlags, place: QuickstartPlace, io: Io) {
  const machine = ownMachineOf(flags.host ?? '')
  const jump = flags.jump === undefined ? undefined : sshPlace(flags.jump)
  if (!machine) throw refuse('--host is written ssh://user@address[:port].')
  if (!flags.yes && !onTerminal())
    throw refuse('There is no terminal to ask on; nothing was changed.', 'Add --yes once you know what it will change.')
  const extra = await extraSettings(process.env['NEXUS_QUICKSTART_SETTINGS'])
  const missing = missingFor(flags, extra)
  if (missing.length > 0)
    throw refuse(
      `${machine.address} was not touched, because something is missing:\n${missing.map((each) => `  - ${each}`).join('\n')}`,
      'Settings go into a YAML file that NEXUS_QUICKSTART_SETTINGS names; docs/guides/hosts.md says how.',
    )
  const agent = process.env['SSH_AUTH_SOCK']
  if (jump && !agent)
    throw refuse('A jump host needs an ssh agent: Nexus goes the same way.', 'eval $(ssh-agent); ssh-add')
  await mkdir(place.home, { recursive: true, mode: 0o755 })
  const settings = await ownSettings({ place, port: 0, flags, extra, agent, jumpKeys: [] })
  const [mailHost, mailPort] = [String(settings['mailHost']), Number(settings['mailPort'] ?? 25)]
  if (!(await answersAt(mailHost, mailPort))) throw refuse(`No mail server answers at ${mailHost}:${mailPort}.`)

  const ssh = personSsh({ place: machine, jump, quiet: flags.yes || !onTerminal() })
  try {
    const { address, port, proxy } = await ssh.destination()
    if (proxy && !jump)
      throw refuse(
        `Your ssh goes to ${machine.address} by way of ${proxy}, which Nexus does not know.`,
        'Name it: --jump user@host:port',
      )
    io.say(`Looking at ${placeText(machine)}; nothing is changed...`)
    const elevation = await elevate()
    const said = await ssh.runAsRoot(lookScript, elevation, 60)
    const look = said.exit === 0 ? readLook(said.out) : undefined
    if (!look)
      throw refuse(
        `What runs on ${machine.address} could not be read: ${lastLine(said.err) || 'the answer was not whole'}`,
      )
    io.say(`What runs on ${machine.address}:`)
    for (const line of lookText(look)) io.say(line)
    const refusals = refusalsOf(look, { isOurs: existsSync(join(place.home, 'postgres/data')) })
    if (refusals.length > 0)
      throw refuse(`${machine.address} is not taken, and nothing was changed. ${refusals.join(' ')}`)
    const hostKeys = hostKeysIn((await ssh.run(hostKeysScript)).out)
    if (hostKeys.length === 0) throw refuse(`The host keys of ${machine.address} could not be read.`)
    const jumpKeys = jump ? [await keyOfJump()] : []

    return {
      settingsFor: (listenPort: number) => ownSettings({ place, port: listenPort, flags, extra, agent, jumpKeys }),
      bringIn: (deps: Deps) => bringIn(deps, { address, port, look, elevation, hostKeys }),
      close: () => ssh.close(),
    }
  } catch (thrown) {
    await ssh.close()
    throw thrown
  }

  async function elevate(): Promise<Elevation> {
    const first = await ssh.run(
      'if [ "$(id -u)" = 0 ]; then echo root; elif sudo -n true 2>/dev/null; then echo sudo; else echo asks; fi',
    )
    const how = first.out.trim()
    if (how === 'root' || how === 'sudo') return { how }
    const file = flags.sudoPasswordFile
    if (file === undefined && (flags.yes || !onTerminal()))
      throw refuse(`sudo on ${machine?.address} wants a password.`, '--sudo-password-file FILE (mode 0600)')
    const password = file === undefined ? await askSecret(`sudo password of ${flags.host}: `) : secretFile(file)
    if (password === '' || !(await ssh.sudoTakes(password)))
      throw refuse(`sudo on ${machine?.address} did not take that password.`)
    return { how: 'sudo with password', password }
  }

  async function keyOfJump(): Promise<string> {
    if (!jump) return ''
    const through = personSsh({ place: jump, jump: undefined, quiet: flags.yes || !onTerminal() })
    try {
      const key = preferred(hostKeysIn((await through.run(hostKeysScript)).out))
      if (!key) throw refuse(`The host key of ${placeText(jump)} could not be read.`)
      return `${placeText(jump)} ${key}`
    } finally {
      await through.close()
    }
  }

  type Seen = {
    readonly address: string
    readonly port: number
    readonly look: Look
    readonly elevation: Elevation
    readonly hostKeys: readonly string[]
  }

  /** Shows, asks, lets Nexus in, adds the machine and prepares it. Doing it again carries on. */
  async function bringIn(deps: Deps, { address, port, look, elevation, hostKeys }: Seen): Promise<boolean> {
    const { api } = deps
    const known = await knownHost(api, address)
    if (known && known.state !== 'quarantined' && known.state !== 'preparing' && known.state !== 'creating') {
      io.say(`${known.name} at ${address} is ${known.state} here already.`)
      return true
    }
    const query = { os: look.os, osVersion: look.osVersion, port }
    const { items } = await api.call('outlineBaseline', { query })
    io.say(`What Nexus will change on ${address}:`)
    for (const line of changesText({ items, user: machine?.user ?? '', closed: closedLater(look, port) })) io.say(line)
    if (look.hasNexusAccount)
      io.say('  There is an account nexus already: its keys are replaced by the key of this Nexus.')
    if (!flags.yes && !(await askYes(`Change ${address} as said above?`))) {
      io.say('Nothing was changed.')
      return false
    }
    const hostKey = jump ? preferred(hostKeys) : undefined
    const body = {
      name: `own-${address.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 60).replace(/-$/, ''),
      address,
      port,
      user: 'nexus',
      region: 'own',
      plan: 'own',
      ...(jump && hostKey ? { jump: placeText(jump), hostKey } : {}),
    }
    const fingerprint = known ? undefined : await confirmed(api, body, hostKeys)
    const { publicKey } = await api.call('getControlKey')
    const said = await ssh.runAsRoot(letInScript(publicKey), elevation, 60)
    if (said.exit !== 0 || !said.out.includes('let-in'))
      throw refuse(`Nexus was not let in: ${lastLine(said.err)}`, takeBack)
    io.say(`Nexus was let in as nexus. To take that back: ${takeBack}`)
    const host = known ?? (await api.call('addHost', { body: { ...body, fingerprint }, timeoutSeconds: 120 }))
    const params = { hostId: host.id }
    await api.call('connectHost', { params, timeoutSeconds: 300 })
    io.say(`Bringing ${host.name} to its baseline; minutes on a fresh machine...`)
    const { runId } = await api.call('applyBaseline', { params })
    const run = await watchRun(deps, { runId })
    if (run.state !== 'done')
      throw refuse(
        `The baseline ended as ${run.state}: ${run.failure?.message ?? ''}`,
        `nexusctl host baseline ${host.name}`,
      )
    const gate = await api.call('preflightHost', { params, timeoutSeconds: 300 })
    for (const line of gate.lines.filter((each) => !each.startsWith('PASS'))) io.say(`  ${line}`)
    if (gate.readiness.toUpperCase() === 'FAIL')
      throw refuse(`${host.name} is prepared, but too small or not whole for an order.`)
    return true
  }

  /** The key that answers Nexus must be one the machine itself told us over the person's own ssh. */
  async function confirmed(
    api: Api,
    body: Readonly<Record<string, unknown>>,
    keys: readonly string[],
  ): Promise<string> {
    const own = keys.map(fingerprintOfKey)
    const given = fingerprintOfKey(String(body['hostKey'] ?? ''))
    if (given !== undefined) return given
    const shown = await api.call('addHost', { body, timeoutSeconds: 60 }).then(
      () => undefined,
      (thrown: unknown) => {
        const { code, problems } = toFailed(thrown)
        if (code !== 'host.key_not_confirmed') throw thrown
        return problems?.find((each) => each.path === 'fingerprint')?.message
      },
    )
    if (shown !== undefined && own.includes(shown)) {
      io.say(`The host key that answers Nexus is the machine's own: ${shown}`)
      return shown
    }
    throw refuse(
      `What answers Nexus at ${body['address']} shows ${shown ?? 'no key'}, the machine itself says ${own.join(', ')}. Nothing was changed.`,
    )
  }
}

/** The kind that Nexus pins. */
const preferred = (keys: readonly string[]) => keys.find((each) => each.startsWith('ssh-ed25519 ')) ?? keys[0]

async function knownHost(api: Api, address: string): Promise<HostView | undefined> {
  const { items } = await api.call('listHosts', {
    query: { limit: 200 },
  })
  return items.find((each) => each.provider === 'static' && each.address === address && each.state !== 'retired')
}
