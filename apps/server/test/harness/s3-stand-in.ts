import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type SignedRequest = {
  readonly method: string
  /** Path and query, as asked. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}
type Credentials = { readonly id: string; readonly secret: string }
type Version = {
  readonly at: Date
  readonly body: Buffer
  readonly lockedUntil?: string
  readonly lockMode?: string
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

/** What AWS Signature Version 4 gives for a request to S3, of the headers that it says are signed. */
export function signatureOf({ method, url, headers }: SignedRequest, secret: string): string {
  const { scope, signedHeaders } = authorizationIn(headers)
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const path = pathname
    .split('/')
    .map((each) => encoded(decodeURIComponent(each)))
    .join('/')
  const said = signedHeaders
    .map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}\n`,
    )
    .join('')
  const payload = String(headers['x-amz-content-sha256'] ?? '')
  const canonical = [method, path, query, said, signedHeaders.join(';'), payload].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope.join('/'), sha256(canonical)].join('\n')
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`)
  return hmac(key, toSign).toString('hex')
}

function authorizationIn({ authorization = '' }: IncomingHttpHeaders) {
  const [, id = '', scope = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? []
  return { id, scope: scope.split('/'), signedHeaders: signed.split(';'), signature }
}

class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** Throws as S3 refuses: an unknown key, a signature of other words, a body that is not the one that was signed. */
function requireSigned(request: SignedRequest, body: Buffer, { id, secret }: Credentials): void {
  const said = authorizationIn(request.headers)
  if (said.id !== id) throw new Refused(403, 'InvalidAccessKeyId')
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !said.signedHeaders.includes(name),
  )
  const right = Buffer.from(signatureOf(request, secret))
  const given = Buffer.from(said.signature)
  if (unsigned.length > 0 || right.length !== given.length || !timingSafeEqual(right, given))
    throw new Refused(403, 'SignatureDoesNotMatch')
  const payload = request.headers['x-amz-content-sha256']
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) throw new Refused(400, 'XAmzContentSHA256Mismatch')
  const sum = request.headers['x-amz-checksum-sha256']
  if (sum !== undefined && sum !== createHash('sha256').update(body).digest('base64'))
    throw new Refused(400, 'BadDigest')
}

/**
 * Speaks as much S3 as backups and checkpoints need, in memory, and checks every signature. `locking` is a bucket with
 * object lock: whatever is put again or deleted there keeps its locked versions.
 */
export async function startS3(
  credentials: Credentials,
  buckets: Readonly<Record<string, { readonly locking: boolean }>>,
) {
  const objects = new Map<string, Version[]>()

  function put(name: string, locking: boolean, headers: IncomingHttpHeaders, body: Buffer): void {
    const [mode, until] = [headers['x-amz-object-lock-mode'], headers['x-amz-object-lock-retain-until-date']]
    if (mode !== undefined && !locking) throw new Refused(400, 'InvalidRequest')
    if (mode !== undefined && headers['x-amz-checksum-sha256'] === undefined) throw new Refused(400, 'InvalidRequest')
    const lock = mode === undefined ? {} : { lockMode: String(mode), lockedUntil: String(until) }
    const kept = (objects.get(name) ?? []).filter((each) => each.lockedUntil !== undefined)
    objects.set(name, [...kept, { at: new Date(), body, ...lock }])
  }

  function list(bucket: string, query: URLSearchParams): string {
    const prefix = `${bucket}/${query.get('prefix') ?? ''}`
    const names = [...objects.keys()].filter((each) => each.startsWith(prefix) && newest(each)).sort()
    const token = query.get('continuation-token') ?? `${bucket}/${query.get('start-after') ?? ''}`
    const most = Number(query.get('max-keys') ?? 2)
    const [page, rest] = [
      names.filter((each) => each > token).slice(0, most),
      names.filter((each) => each > token).slice(most),
    ]
    const keys = page.map((each) => `<Contents><Key>${each.slice(bucket.length + 1)}</Key></Contents>`).join('')
    const next = rest.length > 0 ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
    return `<ListBucketResult>${keys}${next}</ListBucketResult>`
  }

  const newest = (name: string) => objects.get(name)?.at(-1)

  function answer(
    { method, url, headers }: SignedRequest,
    body: Buffer,
  ): { status: number; body?: Buffer | string; at?: Date } {
    requireSigned({ method, url, headers }, body, credentials)
    const { pathname, searchParams } = new URL(url, 'http://s3')
    const name = decodeURIComponent(pathname.slice(1))
    const bucket = name.split('/')[0] ?? ''
    const known = buckets[bucket]
    if (!known) throw new Refused(404, 'NoSuchBucket')
    if (method === 'GET' && searchParams.get('list-type') === '2')
      return { status: 200, body: list(bucket, searchParams) }
    if (method === 'PUT') put(name, known.locking, headers, body)
    if (method === 'DELETE')
      objects.set(
        name,
        (objects.get(name) ?? []).filter((each) => each.lockedUntil !== undefined),
      )
    if (method === 'PUT') return { status: 200 }
    if (method === 'DELETE') return { status: 204 }
    const found = newest(name)
    if (!found) throw new Refused(404, 'NoSuchKey')
    return { status: 200, body: found.body, at: found.at }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { method = '', url = '', headers } = request
    try {
      const { status, body, at } = answer({ method, url, headers }, Buffer.concat(parts))
      response.writeHead(status, at ? { 'last-modified': at.toUTCString() } : {}).end(body)
    } catch (thrown) {
      const { status, code } = thrown instanceof Refused ? thrown : { status: 500, code: String(thrown) }
      response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`)
    }
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Puts an object there without being asked for it. */
    keep: (name: string, text: string) => void objects.set(name, [{ at: new Date(), body: Buffer.from(text) }]),
    versions: (name: string): readonly Version[] => objects.get(name) ?? [],
    names: (): string[] => [...objects.keys()].sort(),
    close: () => new Promise<void>((done) => server.close(() => done())),
  }
}
