import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostLab, startHostLab } from '../../../test/harness/host-lab.ts'
import { systemActor } from '../../platform/actor.ts'
import { newHostKey } from '../../platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../platform/adapters/ssh-remote.ts'
import { now } from '../../platform/clock.ts'
import { toFailure } from '../../platform/errors.ts'
import { accessItems } from './baseline-access.ts'
import { baselineProgram } from './baseline-program.ts'
import { defaultSettings } from './baseline-settings.ts'
import { fingerprintOf } from './own-host.ts'
import { hostTranscripts } from './read-transcript.ts'
import { hostCommands } from './run-command.ts'

const as = systemActor('host-lab')
const look = { name: 'look', script: 'true', timeoutSeconds: 10 }
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (thrown) => toFailure(thrown).code,
  )
let lab: HostLab
let id: string
beforeAll(async () => {
  lab = await startHostLab()
  id = await lab.bareHost(1)
})
afterAll(async () => {
  await lab.close()
})

/** The login of somebody who has this key and nothing else. */
async function loginWith(key: string, user = 'nexus'): Promise<string> {
  const remote = sshRemote({ privateKeys: async () => [key], now })
  const address = { ...(await lab.hosts.addressOf(id)), user }
  return refusalOf(remote.run(address, look)).finally(() => remote.close())
}
const keyOf = async () => (await lab.keys.toTry({ hostId: id, user: 'nexus' }))[0] ?? ''

describe('the key of a host', () => {
  test('takes the place of the first one, which opens it no more, and a newer one that of it', async () => {
    const held = [await keyOf()]
    for (const _ of [1, 2]) {
      for (const verb of ['placeNextKey', 'dropOldKey', 'takeNextKey'] as const) await lab.hosts[verb](as, id)
      held.push(await keyOf())
    }
    const said = await lab.onHost(
      id,
      `stat -c '{"mode":"%a","owner":"%U"}' /home/nexus/.ssh/authorized_keys; grep -c . /home/nexus/.ssh/authorized_keys`,
    )

    expect(new Set(held).size).toBe(3)
    expect(await Promise.all(held.map((key) => loginWith(key)))).toEqual([
      'host.login_refused',
      'host.login_refused',
      'done',
    ])
    expect(said).toMatchObject({ events: [{ mode: '600', owner: 'nexus' }], noise: '1\n' })
    expect((await lab.onHost(id, 'systemctl is-enabled nexus-dead-man.timer')).exit).not.toBe(0)
  })

  test('that does not get in is taken back by the host, and the one before it opens it again', async () => {
    const quick = lab.serviceWith({ controlAddresses: ['198.51.100.1'], deadManSeconds: 3 })
    const { facts } = await lab.hosts.find(as, id)
    const moved = { ...facts, controlAddress: '198.51.100.2' }
    await lab.db.rows('update host set facts = $2 where id = $1', [id, JSON.stringify(moved)])
    const file = async () => (await lab.onHost(id, 'cat /home/nexus/.ssh/authorized_keys')).noise
    const before = await file()

    expect(await refusalOf(quick.placeNextKey(as, id))).toBe('host.access_not_confirmed')
    await expect.poll(file, { timeout: 30_000, interval: 500 }).toBe(before)
    await lab.db.rows('update host set facts = $2 where id = $1', [id, JSON.stringify(facts)])
    await lab.db.rows(`delete from host_control_key where state = 'next'`)
  })

  test('works from where Nexus comes, and is refused from elsewhere', async () => {
    const bound = lab.serviceWith({ controlAddresses: ['198.51.100.1'] })
    for (const verb of ['placeNextKey', 'dropOldKey', 'takeNextKey'] as const) await bound[verb](as, id)
    const { facts } = await lab.hosts.find(as, id)
    const away = `sed -i 's/${facts?.controlAddress}/198.51.100.3/' /home/nexus/.ssh/authorized_keys`
    const back = `sed -i 's/198.51.100.3/${facts?.controlAddress}/' /home/nexus/.ssh/authorized_keys`
    await lab.onHost(id, `${away}; systemd-run -q --on-active=3 sh -c "${back}"`)

    expect(await loginWith(await keyOf())).toBe('host.login_refused')
    await expect.poll(async () => loginWith(await keyOf()), { timeout: 30_000, interval: 1000 }).toBe('done')
  })
})

