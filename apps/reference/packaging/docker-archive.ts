import type { TreeFile } from './file-tree.ts'
import { textFile } from './file-tree.ts'
import { sha256, tarOf } from './tar-bytes.ts'

export type ImageWish = {
  readonly name: string
  readonly architecture: 'amd64' | 'arm64'
  readonly workingDir: string
  readonly user: string
  readonly command: readonly string[]
  /** From what changes least to what changes most. */
  readonly layers: readonly (readonly TreeFile[])[]
}

export type DockerArchive = { readonly archive: Buffer; readonly imageId: string }

/** An image as `docker save` writes it, made without Docker. `imageId` is what Docker shows after `docker load`. */
export async function dockerArchive(wish: ImageWish): Promise<DockerArchive> {
  const layers: { readonly digest: string; readonly content: Buffer }[] = []
  for (const files of wish.layers) {
    const content = await tarOf(files)
    layers.push({ digest: sha256(content), content })
  }
  const config = JSON.stringify({
    architecture: wish.architecture,
    os: 'linux',
    created: '1970-01-01T00:00:01Z',
    config: { User: wish.user, WorkingDir: wish.workingDir, Cmd: wish.command, Env: ['PATH=/app/bin'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:01Z', created_by: 'package.ts' })),
  })
  const configDigest = sha256(config)
  const manifest = [
    {
      Config: `${configDigest}.json`,
      RepoTags: [wish.name],
      Layers: layers.map(({ digest }) => `${digest}/layer.tar`),
    },
  ]
  const archive = await tarOf([
    textFile(`${configDigest}.json`, config),
    textFile('manifest.json', JSON.stringify(manifest)),
    ...layers.map(({ digest, content }) => ({ path: `${digest}/layer.tar`, content, executable: false })),
  ])
  return { archive, imageId: `sha256:${configDigest}` }
}
