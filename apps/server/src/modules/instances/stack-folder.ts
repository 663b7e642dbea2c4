import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { NexusError, type Problem } from '../../platform/errors.ts'
import { type FixedCompose, fixCompose, judgeCompose } from './compose-file.ts'
import type { ReleaseArtifact } from './runtime.ts'
import { readStack } from './stack-manifest.ts'
import type { StackManifest } from './stack-schema.ts'

/** What `stack check` says: nothing of a stack with problems is ever registered. */
export type StackVerdict = {
  readonly stack: StackManifest | undefined
  readonly compose: string | undefined
  readonly problems: readonly Problem[]
  /** Named exceptions and what was ignored: shown for as long as the stack is used. */
  readonly warnings: readonly Problem[]
}

/** A stack that was accepted, with the digest of everything it is made of. */
export type AcceptedStack = {
  readonly manifest: StackManifest
  readonly compose: string | undefined
  readonly artifacts: readonly ReleaseArtifact[]
  readonly warnings: readonly Problem[]
}

/** Reads a folder as an author wrote it; every problem at once. */
export async function checkStack(folder: string, manifestFile = 'stack.yaml'): Promise<StackVerdict> {
  const nothing = { stack: undefined, compose: undefined, warnings: [] }
  const text = await textOf(folder, manifestFile)
  if (text === undefined)
    return { ...nothing, problems: [{ path: manifestFile, message: 'There is no such file in the folder.' }] }
  const read = readStack(text)
  if (!read.ok) return { ...nothing, problems: read.problems }
  const { stack } = read
  const missing = await missingFiles(folder, stack)
  if (stack.compose === undefined) return { stack, compose: undefined, problems: missing, warnings: [] }
  const compose = await textOf(folder, stack.compose)
  if (compose === undefined) return { stack, compose, problems: missing, warnings: [] }
  const judged = judgeCompose(stack, compose)
  return { stack, compose, problems: [...missing, ...judged.problems], warnings: judged.warnings }
}

export type FixedStack = FixedCompose & {
  /** The name of the Compose file, as the manifest gives it. */
  readonly file: string
  /** Of the manifest and the files beside it: no change of the Compose file mends these. */
  readonly manifestProblems: readonly Problem[]
}

/** The version of the stack's Compose file that is accepted. Writes nothing: the author does. */
export async function fixStack(folder: string, manifestFile?: string): Promise<FixedStack> {
  const { stack, compose, problems } = await checkStack(folder, manifestFile)
  if (!stack) {
    throw new NexusError('stack.refused', 'invalid', 'The manifest is not right yet: a Compose file is judged by it.', {
      problems,
      hint: 'nexusctl stack schema prints what a manifest may hold.',
    })
  }
  if (stack.compose === undefined || compose === undefined) {
    throw new NexusError('stack.no_compose', 'invalid', `The stack ${stack.name} has no Compose file to fix.`, {
      problems,
    })
  }
  const judged = judgeCompose(stack, compose).problems
  const manifestProblems = problems.filter((each) => !judged.some((one) => one.path === each.path))
  return { ...fixCompose(stack, compose), file: stack.compose, manifestProblems }
}

/** The same, refused unless it is clean, with digests of what will be sent to hosts. */
export async function acceptStack(folder: string, manifestFile?: string): Promise<AcceptedStack> {
  const { stack, compose, problems, warnings } = await checkStack(folder, manifestFile)
  if (!stack || problems.length > 0) {
    throw new NexusError(
      'stack.refused',
      'invalid',
      `The stack has ${problems.length} problem${problems.length === 1 ? '' : 's'}.`,
      {
        problems,
        hint: 'nexusctl stack check shows them all; --fix writes the version that is accepted.',
      },
    )
  }
  const artifacts: ReleaseArtifact[] = []
  if (stack.artifact) artifacts.push(await measured(folder, stack.artifact.file))
  for (const each of stack.images ?? []) {
    if (each.file === undefined) continue
    const id = await imageIdOf(join(folder, each.file))
    artifacts.push({ ...(await measured(folder, each.file)), image: { name: each.name, id } })
  }
  return { manifest: stack, compose, artifacts, warnings }
}

/** A folder or file by a name someone gave, only where it lies inside `root`, links followed. */
export async function insideFolder(root: string, name: string): Promise<string> {
  const outside = () =>
    new NexusError('stack.outside', 'invalid', 'A stack lies inside the folder of stacks.', {
      hint: 'Name it relative to that folder.',
    })
  if (isAbsolute(name) || name.split('/').includes('..')) throw outside()
  const missing = () => new NexusError('stack.not_found', 'missing', 'There is no such stack in the folder of stacks.')
  const base = await realpath(root).catch(() => Promise.reject(missing()))
  const found = await realpath(join(base, name)).catch(() => Promise.reject(missing()))
  const way = relative(base, found)
  if (way.startsWith('..') || isAbsolute(way)) throw outside()
  return found
}

async function textOf(folder: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(await insideFolder(folder, file), 'utf8')
  } catch {
    return undefined
  }
}

async function missingFiles(folder: string, stack: StackManifest): Promise<Problem[]> {
  const wanted = [
    ...(stack.artifact ? [['artifact.file', stack.artifact.file] as const] : []),
    ...(stack.compose ? [['compose', stack.compose] as const] : []),
    ...(stack.images ?? []).flatMap((each, i) => (each.file ? [[`images.${i}.file`, each.file] as const] : [])),
  ]
  const problems = await Promise.all(
    wanted.map(async ([path, file]) => {
      const found = await insideFolder(folder, file)
        .then(stat)
        .catch(() => undefined)
      return found?.isFile() ? [] : [{ path, message: `There is no file ${file} beside the manifest.` }]
    }),
  )
  return problems.flat()
}

async function measured(folder: string, file: string): Promise<ReleaseArtifact> {
  const hash = createHash('sha256')
  const path = await insideFolder(folder, file)
  await pipeline(createReadStream(path), hash)
  return { file, sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}

const savedImages = z.array(z.object({ Config: z.string() })).length(1)

/** The id Docker gives an image of one `docker save` archive: the digest of its configuration, from its index. */
export async function imageIdOf(path: string): Promise<string> {
  const index: Buffer[] = []
  const damaged = (cause?: unknown) =>
    new NexusError('stack.not_an_image', 'invalid', 'This is not what docker save writes of one image.', { cause })
  try {
    const reader = extract()
    const read = pipeline(createReadStream(path), reader)
    read.catch(() => {})
    for await (const entry of reader) {
      for await (const chunk of entry) {
        if (entry.header.name === 'manifest.json' && chunk instanceof Uint8Array) index.push(Buffer.from(chunk))
      }
    }
    await read
    const [saved] = savedImages.parse(JSON.parse(Buffer.concat(index).toString('utf8')))
    const digest = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(saved?.Config ?? '')?.[1]
    if (digest) return `sha256:${digest}`
  } catch (error) {
    throw damaged(error)
  }
  throw damaged()
}
