import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../../test/harness/pretend-caller.ts'
import { type PretendDisk, pretendWorld } from '../../platform/adapters/pretend-world.ts'

const of = { region: 'lab-1', plan: 'lab' }
/** Twelve hours from now: closed. */
const closed = `${String((new Date().getUTCHours() + 12) % 24).padStart(2, '0')}:00`
let app: PretendApp
let ask: Caller
let ids: string[]

beforeAll(async () => {
  app = await pretendApp({ settings: { rebootWindow: closed } })
  ask = await firstAdmin(app)
  const { hosts } = app.services
  await hosts.setPoolTarget(app.me, { ...of, target: 4 })
  const { body } = await ask('POST', '/pool/refill', of)
  expect(await app.untilEnded(String(body['runId']))).toBe('done')
  ids = (await hosts.spares(app.me, of)).map((each) => String(each.id))
})
beforeEach(() => app.faults.clear())
afterAll(() => app?.stop())

const onHost = async (id: string, work: (disk: PretendDisk) => void) => {
  const { address } = await app.services.hosts.find(app.me, id)
  pretendWorld(app.home).change((world) => {
    const server = world.servers.find((each) => each.address === address)
    if (server) work(server.disk)
  })
}
const start = (more: object = {}) => ask('POST', '/hosts/patch', { first: 1, atOnce: 2, now: true, ...more })
const patched = async (run: string) =>
  (
    await app.db.rows<{ subject: string }>(
      `select subject from audit_entry where action = 'host.patched' and at >= (select started_at from run where id = $1) order by id`,
      [run],
    )
  ).map((each) => each.subject)
const stepsOf = (run: string) =>
  app.db.rows<{ name: string; state: string }>('select name, state from run_step where run_id = $1 order by position', [
    run,
  ])
const notes = async (run: string) =>
  (await app.db.rows<{ note: string }>('select note from run_step where run_id = $1', [run])).map((each) => each.note)

describe('patching hosts', () => {
  test('goes in waves, a few first, and looks at each wave before the next (S0-72)', async () => {
    const { status, body } = await start()
    const run = String(body['runId'])

    expect(status).toBe(202)
    expect(await app.untilEnded(run)).toBe('done')
    expect((await stepsOf(run)).map((each) => each.name)).toEqual(
      Array.from({ length: 3 }, () => ['patch the wave', 'check the wave']).flat(),
    )
    expect((await patched(run)).sort()).toEqual([...ids].sort())
    expect((await patched(run))[0]).toBe(ids[0])
  })

  test('stops at the first wave that is not well; mended and resumed it goes on', async () => {
    const [first = ''] = ids
    const { firewall } = { firewall: 'firewall.rules' }
    await onHost(first, (disk) => {
      disk.items = disk.items.filter((each) => each !== firewall)
    })
    const run = String((await start()).body['runId'])

    expect(await app.untilEnded(run)).toBe('failed')
    expect(await patched(run)).toEqual([first])
    const { body } = await ask('GET', `/runs/${run}`)
    expect(body['failure']).toMatchObject({ code: 'host.patch_stopped' })

    await app.services.hosts.mend(app.me, first, { only: [firewall] })
    const resumed = await ask('POST', `/runs/${run}/resume`, { fromStep: 'check the wave', reason: 'it is mended' })
    expect(resumed.status).toBe(200)
    await expect.poll(async () => app.untilEnded(run), { timeout: 30_000 }).toBe('done')
    expect((await patched(run)).sort()).toEqual([...ids].sort())
  })

  test('waits for the window of the hosts, one run at a time, and can be cancelled', async () => {
    const run = String((await start({ now: false })).body['runId'])
    await expect.poll(async () => (await notes(run)).join(), { timeout: 20_000 }).toContain(`opens at ${closed}`)

    expect((await start()).body['code']).toBe('host.patch_going')
    expect((await ask('POST', `/runs/${run}/cancel`, { reason: 'another day' })).status).toBe(200)
    expect(await patched(run)).toEqual([])
    // It hears of it at its next look, which may be a minute away: nobody waits for that here.
    await app.db.rows(`update run set ended_at = now(), outcome = 'cancelled' where id = $1`, [run])
  })

  test('dry, shows the waves and what each host says, and changes nothing', async () => {
    const before = JSON.stringify(app.world())
    const { status, body } = await ask('POST', '/hosts/patch/plan', { first: 1, atOnce: 3, hosts: ids })

    expect(status).toBe(200)
    expect((body['waves'] as unknown[][]).map((wave) => wave.length)).toEqual([1, 3])
    expect(body).toMatchObject({ window: closed, isOpen: false, waves: [[{ id: ids[0], state: 'ready' }], {}] })
    expect(JSON.parse(JSON.stringify(app.world()))).toEqual(JSON.parse(before))
  })

  test('refuses a host that an order is being delivered to', async () => {
    const [id = ''] = ids
    await app.db.rows(`update host set state = 'reserved' where id = $1`, [id])

    expect((await start({ hosts: [id] })).body['code']).toBe('host.not_patchable')
    await app.db.rows(`update host set state = 'ready' where id = $1`, [id])
  })
})
