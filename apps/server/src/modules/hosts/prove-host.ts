import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { CheckResult } from '../../platform/check.ts'
import { toFailure } from '../../platform/errors.ts'
import { addressOf, type Host, isStatic } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findHost } from './host-store.ts'
import { listSockets, socketsOf } from './probe-program.ts'
import { addressesOf, maySsh, type Questions, secondPlaceOf } from './second-place.ts'
import { type Admitted, loginChecks, portChecks, result, type Sight, sourceCheck, usualPorts } from './sight-checks.ts'

export type ProveOptions = {
  /** Another host to look from; without one Nexus takes a neighbour of the same region. */
  readonly from?: string
  /** All 65,535 ports from here, as before a release; what the host says is open and the usual ones otherwise. */
  readonly allPorts?: boolean
}

const users = ['nexus', 'root', 'deploy'] as const
const here = 'control plane'

/**
 * The proofs from outside. What is seen from the control plane is said to be; a rule by source, a ban and what a neighbour
 * could do need a second place, and without one they are `unknown`.
 */
export function proveHost(desk: Desk) {
  const now = () => desk.now().toISOString()
  const elsewhere = secondPlaceOf(desk)

  function admittedTo(host: Host): Admitted {
    const { sshSources, sshPort } = desk.settings
    const port = isStatic(host) ? host.port : sshPort
    return { sshPort: port, sshSources, ports: [port, 80, 443] }
  }

  /** What somebody who looks from outside has to ask. */
  async function questions(actor: Actor, hostId: string): Promise<Questions> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    const said = await desk.run(host, listSockets())
    const admitted = admittedTo(host)
    const ports = [...new Set([...admitted.ports, ...(socketsOf(said.events) ?? []), ...usualPorts])].sort(
      (a, b) => a - b,
    )
    return { addresses: addressesOf(host), ports, hostKey: addressOf(host).hostKey, users: [...users], admitted }
  }

  async function prove(actor: Actor, hostId: string, { from, allPorts = false }: ProveOptions = {}) {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    const asked = await questions(actor, hostId)
    const ports = allPorts ? Array.from({ length: 65_535 }, (_, index) => index + 1) : asked.ports
    const own = await lookFromHere(asked, ports)
    const other = await elsewhere.secondHost(host, from)
    const second = other && (await elsewhere.lookFrom(other, asked))
    return [
      ...portChecks(asked.admitted, own),
      ...loginChecks(own),
      await rootCheck(host),
      ...(second
        ? renamed([...portChecks(asked.admitted, second), ...loginChecks(second)])
        : [elsewhere.unseen('ports', 'Only these ports answer')]),
      sourceCheck(asked.admitted, second, now()),
      await elsewhere.neighbourCheck(host, other, asked.admitted.sshPort),
      await elsewhere.banCheck(host, other, asked.admitted.sshPort),
    ]
  }

  /** What somebody saw who looked from elsewhere, judged like everything else. */
  async function judgeSight(
    actor: Actor,
    hostId: string,
    sight: Omit<Sight, 'at' | 'maySsh'> & { readonly source: string },
  ) {
    requirePermission(actor, 'hosts.write')
    const admitted = admittedTo(await findHost(desk.db, hostId))
    const seen: Sight = { ...sight, at: now(), ...maySsh(admitted, [sight.source]) }
    return [...renamed([...portChecks(admitted, seen), ...loginChecks(seen)]), sourceCheck(admitted, seen, seen.at)]
  }

  async function lookFromHere(asked: Questions, wanted: readonly number[]): Promise<Sight> {
    const { addresses, hostKey, admitted } = asked
    const knock = async (address: string) => ({ address, answers: await desk.outside.knock(address, wanted) })
    const ports = await Promise.all(addresses.map(knock))
    const logins: Sight['logins'][number][] = []
    for (const address of addresses) {
      for (const user of users) {
        const methods = await desk.outside
          .loginMethods({ hostKey, address, port: admitted.sshPort, user })
          .catch(() => [])
        logins.push({ address, user, methods })
      }
    }
    return { vantage: here, at: now(), ports, logins }
  }

  /** With the one key that opens everything else, root is refused. */
  async function rootCheck(host: Host): Promise<CheckResult> {
    const session = `${host.id}#root`
    const look = { name: 'log in', script: 'true', timeoutSeconds: 15 }
    const code = await desk.run(host, look, { address: { hostId: session, user: 'root' } }).then(
      () => 'let in',
      (thrown) => toFailure(thrown).code,
    )
    await desk.remote.forget(session)
    return result(
      { vantage: here, at: now() },
      {
        name: 'outside.login.root',
        title: 'root may not log in, not even with the key of the control plane',
        asked: `ssh root@${host.address}`,
        status: code === 'host.login_refused' ? 'pass' : code === 'let in' ? 'fail' : 'unknown',
        summary: code === 'host.login_refused' ? 'refused' : code,
      },
    )
  }

  return { questions, prove, judgeSight }
}

/** Seen from a second place, under names of their own: what the control plane saw is not overwritten. */
const renamed = (checks: readonly CheckResult[]) =>
  checks.map((each) => ({ ...each, name: each.name.replace('outside.', 'outside.second.') }))
