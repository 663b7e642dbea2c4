import { baselineLine, type Hosts } from '../../modules/hosts/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'
import { NexusError } from '../../platform/errors.ts'

export type MendHostInput = { readonly hostId: string; readonly items: readonly string[]; readonly startedBy: string }
export type MendHostModules = { readonly hosts: Hosts; readonly progress: (text: string) => Promise<void> }

/**
 * What differs from the baseline is made so again, item by item, and looked at once more: only that look says whether it
 * holds. Access settings go back by themselves unless a new session confirms them (S0-65..80).
 */
export const mendHostFlow = ({ hosts, progress }: MendHostModules) =>
  defineFlow<MendHostInput>('mend-host', async ({ hostId, items, startedBy }) => {
    const as = systemActor('mend-host', startedBy)
    await step('look for what differs', look, 'brief')
    await step('mend what differs', mend, 'brief')
    const after = await step('look whether it holds', look, 'brief')
    const left = items.length === 0 ? after.differs : after.differs.filter((each) => items.includes(each))
    if (after.verdict === 'unknown' || left.length > 0) throw stillDiffers(after.summary)
    return 'done'

    async function look() {
      const { verdict, summary, items: found } = await hosts.checkDrift(as, hostId)
      await progress(`${verdict}: ${summary}`)
      return { verdict, summary, differs: found.filter((each) => !each.accepted).map((each) => each.id) }
    }

    async function mend() {
      const onEvent = (event: unknown) => {
        const line = baselineLine(event)
        if (line) void progress(line).catch(() => {})
      }
      const only = items.length === 0 ? {} : { only: items }
      const report = await hosts.mend(as, hostId, { ...only, onEvent })
      return { changed: report.items.filter((each) => each.status === 'changed').map((each) => each.id) }
    }
  })

const stillDiffers = (summary: string) =>
  new NexusError(
    'host.still_differs',
    'conflict',
    `The host was mended, and it still is not as it should be: ${summary}`,
    {
      hint: 'nexusctl host check HOST; nexusctl host baseline HOST --dry-run',
    },
  )
