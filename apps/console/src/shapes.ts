/** The answers of the API that the console reads. */
export type WaitingFor = 'us' | 'customer' | 'provider'

export type Blocked = {
  readonly kind: string
  readonly reason: string
  readonly commands: readonly string[]
  readonly problems?: readonly { readonly path: string; readonly message: string; readonly register?: string }[]
}

export type Order = {
  readonly id: string
  readonly ticket: string
  readonly orderNumber?: string
  readonly environment: string
  readonly state: string
  readonly stateSince: string
  readonly organization: string
  readonly plan?: string
  readonly region?: string
  readonly owner?: { readonly id: string; readonly name: string }
  readonly attempt: number
  readonly hostId?: string
  readonly waitingFor?: WaitingFor
  readonly blocked?: Blocked
  readonly clockStartedAt?: string
  readonly dueAt?: string
  readonly riskAt?: string
  readonly atRiskAt?: string
  readonly breachedAt?: string
  readonly breachCause?: string
  readonly cancelWantedAt?: string
  readonly liveAt?: string
  readonly createdAt: string
}

export type OrderPage = { readonly items: readonly Order[]; readonly next?: string }

export type OrderDetail = Order & {
  readonly elapsedSeconds?: { readonly customer: number; readonly internal: number }
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly createdAt: string }[]
  readonly notes: readonly { readonly at: string; readonly author: string; readonly text: string }[]
  readonly incident?: { readonly reason: string }
}

export type Failure = { readonly code: string; readonly message: string; readonly hint?: string }

export type Step = {
  readonly position: number
  readonly name: string
  readonly state: string
  readonly attempts: number
  readonly startedAt: string
  readonly endedAt?: string
  readonly seconds?: number
  readonly note?: string
  readonly failure?: Failure
}

export type Run = {
  readonly id: string
  readonly flow: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly outcome?: string
  readonly waitingFor?: string
  readonly steps: readonly Step[]
}

export type Entry = {
  readonly at: string
  readonly actor: string
  readonly onBehalfOf?: string
  readonly action: string
  readonly reason?: string
}

export type Check = {
  readonly name: string
  readonly title: string
  readonly status: string
  readonly summary: string
  readonly asked: string
  readonly vantage: string
  readonly at: string
  readonly seconds?: number
  readonly evidence?: string
  readonly runId?: string
}

export type Pause = {
  readonly cause: string
  readonly waitingFor: string
  readonly from: string
  readonly to?: string
}

export type Timeline = {
  readonly ticket: string
  readonly state: string
  readonly pauses: readonly Pause[]
  readonly runs: readonly Run[]
  readonly entries: readonly Entry[]
  readonly checks: readonly Check[]
  readonly links: readonly { readonly label: string; readonly url: string }[]
}

export type Person = { readonly id: string; readonly name: string }
