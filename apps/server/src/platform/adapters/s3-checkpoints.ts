import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { CheckpointSink } from '../../modules/trail/index.ts'
import { NexusError } from '../errors.ts'

export type S3CheckpointOptions = {
  /** Of the bucket, with or without a folder: https://s3.eu-central-1.amazonaws.com/bucket/nexus */
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: () => Promise<string>
  /** Each object is locked (COMPLIANCE) for so long; 0: it is not, and counts as in Nexus' own power. */
  readonly lockDays: number
  readonly everySeconds: number
  readonly fetch?: typeof globalThis.fetch
}

/** One object a checkpoint, in a bucket with object lock: until the lock ends nobody can overwrite or delete it. */
export const s3Checkpoints = (options: S3CheckpointOptions): CheckpointSink => ({
  name: `S3 at ${options.url}`,
  inOwnPower: options.lockDays === 0,
  everySeconds: options.everySeconds,
  async put({ size, note, at }) {
    const client = new AwsClient({
      accessKeyId: options.accessKeyId,
      secretAccessKey: await options.secretAccessKey(),
      service: 's3',
    })
    const until = new Date(at.getTime() + options.lockDays * 86_400_000).toISOString()
    const lock = { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until }
    const sum = createHash('sha256').update(note).digest('base64')
    const request = await client.sign(
      `${options.url.replace(/\/$/, '')}/checkpoint-${String(size).padStart(15, '0')}`,
      {
        method: 'PUT',
        body: note,
        headers: { 'content-type': 'text/plain', 'x-amz-checksum-sha256': sum, ...(options.lockDays > 0 ? lock : {}) },
      },
    )
    const answer = await (options.fetch ?? fetch)(request, { signal: AbortSignal.timeout(20_000) })
    if (answer.ok) return
    const said = (await answer.text()).slice(0, 300)
    throw new NexusError(
      'trail.not_stored',
      'unavailable',
      `The store answered ${answer.status} to the checkpoint of ${size} entries: ${said}`,
      { hint: hintFor(said) },
    )
  },
})

/** What to look at, by the code that S3 gave. */
function hintFor(said: string): string {
  if (said.includes('ObjectLock') || said.includes('InvalidRequest'))
    return 'The bucket takes no locks: make one with object lock, or set trailS3LockDays to 0 and another place besides.'
  if (said.includes('NoSuchBucket')) return 'trailS3Url names a bucket that is not there.'
  return 'Look at trailS3AccessKey, trailS3SecretFile and the right to put objects; the next checkpoint is tried again.'
}