describe('a machine that is looked at', () => {
  const kept = `find /etc /usr /var /home /root /opt /srv /boot -xdev -not -path '/var/log/*' -not -path '/var/lib/systemd/*' -printf '%p %y %s %T@ %C@ %m %u:%g\\n' | sort`
  const there = `rm -rf /var/lib/nexus-host
mkdir -p /etc/nginx/sites-enabled /etc/letsencrypt/live/shop && printf 'server {\\n  server_name shop.example.test www.shop.example.test;\\n}\\n' > /etc/nginx/sites-enabled/shop
printf '17 3 * * * root /usr/local/bin/save --password hunter2\\n@reboot root /bin/true\\n' > /etc/cron.d/save
printf '[Timer]\\nOnCalendar=daily\\nUnit=save.service\\n[Install]\\nWantedBy=timers.target\\n' > /etc/systemd/system/save.timer; printf '[Service]\\nExecStart=/bin/true\\n' > /etc/systemd/system/save.service; systemctl daemon-reload; systemctl start save.timer
useradd -m -s /bin/bash olga; mkdir -p /home/olga/.ssh; cp /root/.ssh/authorized_keys /home/olga/.ssh/
command -v openssl >/dev/null && openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -out /etc/letsencrypt/live/shop/fullchain.pem -days 30 -subj /CN=shop -addext subjectAltName=DNS:shop.example.test 2>/dev/null`

  test('says what is there, and not one file of it is another one afterwards', async () => {
    await lab.onHost(id, there)
    const { address, hostKey } = await lab.hosts.addressOf(id)
    const files = async () =>
      (
        await lab.remote.run(await lab.hosts.addressOf(id), {
          ...look,
          script: `${kept} > /run/files; sha256sum < /run/files; wc -l < /run/files`,
          timeoutSeconds: 60,
          looksOnly: true,
        })
      ).noise
    const machine = { address, port: 22, user: 'root' }
    const before = await files()

    expect(await refusalOf(lab.hosts.adopt(as, machine))).toBe('host.key_not_confirmed')
    const found = await lab.hosts.adopt(as, { ...machine, fingerprint: fingerprintOf(hostKey) })

    expect(await files()).toBe(before)
    expect(Number(before.split('\n')[1])).toBeGreaterThan(5000)
    expect(found).toMatchObject({ unread: [], notCompared: undefined, facts: { os: 'debian' } })
    expect(found.sites).toContainEqual({ name: 'www.shop.example.test', by: 'nginx' })
    expect(found.sockets.map((each) => each.port)).toContain('22')
    expect(found.services.map((each) => each.unit)).toContain('ssh.service')
    expect(found.users.find((each) => each.name === 'olga')?.keys.length).toBe(1)
    expect(found.schedules).toContainEqual({
      by: 'cron',
      when: '17 3 * * *',
      runs: '/usr/local/bin/save',
      where: '/etc/cron.d/save',
    })
    expect(found.schedules.map((each) => each.where)).toContain('save.timer')
    expect(found.certificates.map((each) => each.names)).toEqual(['shop.example.test'])
    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(found.baseline?.items.find((each) => each.id === 'ssh.settings')?.status).toBe('differs')
    expect(await lab.db.rows(`select action from audit_entry where subject = $1`, [`ssh:${address}`])).toEqual([
      { action: 'host.adopt_read' },
    ])
  })
})

/** S3-125 */
describe('a command for a person', () => {
  const commands = () =>
    hostCommands({
      db: lab.db,
      remote: lab.remote,
      box: lab.box,
      now,
      secretsOf: async () => ['s3cret-s3cret'],
      second: { exec: undefined, logs: undefined },
      tell: async () => {},
    })
  const asked = { reason: 'a try', breakGlass: false, timeoutSeconds: 20 }
  const shown = async (transcript: string) => {
    const found = await hostTranscripts({ db: lab.db, box: lab.box, now }).show(as, transcript)
    const said = (to: 'out' | 'err') =>
      found.output
        .filter((each) => each.to === to)
        .map((each) => each.text)
        .join('')
    return { exit: found.exit, failure: found.failure?.code, out: said('out'), err: said('err') }
  }

  test('is in no list of processes, and what it says is clean and without its secrets', async () => {
    const made = commands()
    const command = `word=hidden; ps -eo args | grep -c '[h]idden'; printf '\\033[31mred s3cret-s3cret\\n'; echo no >&2; exit 5`
    const { id: transcript } = await made.exec(as, id, { ...asked, command })
    await made.settled()

    expect(await shown(transcript)).toEqual({ exit: 5, failure: undefined, out: '0\nred [secret]\n', err: 'no\n' })
  })

  test('that takes too long is ended, and what it said until then is kept', async () => {
    const made = commands()
    const { id: transcript } = await made.exec(as, id, { ...asked, timeoutSeconds: 2, command: 'echo begun; sleep 60' })
    await made.settled()

    expect(await shown(transcript)).toMatchObject({ exit: undefined, failure: 'host.program_timeout', out: 'begun\n' })
    expect((await lab.onHost(id, 'pgrep -x sleep')).exit).toBe(1)
  })

  test('reads the journal of a unit', async () => {
    const made = commands()
    await lab.onHost(id, 'systemd-run -q --wait -u nexus-said sh -c "echo heard by the journal"')
    const { id: transcript } = await made.logs(as, id, { ...asked, log: { unit: 'nexus-said.service', lines: 50 } })
    await made.settled()

    expect((await shown(transcript)).out).toContain('heard by the journal')
  })
})

describe('the offline key', () => {
  test('opens its own account, and each login is told once', async () => {
    const offline = newHostKey()
    const withKey = lab.serviceWith({ breakGlassKey: offline.publicKey })
    const { facts } = await lab.hosts.find(as, id)
    if (!facts) throw new Error('The host was not asked for its facts.')
    const itemsWith = (breakGlassKey?: string) =>
      accessItems(
        { ...defaultSettings, controlKey: '', ...(breakGlassKey ? { breakGlassKey } : {}) },
        facts,
        [],
      ).filter((each) => each.id.endsWith('.breakglass'))
    const apply = async (breakGlassKey?: string) =>
      (await lab.remote.run(await lab.hosts.addressOf(id), baselineProgram(itemsWith(breakGlassKey)))).exit

    expect(await apply(offline.publicKey)).toBe(0)
    expect(await loginWith(offline.privateKey, 'breakglass')).toBe('done')
    await expect.poll(async () => (await withKey.findRescueLogins(as, id)).length, { timeout: 15_000 }).toBe(1)
    expect(await withKey.findRescueLogins(as, id)).toEqual([])
    expect(await apply()).toBe(0)
    expect(await loginWith(offline.privateKey, 'breakglass')).toBe('host.login_refused')
  })
})
