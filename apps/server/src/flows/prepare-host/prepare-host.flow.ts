import type { Checks } from '../../modules/checks/index.ts'
import { baselineLine, type Hosts } from '../../modules/hosts/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { foldChecks } from '../../platform/check.ts'
import { defineFlow, step } from '../../platform/durable.ts'

export type PrepareHostInput = { readonly hostId: string; readonly runId: string; readonly startedBy: string }
export type PrepareHostModules = {
  readonly hosts: Hosts
  readonly checks: Checks
  readonly progress: (text: string) => Promise<void>
}

/**
 * A host is brought to its baseline because a person asked for it; what its preflight says then is kept with the host
 * (S0-65..82). Doing it twice changes nothing. The report of the baseline stays with the host: `hosts.lastBaseline`.
 */
export const prepareHostFlow = ({ hosts, checks, progress }: PrepareHostModules) =>
  defineFlow<PrepareHostInput>('prepare-host', async ({ hostId, runId, startedBy }) => {
    const as = systemActor('prepare-host', startedBy)
    await step('reach the host', async () => void (await hosts.connect(as, hostId)))
    await step('bring the host to its baseline', baseline, 'brief')
    await step('preflight the host', preflight, 'brief')
    return 'done'

    async function baseline() {
      const onEvent = (event: unknown) => {
        const line = baselineLine(event)
        if (line) void progress(line).catch(() => {})
      }
      const { report } = await hosts.prepare(as, hostId, { onEvent })
      return { version: report.version, changed: report.changed }
    }

    /** Told, not judged: whether the host may be used is asked again when somebody wants it. */
    async function preflight() {
      const results = await hosts.preflight(as, hostId)
      await checks.record(as, hostId, results, runId)
      await progress(`READINESS: ${foldChecks(results).toUpperCase()}`)
      return { verdict: foldChecks(results) }
    }
  })
