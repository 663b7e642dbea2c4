import { NexusError, type Problem } from '../../platform/errors.ts'
import type { Slot } from './stack-schema.ts'
import type { Given, SecretRef } from './stack-variables.ts'

export const instanceStates = ['opened', 'deploying', 'running', 'withdrawn'] as const
export type InstanceState = (typeof instanceStates)[number]

/** How the customer's people sign in: told by the identity part, the secret by reference. */
export type InstanceIdentity = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: SecretRef
  readonly tenant: string
}

/** The saved way to this instance's OpenClaw: both are references (S0-92, S0-93). */
export type OpenClawLink = { readonly urlRef: SecretRef; readonly keyRef: SecretRef }

export type Instance = {
  readonly id: string
  readonly orderId: string
  readonly environment: string
  readonly tenant: string
  readonly stack: string
  readonly plan: string
  readonly hostId: string
  readonly domain: string
  readonly appUrl: string
  readonly apiUrl: string
  readonly state: InstanceState
  readonly activeSlot: Slot | undefined
  readonly databasePassword: SecretRef | undefined
  readonly databaseUrl: SecretRef | undefined
  readonly identity: InstanceIdentity | undefined
  readonly openclaw: OpenClawLink | undefined
  readonly createdAt: Date
  readonly changedAt: Date
}

/** What lies in a slot and how many of the seven steps are done for it. */
export type InstanceSlot = {
  readonly slot: Slot
  readonly releaseId: string
  readonly stepsDone: number
  readonly migrationVersion: string | undefined
  readonly changedAt: Date
}

export type KeptVariables = Readonly<Record<string, Given>>

/** The whole life of an instance. */
export const instanceMoves = {
  opened: ['deploying', 'withdrawn'],
  deploying: ['running', 'withdrawn'],
  running: ['deploying', 'withdrawn'],
  withdrawn: [],
} as const satisfies Record<InstanceState, readonly InstanceState[]>

/** Moving to where the instance already is changes nothing. */
export function moveInstance(instance: Instance, to: InstanceState, at: Date): Instance {
  if (instance.state === to) return instance
  if (!instanceMoves[instance.state].some((each) => each === to)) {
    throw new NexusError(
      'instance.cannot_move',
      'conflict',
      `Instance ${instance.id} is ${instance.state} and cannot become ${to}.`,
      {
        hint: `From ${instance.state} it can become: ${instanceMoves[instance.state].join(', ') || 'nothing'}.`,
      },
    )
  }
  return { ...instance, state: to, changedAt: at }
}

/** An id is part of paths, units and roles on the host: nothing else gets there. */
export const isInstanceId = (id: string): boolean => /^ins_[0-9a-z]{26}$/.test(id)

export const instanceNotFound = (id: string) =>
  new NexusError('instance.not_found', 'missing', `There is no instance ${id}.`, { hint: 'nexusctl instance list' })

export const slotNotFound = (id: string, slot: Slot) =>
  new NexusError('instance.slot_empty', 'missing', `Nothing was put in slot ${slot} of ${id} yet.`)

export const environmentIncomplete = (problems: readonly Problem[]) =>
  new NexusError(
    'instance.environment_incomplete',
    'conflict',
    `The environment has ${problems.length} problem${problems.length === 1 ? '' : 's'}; nothing was started.`,
    { problems, hint: 'Give what is missing with: nexusctl instance env set, nexusctl secret set' },
  )
