import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { baseLayer, serviceUser } from './base-layer.ts'
import { dockerArchive } from './docker-archive.ts'
import { copiedFile, type TreeFile } from './file-tree.ts'
import {
  artifactName,
  asYaml,
  composeFile,
  imageFileName,
  imageName,
  type ReferenceRuntime,
  stackManifest,
} from './reference-stack.ts'
import { dependencyFiles, nodeBinary, type ReleaseWish, sourceFiles } from './release-tree.ts'
import { sha256, tarOf } from './tar-bytes.ts'

export type WrittenFile = {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly imageId?: string
}

/** Everything Nexus needs to deploy this release with one runtime, in one folder. */
export async function writeRelease(
  folder: string,
  wish: ReleaseWish,
  runtime: ReferenceRuntime,
): Promise<readonly WrittenFile[]> {
  mkdirSync(folder, { recursive: true })
  const written: WrittenFile[] = []
  const write = (file: string, content: Buffer | string, more: { imageId?: string } = {}) => {
    writeFileSync(join(folder, file), content)
    written.push({ file, sha256: sha256(content), bytes: Buffer.byteLength(content), ...more })
  }

  if (runtime === 'systemd') {
    write(artifactName(wish.version), await systemdArtifact(wish))
  } else {
    const { archive, imageId } = await composeImage(wish)
    write(imageFileName(wish.version), archive, { imageId })
    write('compose.yaml', asYaml(composeFile(wish.version)))
  }
  write(`stack.${runtime}.yaml`, asYaml(stackManifest(wish.version, runtime)))
  return written
}

/** Unpacked into a folder, it runs there; the host needs glibc and libstdc++ and nothing installed. */
export async function systemdArtifact(wish: ReleaseWish): Promise<Buffer> {
  const files = [copiedFile('bin/node', nodeBinary(), true), ...dependencyFiles(), ...sourceFiles(wish)]
  return promisify(gzip)(await tarOf(files), { level: 6 })
}

/** One image for all three services. Three layers, so that a new release brings only its sources. */
export async function composeImage(wish: ReleaseWish) {
  const inApp = (files: readonly TreeFile[]) => files.map((file) => ({ ...file, path: `app/${file.path}` }))
  return dockerArchive({
    name: imageName(wish.version),
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    workingDir: '/app',
    user: `${serviceUser}:${serviceUser}`,
    command: ['/app/bin/node', '--version'],
    layers: [baseLayer(), inApp(dependencyFiles()), inApp(sourceFiles(wish))],
  })
}
