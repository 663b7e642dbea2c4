import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainText } from '../../platform/plain-text.ts'
import { makeHome } from './artifact-commands.ts'
import { fetchArtifacts } from './artifact-fetch.ts'
import {
  composeLogs,
  loadImages,
  observeProject,
  placeProject,
  pullImage,
  removeProject,
  runInProject,
  startProject,
} from './compose-commands.ts'
import { renderCompose } from './compose-file.ts'
import { ask, askOne, fromBase64, tell } from './host-answer.ts'
import type { Placement, PutInput, Runtime, ServiceState } from './runtime.ts'
import { askHealth, ended, logged, type RuntimeDeps } from './systemd-runtime.ts'

const container = z.object({
  service: z.string(),
  state: z.string(),
  restarts: z.number(),
  code: z.number(),
  listening: z.boolean().optional(),
})

/** A release as one Compose project a slot: images by their ids, ports on loopback, the database by its socket. */
export function composeRuntime({ remote, openArtifact, weigh }: RuntimeDeps): Runtime {
  const fetch = async (placement: Placement) => {
    await tell(remote, placement.host, makeHome(placement.instance))
    return fetchArtifacts(remote, openArtifact, placement)
  }

  const install = async (placement: Placement) => {
    const images = placement.artifacts.filter((each) => each.image)
    if (images.length === 0) return 'no image comes with the release'
    const loaded = await ask(
      remote,
      placement.host,
      loadImages(images),
      z.object({ name: z.string(), id: z.string(), fresh: z.boolean() }),
    )
    for (const { image } of images) {
      if (loaded.some((each) => each.name === image?.name && each.id === image.id)) continue
      throw new NexusError(
        'release.image_differs',
        'conflict',
        `${image?.name} is not the image of the release after loading it.`,
      )
    }
    return loaded
      .map(({ name, id, fresh }) => `${name} (${id.slice(0, 19)}) ${fresh ? 'loaded' : 'was there'}`)
      .join(', ')
  }

  /** Images of a registry, by digest; the login is there for the pull and nowhere afterwards. */
  const pull = async (placement: Placement, { variables }: PutInput) => {
    const pulled: Record<string, string> = {}
    for (const image of placement.stack.images ?? []) {
      if (image.pull === undefined) continue
      const login = image.login && { user: image.login.user, password: variables[image.login.password] ?? '' }
      const { id } = await askOne(remote, placement.host, pullImage(image.pull, login), z.object({ id: z.string() }))
      pulled[image.name] = id
    }
    return pulled
  }

  const logs = async (placement: Placement, service: string, lines: number) => {
    const { log64 } = await askOne(remote, placement.host, composeLogs(placement, service, lines), logged)
    return plainText(fromBase64(log64), 64_000)
  }

  return {
    fetch,
    install,
    put: async (placement, input) => {
      await fetch(placement)
      await install(placement)
      const loaded = placement.artifacts.flatMap(({ image }) => (image ? [[image.name, image.id]] : []))
      const images = { ...Object.fromEntries(loaded), ...(await pull(placement, input)) }
      const project = renderCompose(placement, placement.compose ?? '', { ...input, images })
      await tell(remote, placement.host, placeProject(placement, project))
    },
    once: async (placement, input) => {
      const begun = performance.now()
      const end = await askOne(remote, placement.host, runInProject(placement, input), ended)
      return {
        exit: end.exit,
        out: plainText(fromBase64(end.out64), 8000),
        err: plainText(fromBase64(end.err64), 8000),
        seconds: (performance.now() - begun) / 1000,
      }
    },
    start: async (placement) => (await ask(remote, placement.host, startProject(placement), container)).map(toState),
    ready: (placement) => askHealth(remote, placement, (service) => logs(placement, service, 30)),
    weigh: (placement, percent) => weigh(placement.host, placement.instance, placement.slot, percent),
    remove: (placement) => tell(remote, placement.host, removeProject(placement)),
    observe: async (placement) =>
      (await ask(remote, placement.host, observeProject(placement), container)).map(toState),
    logs,
  }
}

function toState(seen: z.output<typeof container>): ServiceState {
  const detail = `${seen.state}${seen.code === 0 ? '' : `, last exit ${seen.code}`}${seen.restarts > 0 ? `, started again ${seen.restarts} times` : ''}`
  const listening = seen.listening === undefined ? {} : { listening: seen.listening }
  const common = { service: seen.service, restarts: seen.restarts, detail, ...listening }
  if (seen.state === 'running') return { ...common, state: 'running' }
  if (seen.state === 'restarting') return { ...common, state: 'failed' }
  if (seen.state === 'absent') return { ...common, state: 'absent' }
  return { ...common, state: seen.state === 'created' || seen.code === 0 ? 'stopped' : 'failed' }
}
