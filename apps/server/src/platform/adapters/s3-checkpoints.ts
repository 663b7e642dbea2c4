import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { CheckpointSink, SentCheckpoint } from '../../modules/trail/index.ts'
import { NexusError } from '../errors.ts'

export type S3CheckpointOptions = {
  /** Of the bucket, with or without a folder: https://s3.eu-central-1.amazonaws.com/bucket/nexus */
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: () => Promise<string>
  /** Each object is locked (COMPLIANCE) for so long; 0: it is not, and counts as in Nexus' own power. */
  readonly lockDays: number
  readonly everySeconds: number
}

/** So many of the newest are read back. */
const readBack = 5
/** So many names S3 gives at once, at most. */
const page = 1000
const nameOf = (size: number): string => `checkpoint-${String(size).padStart(15, '0')}`

/**
 * One object a checkpoint, in a bucket with object lock: until the lock ends nobody can overwrite or delete it. Read back by
 * the self-check where the key may list and read; a key that may only put is enough otherwise.
 */
export function s3Checkpoints(options: S3CheckpointOptions): CheckpointSink {
  const base = options.url.replace(/\/$/, '')
  const [, bucket = '', folder = ''] = /^\/([^/]+)\/?(.*)$/.exec(new URL(base).pathname) ?? []
  const prefix = folder === '' ? '' : `${folder}/`

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const { accessKeyId } = options
    const client = new AwsClient({ accessKeyId, secretAccessKey: await options.secretAccessKey(), service: 's3' })
    return fetch(await client.sign(path, init), { signal: AbortSignal.timeout(20_000) })
  }

  /** Sizes of checkpoints above this one, the smallest first, a page of them; none where the key may not list. */
  async function sizesAbove(size: number): Promise<number[]> {
    const query = new URLSearchParams({
      'list-type': '2',
      'max-keys': String(page),
      prefix: `${prefix}checkpoint-`,
      'start-after': `${prefix}${nameOf(size)}`,
    })
    const answer = await ask(`${new URL(base).origin}/${bucket}?${query}`, { method: 'GET' })
    if (answer.status === 403) return []
    const text = await answer.text()
    if (!answer.ok) throw notRead(answer.status, text)
    return Array.from(text.matchAll(/checkpoint-(\d{15})<\/Key>/g), ([, digits]) => Number(digits))
  }

  /** The last page of them: names sort by size, so its place is found by doubling and halving. */
  async function lastSizes(): Promise<number[]> {
    let sizes = await sizesAbove(-1)
    let none = Number.POSITIVE_INFINITY
    for (;;) {
      const last = sizes.at(-1) ?? 0
      if (sizes.length < page || none - last <= 1) return sizes
      const jump = none === Number.POSITIVE_INFINITY ? last * 2 : Math.floor((last + none) / 2)
      const found = await sizesAbove(jump)
      if (found.length > 0) sizes = found
      else none = jump
    }
  }

  async function read(size: number): Promise<SentCheckpoint> {
    const answer = await ask(`${base}/${nameOf(size)}`, { method: 'GET' })
    const note = await answer.text()
    if (!answer.ok) throw notRead(answer.status, note)
    return { size, note, at: new Date(answer.headers.get('last-modified') ?? 0) }
  }

  return {
    name: `S3 at ${options.url}`,
    inOwnPower: options.lockDays === 0,
    everySeconds: options.everySeconds,
    async put({ size, note, at }) {
      const until = new Date(at.getTime() + options.lockDays * 86_400_000).toISOString()
      const lock = { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until }
      const sum = createHash('sha256').update(note).digest('base64')
      const headers = { 'content-type': 'text/plain', 'x-amz-checksum-sha256': sum }
      const answer = await ask(`${base}/${nameOf(size)}`, {
        method: 'PUT',
        body: note,
        headers: options.lockDays > 0 ? { ...headers, ...lock } : headers,
      })
      if (!answer.ok) throw notStored(size, answer.status, await answer.text())
    },
    list: async () => Promise.all((await lastSizes()).slice(-readBack).map(read)),
  }
}

const notStored = (size: number, status: number, said: string) =>
  new NexusError(
    'trail.not_stored',
    'unavailable',
    `The store answered ${status} to the checkpoint of ${size} entries: ${said.slice(0, 300)}`,
    { hint: hintFor(said) },
  )

const notRead = (status: number, said: string) =>
  new NexusError('trail.not_read', 'unavailable', `The store answered ${status}: ${said.slice(0, 300)}`, {
    hint: hintFor(said),
  })

/** What to look at, by the code that S3 gave. */
function hintFor(said: string): string {
  if (said.includes('ObjectLock') || said.includes('InvalidRequest'))
    return 'The bucket takes no locks: make one with object lock, or set trailS3LockDays to 0 and another place besides.'
  if (said.includes('NoSuchBucket')) return 'trailS3Url names a bucket that is not there.'
  return 'Look at trailS3AccessKey, trailS3SecretFile and the right to put objects; the next checkpoint is tried again.'
}
