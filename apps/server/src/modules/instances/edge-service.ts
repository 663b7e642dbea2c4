import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import type { HostAddress, Program, Remote } from '../../platform/remote.ts'
import { removeAnswer, removeCertificate } from './certificate-commands.ts'
import { retireCertificates } from './certificate-store.ts'
import { type DomainName, type DomainRules, hostsOf, parseDomain } from './domain.ts'
import * as domains from './domain-store.ts'
import { askEdge } from './edge-answer.ts'
import { applyEdge, edgeAnswer, observation, observeEdge, weighEdge } from './edge-commands.ts'
import type { EdgeSite, EdgeSlots, EdgeState } from './edge-file.ts'
import * as store from './edge-store.ts'
import type { Looking, Outside, Site } from './outside-checks.ts'
import { edgeChecks } from './outside-edge.ts'
import {
  type RevealVariable,
  type StackSmoke,
  smokeBackend,
  smokeFrontend,
  smokeFrontendToBackend,
  smokeStack,
} from './outside-smoke.ts'
import { uptimeChecks } from './outside-uptime.ts'

export type EdgeDeps = {
  readonly db: Database
  readonly remote: Remote
  readonly outside: Outside
  readonly now: () => Date
  readonly rules: DomainRules
  readonly hstsSeconds: number
  /** Whether hosts listen on IPv6 as well. */
  readonly ipv6: boolean
  /** The value of a variable of an instance, for the headers of the stack's own checks. */
  readonly reveal: (actor: Actor, instanceId: string, variable: string) => Promise<string>
}

/** One route of an instance, in plain values. */
export type WantedSite = {
  readonly site: Site
  readonly service: string
  readonly slots: EdgeSlots
  readonly healthPath: string
  readonly healthStatus?: number
}

export type ApplyEdge = {
  readonly instanceId: string
  readonly host: HostAddress
  readonly domain: string
  readonly sites: readonly WantedSite[]
}

export type EdgeChange = { readonly changed: boolean; readonly reloaded: boolean; readonly worker: number }

/** Where an instance is looked at. `address` is where the world reaches its host. */
export type LookAt = {
  readonly instanceId: string
  readonly domain: string
  readonly address: string
  readonly healthPath?: string
  readonly configPath?: string
  readonly loginPath?: string
}

export type Smoke = LookAt & { readonly checks: readonly StackSmoke[]; readonly serial?: string }

export type Edges = ReturnType<typeof edgeService>

