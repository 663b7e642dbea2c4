import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { baselineFor } from '../../apps/server/src/modules/hosts/baseline-profile.ts'
import { baselineProgram } from '../../apps/server/src/modules/hosts/baseline-program.ts'
import { readBaseline } from '../../apps/server/src/modules/hosts/baseline-report.ts'
import { defaultSettings } from '../../apps/server/src/modules/hosts/baseline-settings.ts'
import { confirmAccess } from '../../apps/server/src/modules/hosts/dead-man.ts'
import { type HostFacts, parseFacts, readFacts } from '../../apps/server/src/modules/hosts/host-facts.ts'
import { labHosts } from '../../apps/server/src/platform/adapters/lab-hosts.ts'
import { newHostKey } from '../../apps/server/src/platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../apps/server/src/platform/adapters/ssh-remote.ts'
import type { HostAddress, Remote } from '../../apps/server/src/platform/remote.ts'
import { playbookOf } from './playbook.ts'

export type Machine = { readonly id: string; readonly address: HostAddress }
export type Way = {
  readonly name: string
  /** From a fresh, updated system. */
  readonly fresh: (machines: readonly Machine[]) => Promise<void>
  /** When nothing is to change, connecting included; undefined where there is no such thing. */
  readonly again?: (machines: readonly Machine[]) => Promise<void>
}

export type Stand = Awaited<ReturnType<typeof stand>>

/** Fresh hosts of the lab, updated and with Python, as images of providers are: nobody's time holds either. */
export async function stand(lab: { readonly url: string; readonly token: string }, folder: string) {
  const control = newHostKey()
  const key = join(folder, 'control-key')
  await writeFile(key, control.privateKey, { mode: 0o600 })
  const connect = () => sshRemote({ privateKeys: async () => [control.privateKey], now: () => new Date() })
  const provider = labHosts(lab)

  async function machine(number: number): Promise<Machine> {
    const host = newHostKey()
    const name = `bench-${number}`
    const { id } = await provider.create({
      name,
      labels: { bench: name },
      region: 'lab',
      plan: 'lab',
      authorizedKeys: [control.publicKey],
      hostKey: host,
    })
    for (const limit = Date.now() + 120_000; ; ) {
      const found = await provider.find(id)
      const place = found?.address
      const address = { hostId: id, address: place ?? '', port: 22, user: 'root', hostKey: host.publicKey }
      const remote = connect()
      const ready =
        place !== undefined &&
        (await remote.run(address, updated).then(
          (said) => said.exit === 0,
          () => false,
        ))
      await remote.close()
      if (ready) return { id, address }
      if (Date.now() > limit) throw new Error(`${name} did not come up within two minutes.`)
    }
  }

  return {
    control,
    key,
    connect,
    make: (count: number) => Promise.all(Array.from({ length: count }, (_, index) => machine(index + 1))),
    end: (machines: readonly Machine[]) => Promise.all(machines.map(({ id }) => provider.destroy(id))),
  }
}

const updated = {
  name: 'update the system',
  script:
    'export DEBIAN_FRONTEND=noninteractive; apt-get -q -y update >/dev/null && apt-get -q -y -o Dpkg::Options::=--force-unsafe-io upgrade >/dev/null && apt-get -q -y --no-install-recommends install python3 python3-apt >/dev/null',
  timeoutSeconds: 600,
}

