import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HostAddress, Program } from '../remote.ts'
import { pretendFaults } from './pretend-faults.ts'
import { pretendHosts } from './pretend-hosts.ts'
import { pretendRemote } from './pretend-remote.ts'
import { pretendWorld } from './pretend-world.ts'

const keys = { authorizedKeys: [], hostKey: { privateKey: '', publicKey: 'ssh-ed25519 AAAA' } }
const program = (name: string, more: Partial<Program> = {}): Program => ({
  name,
  script: '',
  timeoutSeconds: 1,
  ...more,
})
const baseline = program('apply the baseline', {
  script: "0) id=system.time stage=settings wants='' ;;\n1) id=access.ssh stage=guarded wants='' ;;",
  args: ['apply', '1-abc'],
})

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-pretend-test-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** One process: its memory is new, the files of the home are what they were. */
const process = () => {
  const place = pretendWorld(home)
  const faults = pretendFaults(place.folder)
  return { place, faults, hosts: pretendHosts(place, faults), remote: pretendRemote(place, faults) }
}

const addressOf = (address: string, user: string): HostAddress => ({
  hostId: 'hst_1',
  address,
  port: 22,
  user,
  hostKey: keys.hostKey.publicKey,
})

const make = (labels = { ticket: 'NX-1' }) =>
  process().hosts.create({ ...keys, name: 'nexus-acme-prod', labels, region: 'lab-1', plan: 'lab' })

describe('a pretend host', () => {
  test('is found by its label after nexusd was killed, under the address it had', async () => {
    const { address } = await make()

    expect(await process().hosts.findByLabel('ticket', 'NX-1')).toMatchObject([{ address }])
    expect(address).toMatch(/^192\.0\.2\./)
  })

  test('changes at the first baseline and not at the second; rebuilt, all of it is gone', async () => {
    const { id, address } = await make()
    const { remote, hosts } = process()
    const statuses = async (user: string) =>
      (await remote.run(addressOf(address, user), baseline)).events.map((each) => Reflect.get(Object(each), 'status'))

    expect(await statuses('root')).toEqual(['changed', 'changed', undefined])
    expect(await statuses('nexus')).toEqual(['ok', 'ok', undefined])
    await hosts.rebuild(id, keys)
    expect(await statuses('root')).toEqual(['changed', 'changed', undefined])
  })

  test('lets nobody in but the user it has, under the key that was pinned', async () => {
    const { address } = await make()
    const { remote } = process()
    const facts = program('read the facts of the host')

    await expect(remote.run(addressOf(address, 'nexus'), facts)).rejects.toMatchObject({ code: 'host.login_refused' })
    const stranger = { ...addressOf(address, 'root'), hostKey: 'ssh-ed25519 BBBB' }
    await expect(remote.run(stranger, facts)).rejects.toMatchObject({ code: 'host.key_changed' })
    await expect(remote.run(addressOf('192.0.2.200', 'root'), facts)).rejects.toMatchObject({
      code: 'host.unreachable',
    })
  })

  test('does not know a program that nobody taught it, and says so instead of succeeding', async () => {
    const { address } = await make()

    await expect(process().remote.run(addressOf(address, 'root'), program('paint the host'))).rejects.toMatchObject({
      code: 'pretend.unknown_program',
      kind: 'bug',
    })
  })

  test('refuses a program of an older takeover of the same run', async () => {
    const { address } = await make()
    const { remote } = process()
    const facts = (takeover: number) => program('read the facts of the host', { fence: { run: 'deliver:1', takeover } })
    await remote.run(addressOf(address, 'root'), facts(2))

    await expect(remote.run(addressOf(address, 'root'), facts(1))).rejects.toMatchObject({ code: 'host.program_stale' })
  })
})

describe('a fault', () => {
  test('of another process is taken from the file, as often as it says', async () => {
    const { address } = await make()
    const { remote, place } = process()
    writeFileSync(join(place.folder, 'faults.json'), '[{"program":"read the facts","times":1,"how":"fail"}]')
    const ask = async () => (await remote.run(addressOf(address, 'root'), program('read the facts of the host'))).exit

    expect([await ask(), await ask()]).toEqual([1, 0])
  })

  test('that cuts the connection leaves the work done', async () => {
    const { address } = await make()
    const { remote, faults, place } = process()
    faults.add({ program: 'mark the host as live', times: 1, how: 'cut' })

    await expect(remote.run(addressOf(address, 'root'), program('mark the host as live'))).rejects.toMatchObject({
      kind: 'unavailable',
    })
    expect(place.read().servers[0]?.disk.wasLive).toBe(true)
  })
})