export const edgeService = (deps: EdgeDeps) => {
  const { db, remote, outside, now, rules } = deps

  const lookAt = ({
    domain,
    address,
    healthPath = '/health',
    configPath = '/config.json',
    loginPath = '/auth/login',
  }: LookAt): Looking => ({
    outside,
    now,
    target: {
      address,
      hosts: hostsOf(parseDomain(domain, rules)),
      hstsSeconds: deps.hstsSeconds,
      healthPath,
      configPath,
      loginPath,
    },
  })

  /** The newest wish for a host, all its instances together, under a number of its own. */
  const nextWish = (
    hostId: string,
    above = 0,
    change: (tx: Parameters<typeof store.saveEdgeEntry>[0]) => Promise<void> = async () => {},
  ) =>
    db.inTransaction(async (tx) => {
      const generation = Math.max(await store.lockEdgeHost(tx, hostId), above) + 1
      await change(tx)
      await store.saveGeneration(tx, hostId, generation)
      const sites = (await store.listEdgeEntries(tx, hostId)).flatMap((entry) => entry.sites)
      return { generation, state: { sites, hstsSeconds: deps.hstsSeconds, ipv6: deps.ipv6 } }
    })

  /** A newer wish overtook this one on the host: ours is in the tables, so what they say now is what is wanted. */
  async function bring(
    host: HostAddress,
    program: (state: EdgeState, generation: number) => Program,
    first: { state: EdgeState; generation: number },
  ): Promise<EdgeChange> {
    let wish = first
    for (let tries = 0; tries < 3; tries += 1) {
      const answer = await askEdge(remote, host, program(wish.state, wish.generation), edgeAnswer)
      if (answer.event === 'applied')
        return { changed: answer.changed, reloaded: answer.reloaded, worker: answer.worker }
      wish = await nextWish(host.hostId, answer.generation)
    }
    throw new NexusError('edge.overtaken', 'unavailable', 'Other changes of this edge kept overtaking this one.')
  }

  const freeDomains = (actor: Actor, instanceId: string, withRoutes: boolean) =>
    db.inTransaction(async (tx) => {
      if (withRoutes) await store.removeEdgeEntry(tx, instanceId)
      await retireCertificates(tx, instanceId, now())
      const gone = await domains.removeDomains(tx, instanceId)
      if (gone.length === 0) return
      await recordAudit(tx, actor, {
        action: 'edge.removed',
        subject: instanceId,
        before: { domains: gone },
        at: now(),
      })
    })

  return {
    /** The domain is this instance's from now on, or `domain.taken`. */
    async claimDomain(
      actor: Actor,
      { instanceId, domain }: { instanceId: string; domain: string },
    ): Promise<DomainName> {
      requirePermission(actor, 'instances.write')
      const name = parseDomain(domain, rules)
      return db.inTransaction(async (tx) => {
        if (await domains.addDomain(tx, name, instanceId, now())) {
          await recordAudit(tx, actor, {
            action: 'domain.claimed',
            subject: instanceId,
            after: { domain: name },
            at: now(),
          })
        }
        return name
      })
    },

    /** Routes the instance's names to its slots. Reloads HAProxy only for another set of sites. */
    async applyEdge(actor: Actor, { instanceId, host, domain, sites }: ApplyEdge): Promise<EdgeChange> {
      requirePermission(actor, 'instances.write')
      const name = parseDomain(domain, rules)
      const hosts = hostsOf(name)
      const entry: store.EdgeEntry = {
        instanceId,
        hostId: host.hostId,
        domain: name,
        sites: sites.map(({ site, ...rest }): EdgeSite => ({ host: hosts[site], ...rest })),
      }
      const wish = await nextWish(host.hostId, 0, async (tx) => {
        if (await domains.addDomain(tx, name, instanceId, now())) {
          await recordAudit(tx, actor, {
            action: 'domain.claimed',
            subject: instanceId,
            after: { domain: name },
            at: now(),
          })
        }
        const before = await store.findEdgeEntry(tx, instanceId)
        await store.saveEdgeEntry(tx, entry, now())
        if (JSON.stringify(before?.sites) === JSON.stringify(entry.sites)) return
        await recordAudit(tx, actor, {
          action: 'edge.wanted',
          subject: instanceId,
          before: before?.sites,
          after: entry.sites,
          at: now(),
        })
      })
      return bring(host, applyEdge, wish)
    },

    /** Moves weights and ports without a reload: `{ frontend: { a: {port, weight}, b: ... } }`. */
    async weighEdge(
      actor: Actor,
      {
        instanceId,
        host,
        slots,
      }: { instanceId: string; host: HostAddress; slots: Readonly<Record<string, EdgeSlots>> },
    ): Promise<EdgeChange> {
      requirePermission(actor, 'instances.write')
      const wish = await nextWish(host.hostId, 0, async (tx) => {
        const before = await store.findEdgeEntry(tx, instanceId)
        if (!before) throw notServed(instanceId)
        const sites = before.sites.map((site) => ({ ...site, slots: slots[site.service] ?? site.slots }))
        await store.saveEdgeEntry(tx, { ...before, sites }, now())
        await recordAudit(tx, actor, {
          action: 'edge.weighed',
          subject: instanceId,
          before: before.sites,
          after: sites,
          at: now(),
        })
      })
      return bring(host, weighEdge, wish)
    },

    /** Takes the instance's routes and certificate off the host and frees its domain. Twice is once. */
    async removeSite(
      actor: Actor,
      { instanceId, host }: { instanceId: string; host: HostAddress },
    ): Promise<EdgeChange> {
      requirePermission(actor, 'instances.write')
      const names = await domains.listDomains(db, instanceId)
      const wish = await nextWish(host.hostId, 0, (tx) => store.removeEdgeEntry(tx, instanceId))
      const change = await bring(host, applyEdge, wish)
      for (const name of names) await askEdge(remote, host, removeCertificate(name), removeAnswer)
      await freeDomains(actor, instanceId, false)
      return change
    },

    /** The same for a host that is gone for good: frees the domain and forgets the routes. */
    async forgetSite(actor: Actor, { instanceId }: { instanceId: string }): Promise<void> {
      requirePermission(actor, 'instances.write')
      await freeDomains(actor, instanceId, true)
    },

    /** What the running HAProxy says of itself, its servers and its certificates. */
    async observeEdge(actor: Actor, host: HostAddress) {
      requirePermission(actor, 'instances.read')
      const result = await remote.run(host, observeEdge())
      return result.events.map((event) => observation.parse(event))
    },

    /** S0-114 to S0-117 and what the edge promises, from the control plane. */
    async smoke(actor: Actor, smoke: Smoke): Promise<readonly CheckResult[]> {
      requirePermission(actor, 'instances.read')
      const looking = lookAt(smoke)
      const reveal: RevealVariable = (variable) => deps.reveal(actor, smoke.instanceId, variable)
      return [
        await smokeFrontend(looking),
        await smokeBackend(looking),
        await smokeFrontendToBackend(looking),
        ...(await smokeStack(looking, smoke.checks, reveal)),
        ...(await edgeChecks(looking, smoke.serial === undefined ? {} : { serial: smoke.serial })),
      ]
    },

    /** S0-139 to S0-141. */
    async uptime(actor: Actor, look: LookAt): Promise<readonly CheckResult[]> {
      requirePermission(actor, 'instances.read')
      return uptimeChecks(lookAt(look))
    },
  }
}

const notServed = (instanceId: string) =>
  new NexusError('edge.not_applied', 'conflict', `Nothing of instance ${instanceId} is served by an edge yet.`)
