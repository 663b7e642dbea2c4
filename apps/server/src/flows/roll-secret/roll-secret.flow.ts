import type { Instances } from '../../modules/instances/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'

export type RollSecretInput = { readonly to: string; readonly startedBy: string }
export type RollSecretModules = {
  readonly instances: Pick<Instances, 'applyEnvironment' | 'secretHolders' | 'switchSecret'>
}

/**
 * Every instance that runs with an older version of a secret changes to the new one, one after the other. Each must be
 * well with it before the next one is touched; where one is not, it gets its old version back and the roll ends there.
 */
export const rollSecretFlow = ({ instances }: RollSecretModules) =>
  defineFlow<RollSecretInput>('roll-secret', async ({ to, startedBy }) => {
    const as = systemActor('roll-secret', startedBy)
    const holders = await step('find who runs with an older version', () => instances.secretHolders(as, to))
    for (const [done, { instanceId, from }] of holders.entries()) {
      const apply = (name: string) =>
        step(name, async () => void (await instances.applyEnvironment(as, instanceId)), 'brief')
      await step(`write the new version down for ${instanceId}`, () => instances.switchSecret(as, instanceId, from, to))
      try {
        await apply(`start ${instanceId} with it and check`)
      } catch (thrown) {
        await step(`write the old version down for ${instanceId}`, () =>
          instances.switchSecret(as, instanceId, to, from),
        )
        await apply(`start ${instanceId} with the old version and check`)
        throw putBack(instanceId, done, holders.length, thrown)
      }
    }
    return 'done'
  })

const putBack = (instanceId: string, done: number, of: number, thrown: unknown) => {
  const { message, problems } = toFailure(thrown)
  return new NexusError(
    'secrets.put_back',
    'conflict',
    `${instanceId} did not get well with the new version and has its old one back; ${done} of ${of} have changed. ${message}`,
    { hint: 'Rotate to a value that works, then apply again.', ...(problems ? { problems } : {}) },
  )
}
