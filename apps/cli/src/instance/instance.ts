import type { AnswerOf, ItemOf } from '@nexus/client'
import { type Api, listOf } from '../api.ts'
import { fail } from '../failure.ts'
import { table } from '../io.ts'
import { facts, moment, section } from '../show.ts'

/** An instance as the API answers it. */
export type Instance = ItemOf<'listInstances'>
export type InstanceDetail = AnswerOf<'getInstance'>
export type ServiceState = ItemOf<'listInstanceServices'>

export const instanceArgument = ['<instance>', 'the id or the domain of an instance'] as const

/** The id behind a word: people know an instance by its domain. */
export async function instanceIdOf(api: Api, word: string): Promise<string> {
  if (word.startsWith('ins_')) return word
  const { items } = await listOf(api, 'listInstances', { limit: 2000 })
  const named = items.filter((each) => [each.domain, new URL(each.appUrl).hostname].includes(word))
  const found = named.find((each) => each.state !== 'withdrawn') ?? named[0]
  if (found) return found.id
  throw fail('instance.not_found', 'missing', `There is no instance ${word}.`, 'nexusctl instance list')
}

export const instancesText = (instances: readonly Instance[]): string =>
  table(
    ['instance', 'domain', 'state', 'stack', 'slot', 'plan', 'environment', 'host'],
    instances.map((each) => [
      each.id,
      each.domain,
      each.state,
      each.stack,
      each.activeSlot ?? '',
      each.plan,
      each.environment,
      each.hostId,
    ]),
  )

export const instanceText = (instance: InstanceDetail): string =>
  [
    facts([
      ['Instance', instance.id],
      ['Domain', instance.domain],
      ['App', instance.appUrl],
      ['API', instance.apiUrl],
      ['State', instance.state],
      ['Stack', instance.stack],
      ['Slot', instance.activeSlot],
      ['Environment', instance.environment],
      ['Plan', instance.plan],
      ['Tenant', instance.tenant],
      ['Host', instance.hostId],
      ['Order', instance.orderId],
      ['Changed', moment(instance.changedAt)],
    ]),
    ...section(
      'Slots',
      instance.slots.map(({ slot, releaseId, stepsDone, migrationVersion }) =>
        [`${slot}  ${releaseId}  ${stepsDone} of 7 steps`, migrationVersion && `migration ${migrationVersion}`]
          .filter(Boolean)
          .join('  '),
      ),
    ),
  ].join('\n')
