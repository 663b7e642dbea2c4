import type { Checks } from '../../modules/checks/index.ts'
import type { Hosts } from '../../modules/hosts/index.ts'
import type { Deployments, Edges, Instances } from '../../modules/instances/index.ts'
import type { Notices } from '../../modules/notices/index.ts'
import type { Orders } from '../../modules/orders/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { foldChecks, printCheck, refusing, type Verdict } from '../../platform/check.ts'

export type FollowUpInput = { readonly orderId: string; readonly instanceId: string; readonly after: string }

export type FollowUpModules = {
  readonly orders: Orders
  readonly hosts: Hosts
  readonly instances: Instances
  readonly deployments: Deployments
  readonly edges: Edges
  readonly notices: Notices
  readonly checks: Checks
  readonly supportAddress: string
}

type Found = { readonly verdict: Verdict; readonly lines: readonly string[]; readonly bad: readonly string[] }

export const followUpVerbs = (modules: FollowUpModules) => ({
  of: (as: Actor, { orderId, instanceId, after }: FollowUpInput) => {
    const { orders, hosts, instances, deployments, edges, notices, checks } = modules
    return {
      look: async (): Promise<Found> => {
        const instance = await instances.find(as, instanceId)
        const { address } = await hosts.addressOf(instance.hostId)
        const outside = await edges.uptime(as, { instanceId, domain: instance.domain, address })
        const inside = await deployments.checkInside(as, instanceId)
        const results = [...outside, ...inside]
        await checks.record(as, orderId, results, `follow-up:${orderId}:${after}`)
        return {
          verdict: foldChecks(results),
          lines: results.map(printCheck).slice(0, 60),
          bad: refusing(results).map((each) => `${each.title}: ${each.summary}`.slice(0, 400)),
        }
      },

      openIncident: async ({ bad }: Found) => {
        await orders.openIncident(as, orderId, { reason: `Follow-up after ${after}: ${bad.join('; ')}`.slice(0, 1500) })
      },

      /** The way back to an earlier release comes with rollouts; a first release has none, and the message says what is done. */
      tellCustomer: async ({ bad }: Found) => {
        const { incidentContact, organization } = await orders.complete(as, orderId)
        await notices.send(as, {
          kind: 'incident-status',
          key: `incident:${orderId}:${after}`,
          to: incidentContact.email,
          values: {
            customer: organization.legalName,
            title: 'Your Nexus does not answer as it should',
            status: 'investigating',
            message: `We noticed it ourselves and are working on it: ${bad.join('; ')}`.slice(0, 2000),
            nextUpdate: 'within 30 minutes',
          },
        })
      },

      tellSupport: async ({ verdict, lines }: Found) => {
        const { organization } = await orders.complete(as, orderId)
        const order = await orders.find(as, orderId)
        await notices.send(as, {
          kind: 'follow-up',
          key: `follow-up:${orderId}:${after}`,
          to: modules.supportAddress,
          values: {
            ticket: order.ticket,
            customer: organization.legalName,
            after,
            verdict,
            lines: lines.map((each) => each.slice(0, 480)),
          },
        })
      },
    }
  },
})

export type FollowUpVerbs = ReturnType<typeof followUpVerbs>
