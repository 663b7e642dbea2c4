import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ItemEvent } from '../../src/modules/hosts/baseline-report.ts'
import { type BaselineSettings, controlKeys, defaultSettings, hostService } from '../../src/modules/hosts/index.ts'
import { systemActor } from '../../src/platform/actor.ts'
import { labHosts } from '../../src/platform/adapters/lab-hosts.ts'
import { outsidePorts } from '../../src/platform/adapters/outside-ports.ts'
import { newHostKey } from '../../src/platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../src/platform/adapters/ssh-remote.ts'
import { now } from '../../src/platform/clock.ts'
import { migrate, openDatabase } from '../../src/platform/db.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { secretBox } from '../../src/platform/secret-box.ts'
import { migrations } from './database.ts'
import { noCeiling, onePerson } from './no-ceiling.ts'

const plan = {
  name: 'lab',
  vcpu: 1,
  ramGb: 0.5,
  diskGb: 2,
  memoryPassShare: 0.93,
  diskFreeShare: 0.6,
  providers: ['lab'],
}

export const idsOf = (items: readonly ItemEvent[], status: ItemEvent['status']) =>
  items
    .filter((each) => each.status === status)
    .map((each) => each.id)
    .sort()

export type HostLab = Awaited<ReturnType<typeof startHostLab>>

/** The verbs of hosts over real hosts of the lab that is up, with a database of its own. */
export async function startHostLab() {
  const home = process.env['NEXUS_LAB_HOME'] ?? '/var/lib/nexus-lab'
  const file: { provider: { url: string; token: string } } = JSON.parse(await readFile(join(home, 'lab.json'), 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'nexus-host-lab-'))
  await chmod(folder, 0o755)
  const postgres = await startEmbeddedPostgres(folder)
  const db = openDatabase(postgres.ownerUrl, 5)
  await migrate(db, migrations)
  const control = newHostKey()
  const first = { publicKey: control.publicKey, privateKey: async () => control.privateKey }
  const box = secretBox(randomBytes(32))
  const keys = controlKeys({ db, box, first, newKey: newHostKey, now })
  const remote = sshRemote({ privateKeys: keys.toTry, now })
  const provider = labHosts(file.provider)
  const word = Math.random().toString(36).slice(2, 8)
  const tickets = new Set<string>()

  const serviceWith = (settings: Partial<BaselineSettings> = {}) =>
    hostService({
      db,
      remote,
      outside: outsidePorts(),
      providers: [provider],
      planOf: (name) => (name === plan.name ? plan : undefined),
      keys,
      settings: { ...defaultSettings, ...settings },
      newHostKey,
      now,
      purchases: noCeiling,
      drift: onePerson,
      fence: () => undefined,
    })
  const hosts = serviceWith()

  const order = (number: number) => {
    const ticket = `T-${word}-${number}`
    tickets.add(ticket)
    return { orderId: `ord_${word}_${number}`, ticket, plan: 'lab', region: 'lab', name: `nexus-${word}-${number}` }
  }

  /** A program on a host, outside of any verb. */
  const onHost = async (id: string, script: string, timeoutSeconds = 120) =>
    remote.run(await hosts.addressOf(id), { name: 'look', script, timeoutSeconds })

  /** The ssh program of this machine, from outside Nexus, with the key that Nexus would take. */
  const ssh = async (address: string, user: string, ...more: readonly string[]) => {
    const known = await db.row<{ id: string }>('select id from host where address = $1', [address])
    const [key = ''] = await keys.toTry({ hostId: known?.id ?? '', user })
    await writeFile(join(folder, 'control-key'), key, { mode: 0o600 })
    const settings = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=5', ...more]
    const words = ['-i', join(folder, 'control-key'), ...settings.flatMap((each) => ['-o', each]), `${user}@${address}`]
    return new Promise<{ readonly ok: boolean; readonly said: string }>((resolve) => {
      execFile('ssh', [...words, 'id -un'], { timeout: 20_000 }, (error, out, said) =>
        resolve({ ok: error === null, said: out + said }),
      )
    })
  }

  const close = async () => {
    for (const ticket of tickets)
      for (const { id } of await provider.findByLabel('ticket', ticket)) await provider.destroy(id)
    await remote.close()
    await db.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }

  /** A host without a baseline, with what a rekey and a second place need: the account `nexus` with the first key. */
  const bareHost = async (number: number): Promise<string> => {
    const { id } = await hosts.provide(systemActor('host-lab'), order(number))
    await hosts.connect(systemActor('host-lab'), id)
    await onHost(
      id,
      `useradd -m -s /bin/bash -p '*' nexus; mkdir -p /home/nexus/.ssh; cp /root/.ssh/authorized_keys /home/nexus/.ssh/; chown -R nexus: /home/nexus/.ssh
echo 'nexus ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/10-nexus`,
    )
    await db.rows(`update host set login_user = 'nexus', state = 'ready' where id = $1`, [id])
    return id
  }

  return { hosts, serviceWith, db, box, keys, remote, provider, control, order, onHost, bareHost, ssh, close }
}
