import { afterAll, beforeAll, expect, test } from 'vitest'
import { breaks, kernelBreaks, kernelOthers, notTried } from '../../../test/harness/baseline-breaks.ts'
import { idsOf } from '../../../test/harness/host-lab.ts'
import { type HostVm, startHostVm } from '../../../test/harness/host-vm.ts'
import { systemActor } from '../../platform/actor.ts'
import { toFailure } from '../../platform/errors.ts'

const as = systemActor('deliver-order')
/** Everything is slow in a machine that is computed. */
const patience = 1_800_000
let machine: HostVm

beforeAll(async () => {
  machine = await startHostVm()
  await machine.hosts.connect(as, machine.id)
}, patience)
afterAll(async () => {
  await machine.close()
})

const compared = () => machine.hosts.compare(as, machine.id)
const prepared = async (onEvent?: (event: unknown) => void) =>
  (await machine.hosts.prepare(as, machine.id, onEvent ? { onEvent } : {})).report
/** Tried again where a machine that is computed was too slow to answer, as the flow does it. */
const goneOn = (tries = 4): ReturnType<typeof prepared> =>
  prepared().catch((thrown: unknown) => {
    if (tries === 1 || toFailure(thrown).kind !== 'unavailable') throw thrown
    return goneOn(tries - 1)
  })
const bootOf = async () => (await machine.onHost(`printf '"%s"\\n' "$(cat /proc/sys/kernel/random/boot_id)"`)).noise
const receipt = async () => (await machine.onHost('cat /var/lib/nexus-host/receipt.json')).events

/** What it takes to find that it rebooted: another boot answers. */
async function untilRebooted(before: string): Promise<void> {
  const looks = async () => {
    await machine.remote.forget(machine.id)
    return bootOf().catch(() => before)
  }
  await expect.poll(looks, { timeout: 300_000, interval: 1000 }).not.toBe(before)
}

test(
  'a reboot in the middle of the baseline leaves a machine on which the next run goes on and ends whole',
  async () => {
    const before = await bootOf()
    const said: unknown[] = []
    const cut = `until [ -e /usr/sbin/auditd ]; do sleep 0.2; done; echo b > /proc/sysrq-trigger`
    await machine.onHost(`systemd-run -q sh -c '${cut}'`)

    const failure = await prepared((event) => said.push(event)).then(() => undefined, toFailure)
    expect(failure?.kind).toBe('unavailable')
    await untilRebooted(before)
    const report = await goneOn()

    expect(said).not.toContainEqual(expect.objectContaining({ type: 'done' }))
    expect(idsOf(report.items, 'failed')).toEqual([])
    expect(idsOf(report.items, 'skipped')).toEqual([])
    expect(idsOf((await compared()).items, 'differs')).toEqual([])
  },
  patience,
)

test('a second run changes nothing, and no item that takes a kernel of its own is passed over', async () => {
  const report = await prepared()

  expect(idsOf(report.items, 'ok')).toEqual(
    [...Object.keys(breaks), ...Object.keys(kernelBreaks), 'haproxy.version'].sort(),
  )
  expect(report).toMatchObject({ changed: 0, failed: 0, skipped: 0, differs: 0 })
  expect(idsOf(report.items, 'ok')).toEqual(expect.arrayContaining(Object.keys(notTried)))
}, 300_000)

test.each([
  ['behind its own file', kernelBreaks],
  ['in another way', kernelOthers],
])(
  'each of them, undone %s, is found and mended whatever the receipt says',
  async (_how, undoing) => {
    const kept = await receipt()
    const words = Object.entries(undoing).map(
      ([item, script]) => `( ${script}\n) >/dev/null 2>&1 || printf '{"failed":"%s"}\\n' ${item}`,
    )
    expect((await machine.onHost(words.join('\n'))).events).toEqual([])

    expect(idsOf((await compared()).items, 'differs')).toEqual(Object.keys(undoing).sort())
    expect(await receipt()).toEqual(kept)
    expect(idsOf((await prepared()).items, 'changed')).toEqual(Object.keys(undoing).sort())
    expect(idsOf((await compared()).items, 'differs')).toEqual([])
  },
  patience,
)

test('after a reboot nothing differs', async () => {
  const before = await bootOf()
  await machine.onHost('systemd-run -q --on-active=1 systemctl reboot')
  await untilRebooted(before)
  await machine.onHost('systemctl is-system-running --wait')

  const report = await compared()
  expect(report.items.filter((each) => each.status !== 'ok')).toEqual([])
}, 600_000)

test('Lynis, which knows nothing of Nexus, gives it an index of at least 80', async () => {
  const audit = 'lynis audit system --quick --no-colors > /dev/null 2>&1; cd /var/log'
  const said = await machine.onHost(
    `${audit}; grep -E '^(warning|suggestion)' lynis-report.dat; sed -nE 's/^hardening_index=(.*)/{"index":\\1}/p' lynis-report.dat`,
    3600,
  )

  expect(said.events, said.noise).toEqual([{ index: expect.any(Number) }])
  expect(said.events[0], said.noise).toSatisfy(({ index }: { index: number }) => index >= 80)
}, 3_600_000)
