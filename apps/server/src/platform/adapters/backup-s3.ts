import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { AwsClient } from 'aws4fetch'
import type { BackupPlace } from '../backup-place.ts'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

export type S3Options = {
  /** `https://s3.eu-central-1.amazonaws.com`, or another server that speaks S3. Buckets are in the path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly prefix: string
  readonly credentials: { readonly id: string; readonly secret: string }
}

/** A bucket. One PUT a file with its sum in the signature, so what arrives is what was sent (S3 takes 5 GB so). */
export function backupS3({ endpoint, region, bucket, prefix, credentials }: S3Options): BackupPlace {
  const client = new AwsClient({
    accessKeyId: credentials.id,
    secretAccessKey: credentials.secret,
    service: 's3',
    region,
    retries: 3,
  })
  const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}`
  const title = `s3://${bucket}/${prefix}`

  async function ask(method: string, path: string, more: RequestInit = {}): Promise<Response> {
    let answer: Response
    try {
      answer = await client.fetch(`${base}${path}`, { method, ...more })
    } catch (thrown) {
      throw refused(title, plainLine(String((thrown as { cause?: unknown }).cause ?? thrown), 200))
    }
    if (answer.ok) return answer
    const said = /<Code>([^<]+)<\/Code>/.exec(await answer.text())?.[1] ?? ''
    throw refused(title, `it answered ${answer.status} ${said}`.trim())
  }

  async function namesAfter(token: string | undefined): Promise<{ names: string[]; next: string | undefined }> {
    const query = new URLSearchParams({
      'list-type': '2',
      prefix: `${folder}nexus-`,
      ...(token ? { 'continuation-token': token } : {}),
    })
    const text = await (await ask('GET', `?${query}`)).text()
    const names = [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key.slice(folder.length))
    return { names, next: /<NextContinuationToken>([^<]+)</.exec(text)?.[1] }
  }

  return {
    title,
    put: async (name, file) => {
      const sum = await sumOf(file)
      await ask('PUT', `/${folder}${name}`, { body: await openAsBlob(file), headers: { 'x-amz-content-sha256': sum } })
    },
    fetch: async (name, file) => {
      const answer = await ask('GET', `/${folder}${name}`)
      if (!answer.body) throw refused(title, 'it answered without a body')
      // The same stream under the name that fetch gives it and the one that node:stream does.
      const body = Readable.fromWeb(answer.body as WebStream)
      await pipeline(body, createWriteStream(file, { mode: 0o600 }))
    },
    list: async () => {
      const found: string[] = []
      let token: string | undefined
      do {
        const page = await namesAfter(token)
        found.push(...page.names)
        token = page.next
      } while (token !== undefined)
      return found.sort()
    },
    remove: async (name) => void (await ask('DELETE', `/${folder}${name}`)),
  }
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part as Buffer)
  return hash.digest('hex')
}

const refused = (title: string, why: string) =>
  new NexusError('backup.place_refused', 'unavailable', `${title} did not do it: ${why}.`, {
    hint: 'Look at the bucket, the key and its rights, and the region.',
  })
