import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainText } from '../../platform/plain-text.ts'
import type { Remote } from '../../platform/remote.ts'
import { makeHome, unpackArtifact } from './artifact-commands.ts'
import { fetchArtifacts } from './artifact-fetch.ts'
import { ask, askOne, fromBase64, tell } from './host-answer.ts'
import type { OpenArtifact, Placement, Runtime, ServiceState, Weigh } from './runtime.ts'
import {
  observeUnits,
  placeSlot,
  removeUnits,
  runOnce,
  startUnits,
  unitLogs,
  waitForHealth,
} from './systemd-commands.ts'

const unitState = z.object({
  service: z.string(),
  load: z.string(),
  active: z.string(),
  sub: z.string(),
  restarts: z.number(),
  code: z.number(),
  listening: z.boolean().optional(),
})
export const ended = z.object({ exit: z.number(), out64: z.string(), err64: z.string() })
export const logged = z.object({ log64: z.string() })
export const healthSeen = z.object({
  service: z.string(),
  url: z.string(),
  status: z.number(),
  milliseconds: z.number(),
  body64: z.string(),
})

export type RuntimeDeps = { readonly remote: Remote; readonly openArtifact: OpenArtifact; readonly weigh: Weigh }

/** A release as systemd services of the host: a folder a release, a link a slot, a unit a service. */
export function systemdRuntime({ remote, openArtifact, weigh }: RuntimeDeps): Runtime {
  const fetch = async (placement: Placement) => {
    await tell(remote, placement.host, makeHome(placement.instance))
    return fetchArtifacts(remote, openArtifact, placement)
  }
  const install = async (placement: Placement) => {
    const [artifact] = placement.artifacts
    if (!artifact) throw new NexusError('release.no_artifact', 'conflict', 'This release has no artifact to unpack.')
    const program = unpackArtifact(placement.instance, placement.release, artifact)
    const { unpacked } = await askOne(remote, placement.host, program, z.object({ unpacked: z.boolean() }))
    return `${artifact.file} (sha256 ${artifact.sha256.slice(0, 12)}) ${unpacked ? 'unpacked' : 'was unpacked already'}`
  }
  const logs = async (placement: Placement, service: string, lines: number) => {
    const { log64 } = await askOne(remote, placement.host, unitLogs(placement, service, lines), logged)
    return plainText(fromBase64(log64), 64_000)
  }
  return {
    fetch,
    install,
    put: async (placement, { environments }) => {
      await fetch(placement)
      await install(placement)
      await tell(remote, placement.host, placeSlot(placement, environments))
    },
    once: async (placement, input) => {
      const begun = performance.now()
      const end = await askOne(remote, placement.host, runOnce(placement, input), ended)
      return {
        exit: end.exit,
        out: plainText(fromBase64(end.out64), 8000),
        err: plainText(fromBase64(end.err64), 8000),
        seconds: (performance.now() - begun) / 1000,
      }
    },
    start: async (placement) => (await ask(remote, placement.host, startUnits(placement), unitState)).map(toState),
    ready: (placement) => askHealth(remote, placement, (service) => logs(placement, service, 30)),
    weigh: (placement, percent) => weigh(placement.host, placement.instance, placement.slot, percent),
    remove: (placement) => tell(remote, placement.host, removeUnits(placement)),
    observe: async (placement) => (await ask(remote, placement.host, observeUnits(placement), unitState)).map(toState),
    logs,
  }
}

/** Each service's answer on the host; one that is not well brings the end of its log along. A silent one is not well. */
export async function askHealth(remote: Remote, placement: Placement, tail: (service: string) => Promise<string>) {
  const seen = await ask(remote, placement.host, waitForHealth(placement), healthSeen)
  return Promise.all(
    Object.entries(placement.stack.services).map(async ([service, { health }]) => {
      const answer = seen.find((each) => each.service === service)
      const healthy = answer?.status === health.status
      return {
        service,
        url: answer?.url ?? '',
        healthy,
        status: answer?.status ?? 0,
        seconds: (answer?.milliseconds ?? 0) / 1000,
        body: plainText(fromBase64(answer?.body64 ?? ''), 2000),
        logs: healthy ? '' : await tail(service),
      }
    }),
  )
}

function toState(seen: z.output<typeof unitState>): ServiceState {
  const detail = `${seen.active} (${seen.sub})${seen.code === 0 ? '' : `, last exit ${seen.code}`}`
  const listening = seen.listening === undefined ? {} : { listening: seen.listening }
  const common = { service: seen.service, restarts: seen.restarts, detail, ...listening }
  if (seen.load !== 'loaded') return { ...common, state: 'absent' }
  if (seen.active === 'active') return { ...common, state: 'running' }
  if (seen.active === 'failed') return { ...common, state: 'failed' }
  return { ...common, state: seen.active === 'activating' ? 'starting' : 'stopped' }
}
