import type { WantedSite } from '../../modules/instances/index.ts'
import { NexusError } from '../../platform/errors.ts'
import type { PartDeps, Placed, Target } from './delivery.ts'

/** A name for the tenant that a customer may read: small letters, digits and hyphens. */
const tenantOf = (reference: string): string =>
  reference
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'tenant'

/** Tenant, instance and its deployment: S0-86..119, S3-54..61. */
export function instancePart({ modules, as, delivery: { orderId, ticket, attempt } }: PartDeps) {
  const { orders, hosts, instances, deployments, edges, dns, certificates, identity, releases, checks, settings } =
    modules
  const run = `deliver-order:${ticket}:${attempt}`
  const at = ({ instanceId, slot, releaseId }: Placed) => ({ instanceId, slot, releaseId })
  const summary = async (answer: Promise<{ readonly status: string; readonly summary: string }>) => {
    const { status, summary: text } = await answer
    await modules.progress(text)
    return { status, summary: text }
  }
  const ofDelivery = async () => {
    const facts = await orders.facts(as, orderId)
    return facts && instances.ofOrder(as, orderId, facts.environment)
  }

  return {
    /** The tenant comes before the instance, which must know its client (S0-120, S0-121). */
    prepareTenant: async (facts: Omit<Target, 'hostId' | 'warm' | 'tenant'>) => {
      const tenant = `${tenantOf(facts.identity.reference)}-${facts.environment}`
      const prepared = await identity.prepareTenant(as, {
        orderId,
        tenant,
        organization: {
          mode: facts.identity.mode === 'new' ? 'create' : 'map',
          name: facts.organization,
          reference: facts.identity.reference,
        },
        appUrl: `https://app.${facts.domain}`,
        apiUrl: `https://api.${facts.domain}`,
      })
      return { tenant: prepared.tenant }
    },

    openInstance: async (target: Target): Promise<Placed> => {
      const { environment, tenant, stack, plan, hostId, domain } = target
      const opened = await instances.open(as, { orderId, environment, tenant, stack, plan, hostId, domain })
      if (opened.hostId !== hostId) await instances.placeOn(as, opened.id, hostId)
      const { issuer, clientId, clientSecretRef } = await identity.get(as, tenant)
      await instances.linkIdentity(as, opened.id, { issuer, clientId, clientSecret: clientSecretRef, tenant })
      if (settings.extraAuthorities) {
        const value = Buffer.from(settings.extraAuthorities).toString('base64')
        await instances.setVariable(as, opened.id, 'EXTRA_CA_PEM', { plain: value })
      }
      const release = await releases.choose(as, { stack, runtime: settings.runtime })
      const { address } = await hosts.addressOf(hostId)
      return {
        ...target,
        instanceId: opened.id,
        releaseId: release.id,
        slot: 'a',
        address,
        appUrl: opened.appUrl,
        apiUrl: opened.apiUrl,
      }
    },

    fetchArtifact: (placed: Placed) => summary(deployments.fetchArtifact(as, at(placed))),
    installDependencies: (placed: Placed) => summary(deployments.installDependencies(as, at(placed))),
    validateEnvironment: (placed: Placed) => summary(deployments.validateEnvironment(as, at(placed))),
    build: (placed: Placed) => summary(deployments.build(as, at(placed))),
    migrateDatabase: (placed: Placed) => summary(deployments.migrateDatabase(as, at(placed))),
    startServices: (placed: Placed) => summary(deployments.startServices(as, at(placed))),
    smokeInside: async (placed: Placed) => {
      const answer = await deployments.smokeInside(as, at(placed))
      await checks.record(as, orderId, answer.checks ?? [], run)
      await instances.linkOpenClaw(as, placed.instanceId)
      return { status: answer.status, summary: answer.summary }
    },

    applyEdge: async (placed: Placed) => {
      const host = await hosts.addressOf(placed.hostId)
      const { placement } = await deployments.place(at(placed))
      const sites = placement.stack.routes.map((route): WantedSite => {
        const { host: site } = route
        const service = placement.stack.services[route.service]
        if (!service || (site !== 'app' && site !== 'api')) {
          throw new NexusError(
            'stack.bad_route',
            'invalid',
            `The edge serves app and api; the route ${site} is neither, or names no service.`,
          )
        }
        const { port, health } = service
        return {
          site,
          service: route.service,
          slots: { a: { port, weight: 100 }, b: { port: port + 100, weight: 0 } },
          healthPath: health.path,
          healthStatus: health.status,
        }
      })
      const { reloaded } = await edges.applyEdge(as, {
        instanceId: placed.instanceId,
        host,
        domain: placed.domain,
        sites,
      })
      await deployments.activate(as, at(placed))
      return { reloaded, sites: sites.length }
    },

    askForNames: async (placed: Placed) => {
      const { technicalContact } = await orders.complete(as, orderId)
      const { how, records } = await dns.ensureDns(as, { ...named(placed), contact: technicalContact.email })
      return { how, records: records.length }
    },

    /** Waiting for the customer's DNS stops the customer's clock and nothing else. */
    lookAtNames: async (placed: Placed, look: number) => {
      const { done, results } = await dns.lookDns(as, named(placed))
      await checks.record(as, orderId, results, run)
      if (done) {
        await orders.unblock(as, orderId, { reason: 'The DNS records are right.' })
        return { good: true }
      }
      if (look >= 2) {
        const wrong = results.filter((each) => each.status !== 'pass')
        await orders.block(as, orderId, {
          kind: 'dns',
          reason:
            `The DNS records of ${placed.domain} are not right yet: ${wrong.map((each) => each.summary).join(' ')}`.slice(
              0,
              1900,
            ),
        })
      }
      return { good: false }
    },

    namesNeverCame: async () => {
      throw new NexusError('dns.never_came', 'conflict', 'The DNS records did not become right within three days.', {
        hint: 'Ask the technical contact, then: nexusctl order retry',
      })
    },

    issueCertificate: async (placed: Placed) => {
      const host = await hosts.addressOf(placed.hostId)
      const { technicalContact } = await orders.complete(as, orderId)
      const { instanceId, address, domain, tenant } = placed
      const issued = await certificates.issueCertificate(as, {
        instanceId,
        host,
        address,
        domain,
        tenant,
        contact: technicalContact.email,
      })
      return { serial: issued.serial, notAfter: issued.notAfter, renewAt: issued.renewAt }
    },

    startValidation: async (_placed: Placed) => {
      await orders.startValidation(as, orderId)
    },

    giveBackTenant: {
      name: 'give the tenant back',
      work: async () => {
        await identity.giveBackTenant(as, { orderId })
      },
    },

    removeSite: {
      name: 'take the routes and names away',
      work: async () => {
        const instance = await ofDelivery()
        const host = await hosts.ofOrder(as, orderId)
        if (!instance || !host?.address) return
        await edges.removeSite(as, { instanceId: instance.id, host: await hosts.addressOf(host.id) })
      },
    },

    withdrawInstance: {
      name: 'withdraw the instance',
      work: async () => {
        const instance = await ofDelivery()
        if (instance) await instances.withdraw(as, instance.id)
      },
    },
  }

  function named({ instanceId, domain, address }: Placed) {
    return { instanceId, domain, address }
  }
}