export function nexus({ control, connect }: Stand): Way {
  const settings = { ...defaultSettings, controlKey: control.publicKey }
  /** Facts stay with a host, as in Nexus. */
  const known = new Map<string, HostFacts>()
  /** A connection of its own each time: nothing else is kept from the run before. */
  async function baseline({ address }: Machine, user: string): Promise<void> {
    const remote: Remote = connect()
    try {
      const at = { ...address, user }
      const facts = known.get(at.hostId) ?? parseFacts(await remote.run(at, readFacts()))
      known.set(at.hostId, facts)
      const items = baselineFor(settings, facts)
      const report = readBaseline(items, await remote.run(at, baselineProgram(items)))
      if (report.failed > 0) throw new Error(JSON.stringify(report.items.find((each) => each.status === 'failed')))
      if (user === 'root') await remote.run({ ...at, user: 'nexus', hostId: `${at.hostId}#confirm` }, confirmAccess())
      else if (report.changed > 0) throw new Error('The second run was to change nothing.')
    } finally {
      await remote.close()
    }
  }
  return {
    name: 'Nexus',
    fresh: async (machines) => void (await Promise.all(machines.map((each) => baseline(each, 'root')))),
    again: async (machines) => void (await Promise.all(machines.map((each) => baseline(each, 'nexus')))),
  }
}

/** The same packages by apt-get alone, as one types it. */
export function bareApt({ control, connect }: Stand): Way {
  async function install({ address }: Machine): Promise<void> {
    const remote = connect()
    try {
      const facts = parseFacts(await remote.run(address, readFacts()))
      const items = baselineFor({ ...defaultSettings, controlKey: control.publicKey }, facts)
      const names = items.flatMap((each) => each.packages ?? [])
      const source = items.find((each) => each.id === 'compose.source')
      const script = `set -e; export DEBIAN_FRONTEND=noninteractive
mirror=$(awk '$1 == "deb" && $2 !~ /security/ { print $2; exit }' /etc/apt/sources.list)
printf '%s' '${source?.files?.[0]?.content ?? ''}' > /etc/apt/preferences.d/nexus-trixie
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > /etc/apt/sources.list.d/nexus-trixie.list
apt-get -q -y update >/dev/null
apt-get -q -y --no-install-recommends install ${names.join(' ')} >/dev/null`
      const { exit, stderr } = await remote.run(address, { name: 'apt-get', script, timeoutSeconds: 900 })
      if (exit !== 0) throw new Error(stderr)
    } finally {
      await remote.close()
    }
  }
  return { name: 'apt-get alone', fresh: async (machines) => void (await Promise.all(machines.map(install))) }
}

export function ansible(at: Stand, folder: string, { mitogen }: { readonly mitogen: boolean }): Way {
  const place = join(folder, mitogen ? 'mitogen' : 'ansible')
  async function play(machines: readonly Machine[], user: string): Promise<void> {
    const [first] = machines
    if (first === undefined) return
    const remote = at.connect()
    const facts = parseFacts(await remote.run({ ...first.address, user }, readFacts()))
    await remote.close()
    const items = baselineFor({ ...defaultSettings, controlKey: at.control.publicKey }, facts)
    await writeFile(`${place}.json`, JSON.stringify(playbookOf(items, defaultSettings)))
    await writeFile(
      `${place}.cfg`,
      `[defaults]\nhost_key_checking = False\nforks = 10\nretry_files_enabled = False\ninterpreter_python = /usr/bin/python3\n${
        mitogen
          ? 'strategy_plugins = /usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy\nstrategy = mitogen_linear\n'
          : ''
      }[ssh_connection]\npipelining = True\nssh_args = -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null\ncontrol_path_dir = ${place}-connections\n`,
    )
    const list = machines.map(
      ({ address }) => `${address.address} ansible_user=${user} ansible_ssh_private_key_file=${at.key}`,
    )
    await writeFile(`${place}.ini`, `${list.join('\n')}\n`)
    await new Promise<void>((done, fail) =>
      execFile(
        'ansible-playbook',
        ['-i', `${place}.ini`, `${place}.json`],
        { env: { ...process.env, ANSIBLE_CONFIG: `${place}.cfg` }, maxBuffer: 50_000_000, timeout: 1_500_000 },
        (error, out) => (error ? fail(new Error(/^fatal: .*$/m.exec(out)?.[0] ?? out.slice(-3000))) : done()),
      ),
    )
  }
  return {
    name: mitogen ? 'Ansible with mitogen' : 'Ansible, pipelined',
    fresh: (machines) => play(machines, 'root'),
    again: (machines) => play(machines, 'nexus'),
  }
}
