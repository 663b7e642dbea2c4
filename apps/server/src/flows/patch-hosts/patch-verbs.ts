import { type Hosts, patchLine } from '../../modules/hosts/index.ts'
import type { Edges, Instances } from '../../modules/instances/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { printCheck, refusing } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'

export type PatchModules = {
  readonly hosts: Hosts
  readonly instances: Instances
  readonly edges: Edges
  readonly progress: (text: string) => Promise<void>
}

/** The words of the story of patches. */
export const patchVerbs = ({ hosts, instances, edges, progress }: PatchModules) => ({
  of: (as: Actor, { reboot }: { readonly reboot: boolean }) => {
    /** All instances that run on these hosts. */
    async function running(hostIds: readonly string[]) {
      const found = []
      for (let after: string | undefined; ; ) {
        const page = await instances.list(as, { limit: 200, ...(after === undefined ? {} : { after }) })
        found.push(...page.items.filter((each) => each.state === 'running' && hostIds.includes(each.hostId)))
        if (page.next === undefined) return found
        after = page.next
      }
    }

    async function problemsOf(wave: readonly string[]): Promise<string[]> {
      const looks = await Promise.all(wave.map((id) => hosts.checkDrift(as, id)))
      const drift = looks
        .filter((each) => each.verdict !== 'pass')
        .map((each) => `${each.hostName}: ${each.verdict}: ${each.summary}`)
      const served = await Promise.all(
        (await running(wave)).map(async (each) => {
          const { address } = await hosts.addressOf(each.hostId)
          const results = await edges.uptime(as, { instanceId: each.id, domain: each.domain, address })
          return refusing(results).map((result) => `${each.domain}: ${printCheck(result)}`)
        }),
      )
      return [...drift, ...served.flat()]
    }

    return {
      window: async (place: string) => {
        const isOpen = hosts.windowIsOpen()
        if (!isOpen) await progress(`${place} waits for the window that opens at ${hosts.window()}`)
        return { isOpen }
      },

      /** All of a wave are tried; the first that could not be patched stops the story there. */
      patchWave: async (wave: readonly string[], place: string) => {
        const tried = await Promise.allSettled(
          wave.map(async (id) => {
            const patched = await hosts.patch(as, id, { mayReboot: reboot })
            await progress(`${place}: ${patchLine(id, patched)}`)
            return { hostId: id, ...patched }
          }),
        )
        for (const each of tried) if (each.status === 'rejected') throw each.reason
        return tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      },

      /** Services of a host that was rebooted may still be on their way: asked again for a while. */
      checkWave: async (wave: readonly string[], place: string) => {
        const problems = await problemsOf(wave)
        await progress(`${place}: ${problems.length === 0 ? 'every host is well' : problems.join('; ').slice(0, 300)}`)
        if (problems.length > 0) throw notWell(place, problems, reboot)
        return { checked: wave.length }
      },
    }
  },
})

export type PatchVerbs = ReturnType<typeof patchVerbs>

/** After a reboot services may still be on their way: that is asked again, a failure without one is a failure. */
const notWell = (place: string, problems: readonly string[], mayStart: boolean): NexusError =>
  mayStart ? notWellYet(place, problems) : stopped(place, problems)

const notWellYet = (place: string, problems: readonly string[]) =>
  new NexusError('host.not_well_yet', 'unavailable', `After the patches of ${place} not everything is well yet.`, {
    ...told(problems),
  })

const stopped = (place: string, problems: readonly string[]) =>
  new NexusError('host.patch_stopped', 'conflict', `After the patches of ${place} not everything is well.`, {
    ...told(problems),
  })

const told = (problems: readonly string[]) => ({
  hint: `${(problems[0] ?? '').slice(0, 300)}. Mend it, then: nexusctl run resume RUN --from 'check the wave' --reason TEXT; hosts of later waves are as they were.`,
  problems: problems.slice(0, 50).map((each) => ({ path: 'host', message: each.slice(0, 500) })),
})
