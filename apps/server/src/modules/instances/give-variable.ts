import { type Actor, requirePermission } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import type { InstanceSlot } from './instance.ts'
import type { InstanceDeps } from './instance-ports.ts'
import { findInstance } from './instance-store.ts'
import { didYouMean } from './nearest-name.ts'
import { stackOf } from './stack-manifest.ts'
import { type Given, type SecretRef, secretNameOf, valueProblems } from './stack-variables.ts'

export type GivenVariable = { readonly name: string; readonly value: string; readonly secret: boolean }
export type TakenVariable = {
  readonly name: string
  readonly secret: boolean
  readonly reference: SecretRef | undefined
}

type GiveDeps = Pick<InstanceDeps, 'db' | 'secrets' | 'releases'> & {
  readonly slotOf: (id: string) => Promise<InstanceSlot>
  readonly setVariable: (actor: Actor, id: string, name: string, value: Given) => Promise<void>
}

/**
 * A value that a person gives: one that the stack knows, judged before it is kept, and sealed where the person or the
 * stack says that it is a secret.
 */
export const giveVariable =
  ({ db, secrets, releases, slotOf, setVariable }: GiveDeps) =>
  async (actor: Actor, id: string, { name, value, secret }: GivenVariable): Promise<TakenVariable> => {
    requirePermission(actor, 'instances.write')
    const { tenant } = await findInstance(db, id)
    const { releaseId } = await slotOf(id)
    const stack = stackOf((await releases.facts(releaseId)).manifest)
    const variable = Object.hasOwn(stack.variables, name) ? stack.variables[name] : undefined
    if (!variable) {
      throw new NexusError('instance.unknown_variable', 'invalid', `The stack ${stack.name} has no variable ${name}.`, {
        hint: didYouMean(name, Object.keys(stack.variables)),
      })
    }
    const problems = valueProblems(name, variable, value)
    if (problems.length > 0)
      throw new NexusError('instance.bad_value', 'invalid', `${name} cannot have this value.`, { problems })
    const sealed = secret || variable.secret
    const reference = sealed ? await secrets.put(actor, { tenant, name: secretNameOf(id, name), value }) : undefined
    await setVariable(actor, id, name, reference === undefined ? { plain: value } : { secret: reference })
    return { name, secret: sealed, reference }
  }
