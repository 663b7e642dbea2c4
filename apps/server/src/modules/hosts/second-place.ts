import { BlockList, isIP } from 'node:net'
import type { CheckResult } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import { dockerRange } from './docker-range.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findHost, listHosts } from './host-store.ts'
import { banAddress, FrameEvent, framesFrom, KnockEvent, knockFrom, LoginEvent } from './probe-program.ts'
import { type Admitted, result, type Sight, secondPlace } from './sight-checks.ts'

/** What to ask of a host from outside, and what may answer. */
export type Questions = {
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly users: readonly string[]
  readonly hostKey: string
  readonly admitted: Admitted
}

/** The same machine seen from another host: only there a rule by source, a ban and a neighbour's packets show. */
export function secondPlaceOf(desk: Desk) {
  const now = () => desk.now().toISOString()

  async function lookFrom(other: Host, asked: Questions): Promise<Sight> {
    const { events } = await desk.run(other, knockFrom({ ...asked, sshPort: asked.admitted.sshPort }))
    const knocks = events.flatMap((each) => KnockEvent.safeParse(each).data ?? [])
    const logins = events.flatMap((each) => LoginEvent.safeParse(each).data ?? [])
    return {
      vantage: `host ${other.name}`,
      at: now(),
      ...maySsh(asked.admitted, addressesOf(other)),
      ports: asked.addresses.map((address) => ({
        address,
        answers: knocks.filter((each) => each.address === address),
      })),
      logins: logins.map((each) => ({ ...each, methods: each.methods.split(',').filter(Boolean) })),
    }
  }

  async function neighbourCheck(host: Host, other: Host | undefined, port: number): Promise<CheckResult> {
    const bridge = host.facts && dockerRange(host.facts).replace(/\.\d+\/\d+$/, '.1')
    const head = {
      name: 'outside.neighbour',
      title: 'A neighbour reaches neither loopback nor containers',
      asked: `frames to ${host.address} that carry packets for 127.0.0.1 and ${bridge}`,
    }
    if (other === undefined || bridge === undefined) return unseen('neighbour', head.title)
    const seen = { vantage: `host ${other.name}`, at: now() }
    const said = await desk.run(other, framesFrom({ address: host.address ?? '', to: ['127.0.0.1', bridge], port }))
    const frames = said.events.flatMap((each) => FrameEvent.safeParse(each).data ?? [])
    const wasHeard = frames.some((each) => each.to === host.address && each.said === 'answered')
    if (!wasHeard || frames.length !== 3)
      return result(seen, {
        ...head,
        status: 'unknown',
        summary: `no packet came through at all ${said.stderr.slice(-200)}`.trim(),
      })
    const open = frames.filter((each) => each.to !== host.address && each.said === 'answered')
    const evidence = frames.map((each) => `${each.to} ${each.said}`).join('\n')
    if (open.length > 0)
      return result(seen, {
        ...head,
        status: 'fail',
        summary: `${open.map(({ to }) => to).join(', ')} answers`,
        evidence,
      })
    return result(seen, { ...head, status: 'pass', summary: 'only its own address answers', evidence })
  }

  /** A second place is shut out for a moment and let in again: before, during and after tell whether a ban is one. */
  async function banCheck(host: Host, other: Host | undefined, port: number): Promise<CheckResult> {
    const title = 'Who is banned is really shut out'
    const banned = other?.address
    if (other === undefined || banned === undefined) return unseen('ban', title)
    const asked = { addresses: [host.address ?? ''], ports: [port], sshPort: 0, users: [] }
    const knock = async () =>
      (await desk.run(other, knockFrom(asked))).events.flatMap((each) => KnockEvent.safeParse(each).data ?? [])[0]?.said
    const before = await knock()
    await desk.run(host, banAddress(banned, true))
    const during = await knock().finally(() => desk.run(host, banAddress(banned, false)))
    const after = await knock()
    const evidence = `before: ${before}\nbanned: ${during}\nafter: ${after}`
    const seen = { vantage: `host ${other.name}`, at: now() }
    const head = {
      name: 'outside.ban',
      title,
      asked: `fail2ban-client set sshd banip ${banned}, and connect from there`,
      evidence,
    }
    if (before !== 'open' || after !== 'open')
      return result(seen, {
        ...head,
        status: 'unknown',
        summary: `it was not let in without a ban either (${before}, ${after})`,
      })
    return result(seen, {
      ...head,
      status: during === 'open' || during === undefined ? 'fail' : 'pass',
      summary: `it is ${during}`,
    })
  }

  async function secondHost(host: Host, wanted: string | undefined): Promise<Host | undefined> {
    if (wanted !== undefined) {
      const found = await findHost(desk.db, wanted)
      if (found.id !== host.id && found.user === 'nexus' && found.state !== 'retired') return found
      throw new NexusError(
        'host.no_vantage',
        'conflict',
        `${found.name} is no second place to look at ${host.name} from.`,
        {
          hint: 'Take another host that has its baseline.',
        },
      )
    }
    for (const near of [{ region: host.region }, {}])
      for (const state of ['ready', 'reserved', 'live'] as const) {
        const some = await listHosts(desk.db, { ...near, state, limit: 20 })
        const found = some.find((each) => each.id !== host.id && each.user === 'nexus')
        if (found) return found
      }
    return undefined
  }

  const unseen = (name: string, title: string) =>
    result(
      { vantage: 'no second place', at: now() },
      {
        name: `outside.${name === 'ports' ? 'second.ports' : name}`,
        title,
        asked: 'a second place',
        status: 'unknown',
        summary: secondPlace,
      },
    )

  return { secondHost, lookFrom, neighbourCheck, banCheck, unseen }
}

export const addressesOf = (host: Host): readonly string[] => {
  const own = (host.facts?.addresses ?? [])
    .map((each) => each.split('/')[0] ?? '')
    .filter((each) => !/^(fe80|127\.)/i.test(each))
  const given = host.address === undefined ? [] : [host.address]
  return [...new Set([...given, ...own.filter((each) => each.includes(':'))])]
}

export function maySsh({ sshSources }: Admitted, from: readonly string[]): { readonly maySsh?: boolean } {
  if (sshSources.length === 0) return { maySsh: true }
  const list = new BlockList()
  const kind = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
  for (const source of sshSources) {
    const [address = '', bits] = source.split('/')
    list.addSubnet(address, Number(bits ?? (isIP(address) === 6 ? 128 : 32)), kind(address))
  }
  return { maySsh: from.some((each) => isIP(each) !== 0 && list.check(each, kind(each))) }
}
