import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVm } from '@nexus/lab'
import { controlKeys, defaultSettings, hostService } from '../../src/modules/hosts/index.ts'
import { fingerprintOf } from '../../src/modules/hosts/own-host.ts'
import { systemActor } from '../../src/platform/actor.ts'
import { outsidePorts } from '../../src/platform/adapters/outside-ports.ts'
import { newHostKey } from '../../src/platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../src/platform/adapters/ssh-remote.ts'
import { staticHosts } from '../../src/platform/adapters/static-hosts.ts'
import { now } from '../../src/platform/clock.ts'
import { migrate, openDatabase } from '../../src/platform/db.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { secretBox } from '../../src/platform/secret-box.ts'
import { migrations } from './database.ts'
import { noCeiling, onePerson } from './no-ceiling.ts'

const plan = {
  name: 'own',
  vcpu: 1,
  ramGb: 1,
  diskGb: 4,
  memoryPassShare: 0.5,
  diskFreeShare: 0.25,
  providers: ['static'],
}

/** A machine that is taken over has most packages already; what takes a kernel of its own the baseline brings itself. */
const there = [
  'nginx haproxy postgresql mariadb-client redis-tools nodejs docker.io docker-compose git restic prometheus-node-exporter',
  'jq socat ufw nftables fail2ban python3-systemd unattended-upgrades apt-listchanges libpam-pwquality debsums lynis',
]

export type HostVm = Awaited<ReturnType<typeof startHostVm>>

/** The verbs of hosts over one full machine, entered as one of your own, with a database of its own. */
export async function startHostVm() {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-host-vm-'))
  const control = newHostKey()
  const hostKey = newHostKey()
  const [vm, postgres] = await Promise.all([
    startVm({ authorizedKeys: [control.publicKey], hostKey, packages: there.flatMap((line) => line.split(' ')) }),
    startEmbeddedPostgres(folder),
  ])
  const db = openDatabase(postgres.ownerUrl, 5)
  await migrate(db, migrations)
  const first = { publicKey: control.publicKey, privateKey: async () => control.privateKey }
  const keys = controlKeys({ db, box: secretBox(randomBytes(32)), first, newKey: newHostKey, now })
  const remote = sshRemote({ privateKeys: keys.toTry, now, connectTimeoutSeconds: 60 })
  const hosts = hostService({
    db,
    remote,
    outside: outsidePorts(),
    providers: [staticHosts()],
    planOf: () => plan,
    keys,
    settings: { ...defaultSettings, deadManSeconds: 300 },
    newHostKey,
    now,
    purchases: noCeiling,
    drift: onePerson,
    fence: () => undefined,
  })
  const own = await hosts.addStatic(systemActor('host-vm'), {
    name: 'own-machine',
    address: vm.address,
    port: 22,
    user: 'root',
    region: 'here',
    plan: plan.name,
    fingerprint: fingerprintOf(hostKey.publicKey),
  })

  /** A program on the machine, outside of any verb. */
  const onHost = async (script: string, timeoutSeconds = 600) =>
    remote.run(await hosts.addressOf(own.id), { name: 'look', script, timeoutSeconds })

  const close = async () => {
    await remote.close()
    await db.close()
    await postgres.stop()
    await vm.stop()
    await rm(folder, { recursive: true, force: true })
  }

  return { hosts, remote, id: own.id, vm, onHost, close }
}
