import { systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'
import type { FollowUpInput, FollowUpVerbs } from './follow-up-verbs.ts'

/**
 * A live instance is looked at again (S0-137, S0-138): services, names, certificate, sign-in page. Where it is not well
 * an incident is opened and the customer is told (S0-148..151); support hears of it either way.
 */
export const followUpFlow = (verbs: FollowUpVerbs) =>
  defineFlow<FollowUpInput>('follow-up', async (input) => {
    const follow = verbs.of(systemActor('follow-up'), input)
    const found = await step('look at the instance', follow.look, 'brief')
    if (found.verdict === 'fail') {
      await step('open an incident', () => follow.openIncident(found), 'brief')
      await step('tell the customer', () => follow.tellCustomer(found), 'brief')
    }
    await step('tell support', () => follow.tellSupport(found), 'brief')
    return 'done'
  })
