import { type Actor, requirePermission } from '../../platform/actor.ts'
import { toFailure } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import type { Program } from '../../platform/remote.ts'
import { eachInLine } from '../../platform/waiting-line.ts'
import { addressOf, type Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import { allHosts } from './host-store.ts'

/** So many connections to hosts at once, however many hosts there are. */
const hostsAtOnce = 32

/** One line of what the world did without us. `unknown`: nobody could say, which is never `same`. */
export type WorldLine = {
  readonly where: 'provider' | 'host'
  readonly subject: string
  readonly verdict: 'same' | 'changed' | 'unknown'
  readonly text: string
}

/** Reads only: the receipt, and what of ours was written or ran after a moment. */
export const readSince = (since: Date): Program => ({
  name: 'read what was done since',
  script: `set -u
word() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._:/+@-'; }
ticket=$(sed -n 's/.*"ticket":"\\([^"]*\\)".*/\\1/p' /var/lib/nexus-host/claim.json 2>/dev/null)
printf '{"type":"holds","ticket":"%s"}\\n' "$(word "$ticket")"
for folder in /var/lib/nexus-host /etc/nexus /srv/nexus /etc/haproxy; do
  [ -d $folder ] && find $folder -maxdepth 3 -type f -newermt "@$1" ! -name 'epoch*' -print | sort | head -n 20
done | while IFS= read -r path; do printf '{"type":"written","path":"%s"}\\n' "$(word "$path")"; done
[ ! -d /run/nexus/fence ] || find /run/nexus/fence -type f -newermt "@$1" ! -name '*.*' -printf '%f\\n' | sort | head -n 20 |
  while IFS= read -r run; do printf '{"type":"ran","run":"%s"}\\n' "$(word "$run")"; done
exit 0
`,
  args: [String(Math.floor(since.getTime() / 1000))],
  timeoutSeconds: 30,
})

/** Does nothing but arrive: the epoch that every program carries is what counts. */
const takeTurn = (): Program => ({ name: 'say whose turn it is', script: 'exit 0', timeoutSeconds: 20 })

type Seen = { readonly type?: unknown; readonly ticket?: unknown; readonly path?: unknown; readonly run?: unknown }

/** What providers and hosts show that the inventory does not know, and the other way round. Changes nothing anywhere. */
export function sinceBackup(desk: Desk) {
  async function atProvider(name: string, hosts: readonly Host[]): Promise<WorldLine[]> {
    const provider = desk.providers.find((each) => each.name === name)
    if (!provider?.can.create) return []
    const line = (subject: string, verdict: WorldLine['verdict'], text: string): WorldLine => ({
      where: 'provider',
      subject,
      verdict,
      text,
    })
    try {
      const servers = await provider.list()
      const ours = hosts.filter((each) => each.provider === name)
      const known = new Set(ours.map((each) => each.providerId))
      const there = new Set(servers.map((each) => each.id))
      const strange = servers.filter((server) => !known.has(server.id))
      const gone = ours.filter((each) => each.providerId && !there.has(each.providerId))
      const found = [
        ...strange.map((each) =>
          line(
            `${name} ${each.id}`,
            'changed',
            `${each.name} of ${each.labels.ticket ?? each.labels.host ?? 'nobody'}, made ${each.createdAt}, is not in the inventory`,
          ),
        ),
        ...gone.map((each) => line(each.id, 'changed', `${each.name} is in the inventory, but gone at ${name}`)),
      ]
      return found.length > 0 ? found : [line(name, 'same', `its ${servers.length} servers are the ones we know`)]
    } catch (thrown) {
      return [line(name, 'unknown', `it could not be asked: ${plainLine(toFailure(thrown).message, 200)}`)]
    }
  }

  async function onHost(host: Host, since: Date): Promise<WorldLine> {
    const line = (verdict: WorldLine['verdict'], text: string): WorldLine => ({
      where: 'host',
      subject: host.id,
      verdict,
      text: `${host.name}: ${text}`,
    })
    if (!host.address || !host.hostKey) return line('unknown', 'its address or key was not known yet')
    try {
      const { exit, events } = await desk.remote.run(addressOf(host), readSince(since))
      const seen = events as readonly Seen[]
      const holds = seen.find((each) => each.type === 'holds')
      if (exit !== 0 || !holds) return line('unknown', 'what it said could not be read')
      const said = seen.flatMap(({ type, run, path }) =>
        type === 'ran' ? [`${run} worked here`] : type === 'written' ? [`${path} was written`] : [],
      )
      const ticket = String(holds.ticket ?? '')
      if (ticket !== (host.ticket ?? ''))
        said.unshift(`it holds ${ticket || 'no ticket'}, we know ${host.ticket ?? 'none'}`)
      return said.length === 0 ? line('same', 'nothing of ours was done there') : line('changed', said.join('; '))
    } catch (thrown) {
      return line('unknown', plainLine(toFailure(thrown).message, 200))
    }
  }

  return {
    async compareWithWorld(actor: Actor, since: Date): Promise<readonly WorldLine[]> {
      requirePermission(actor, 'hosts.read')
      const hosts = (await allHosts(desk.db)).filter((each) => each.state !== 'retired')
      const providers = await Promise.all(desk.providers.map((each) => atProvider(each.name, hosts)))
      const each = await eachInLine(hosts, hostsAtOnce, (host) => onHost(host, since))
      return [...providers.flat(), ...each]
    },

    /** Tells every host whose turn it is, so that a Nexus of an earlier life is refused there from now on. */
    async takeOver(actor: Actor): Promise<readonly WorldLine[]> {
      requirePermission(actor, 'hosts.write')
      const hosts = (await allHosts(desk.db)).filter((each) => each.state !== 'retired' && each.address && each.hostKey)
      return eachInLine(hosts, hostsAtOnce, async (host): Promise<WorldLine> => {
        const of = { where: 'host', subject: host.id } as const
        return desk.remote.run(addressOf(host), takeTurn()).then(
          () => ({ ...of, verdict: 'same', text: `${host.name} serves this Nexus now` }),
          (thrown) => ({
            ...of,
            verdict: 'unknown',
            text: `${host.name}: ${plainLine(toFailure(thrown).message, 200)}`,
          }),
        )
      })
    },
  }
}
