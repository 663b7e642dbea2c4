import type { Hosts } from '../../modules/hosts/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'

export type RekeyHostInput = { readonly hostId: string; readonly startedBy: string }

/**
 * A host gets a new key of the control plane. Killed at any line, either key opens it: the next try of a step places
 * again what the host's own timer may have put back. Nothing has to be taken back.
 */
export const rekeyHostFlow = (hosts: Pick<Hosts, 'placeNextKey' | 'dropOldKey' | 'takeNextKey'>) =>
  defineFlow<RekeyHostInput>('rekey-host', async ({ hostId, startedBy }) => {
    const as = systemActor('rekey-host', startedBy)
    await step('place the new key beside the old one', () => hosts.placeNextKey(as, hostId), 'brief')
    await step('let the old key go', () => hosts.dropOldKey(as, hostId), 'brief')
    await step('take the new key into use', () => hosts.takeNextKey(as, hostId))
    return 'done'
  })
