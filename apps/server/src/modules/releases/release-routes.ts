import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { Release } from './release.ts'
import type { Releases } from './release-service.ts'

const ArtifactView = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  imageId: z.string().optional().meta({ description: 'The id the image has in Docker' }),
})
const ReleaseView = z.object({
  id: z.string(),
  stack: z.string(),
  version: z.string(),
  runtime: z.string(),
  artifacts: z.array(ArtifactView),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
})
const Registered = ReleaseView.extend({ warnings: z.array(z.object({ path: z.string(), message: z.string() })) })
const Register = z.strictObject({
  folder: z.string().min(1).max(300).meta({ description: 'Below the folder of stacks on the control plane' }),
  manifest: z.string().min(1).max(128).optional(),
})
const Query = z.object({
  stack: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  after: z.string().max(64).optional(),
})
const ListView = z.object({ items: z.array(ReleaseView), next: z.string().optional() })

const releaseView = (each: Release): z.output<typeof ReleaseView> => ({
  id: each.id,
  stack: each.stack,
  version: each.version,
  runtime: each.runtime,
  artifacts: each.artifacts.map(({ file, sha256, bytes, image }) => ({
    file,
    sha256,
    bytes,
    ...(image ? { imageId: image.id } : {}),
  })),
  createdAt: each.createdAt.toISOString(),
  createdBy: each.createdBy,
})

const tags = ['releases']
const read = { permission: 'instances.read' } as const
// A release is for every customer of its stack.
const write = { permission: 'instances.write', scope: 'whole' } as const

export const releaseRoutes =
  ({ releases }: { readonly releases: Releases }): Routes =>
  async (app) => {
    app.get(
      '/releases',
      { config: read, schema: { operationId: 'listReleases', tags, querystring: Query, response: { 200: ListView } } },
      async (request) => {
        const { items, next } = await releases.list(request.actor, request.query)
        return { items: items.map(releaseView), ...(next === undefined ? {} : { next }) }
      },
    )

    app.get(
      '/releases/:releaseId',
      {
        config: read,
        schema: {
          operationId: 'getRelease',
          tags,
          params: z.object({ releaseId: z.string().max(64) }),
          response: { 200: ReleaseView },
        },
      },
      async (request) => releaseView(await releases.find(request.actor, request.params.releaseId)),
    )

    app.post(
      '/releases',
      {
        config: write,
        schema: { operationId: 'registerRelease', tags, body: Register, response: { 200: Registered } },
      },
      async (request) => {
        const { folder, manifest } = request.body
        const asked = { folder, ...(manifest === undefined ? {} : { manifest }) }
        const { release, warnings } = await releases.register(request.actor, asked)
        return { ...releaseView(release), warnings: [...warnings] }
      },
    )
  }
