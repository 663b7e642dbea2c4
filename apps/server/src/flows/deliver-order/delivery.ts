import type { Backups } from '../../modules/backups/index.ts'
import type { Checks } from '../../modules/checks/index.ts'
import type { Hosts } from '../../modules/hosts/index.ts'
import type { Http, Identity } from '../../modules/identity/index.ts'
import type { Certificates, Deployments, DnsVerbs, Edges, Instances } from '../../modules/instances/index.ts'
import type { Notices } from '../../modules/notices/index.ts'
import type { OrderFacts, Orders, Plan } from '../../modules/orders/index.ts'
import type { Releases } from '../../modules/releases/index.ts'
import type { Trail } from '../../modules/trail/index.ts'
import type { Actor } from '../../platform/actor.ts'

/** Everything a delivery asks of the modules; app/ hands it in. */
export type DeliveryModules = {
  readonly orders: Orders
  readonly hosts: Hosts
  readonly instances: Instances
  readonly deployments: Deployments
  readonly edges: Edges
  readonly dns: DnsVerbs
  readonly certificates: Certificates
  readonly identity: Identity
  readonly notices: Notices
  readonly backups: Backups
  readonly checks: Checks
  readonly trail: Pick<Trail, 'list'>
  readonly releases: Releases
  readonly planOf: (name: string) => Plan | undefined
  readonly settings: DeliverySettings
  /** Requests as a browser makes them, customer names going to the host they were placed on. */
  readonly httpTo: (names: Readonly<Record<string, string>>) => Http
  /** Makes the rows that bring the follow-ups, the renewal and the probes (S0-137, S0-138). */
  readonly promiseAfterLive: (live: { orderId: string; instanceId: string }) => Promise<void>
  readonly progress: (text: string) => Promise<void>
  /** The step that a run failed at last. */
  readonly failedStep: (runId: string) => Promise<{ readonly name: string } | undefined>
  readonly now: () => Date
}

export type DeliverySettings = {
  readonly runtime: 'systemd' | 'compose'
  readonly supportChannel: string
  /** PEM certificates of authorities that instances must trust beside the usual ones, or nothing. */
  readonly extraAuthorities: string
  readonly hosts: 'lab' | 'static' | 'pretend'
  /** Where people sign in. */
  readonly identityUrl: string
}

/** Of which delivery: small, and in the story of the run. */
export type Delivery = { readonly orderId: string; readonly ticket: string; readonly attempt: number }

/** What the steps hand on: plain values, no secret, nobody's address. */
export type Target = OrderFacts & { readonly hostId: string; readonly warm: boolean; readonly tenant: string }
export type Placed = Target & {
  readonly instanceId: string
  readonly releaseId: string
  readonly slot: 'a'
  readonly address: string
  readonly appUrl: string
  readonly apiUrl: string
}

export type PartDeps = { readonly modules: DeliveryModules; readonly as: Actor; readonly delivery: Delivery }

/** The steps a person may vouch for: each is a check that can be asked again at any time. */
export const attestableSteps = [
  'preflight the host',
  'look at the DNS records',
  'smoke test from outside',
  'go through the launch checklist',
] as const
export type AttestableStep = (typeof attestableSteps)[number]

export const isAttestable = (step: string): step is AttestableStep => attestableSteps.some((each) => each === step)
