import { Agent, request } from 'node:http'
import { forbiddenMarks, textsIn } from './hostile-text.ts'
import type { RequestCase } from './request-cases.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly seconds: number
}

const slowestSeconds = 20

/** Sends the bytes as they are, without a client that would mend them first. An event stream is left after its head. */
export function sender(address: string, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const send = (method: string, { url, headers, body }: RequestCase): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const begun = performance.now()
      const seconds = () => (performance.now() - begun) / 1000
      const { hostname, port } = new URL(address)
      const outgoing = request(
        {
          agent,
          hostname,
          port,
          method,
          path: url,
          headers: { authorization: `Bearer ${token}`, ...headers, ...(body ? { 'content-length': body.length } : {}) },
        },
        (incoming) => {
          const head = { status: incoming.statusCode ?? 0, headers: incoming.headers }
          if (String(incoming.headers['content-type']).startsWith('text/event-stream')) {
            incoming.destroy()
            resolve({ ...head, text: '', seconds: seconds() })
            return
          }
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('end', () =>
            resolve({ ...head, text: Buffer.concat(chunks).toString('utf8'), seconds: seconds() }),
          )
          incoming.on('error', reject)
        },
      )
      outgoing.setTimeout(slowestSeconds * 1000, () =>
        outgoing.destroy(new Error(`no answer within ${slowestSeconds} s`)),
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return { send, close: () => agent.destroy() }
}

/** What is wrong with an answer; nothing where it is as it should be. */
export function faultsOf({ status, headers, text }: Answer, refused: boolean): string[] {
  const faults: string[] = []
  if (status >= 500 && status !== 503) faults.push(`it answers ${status}`)
  if ((status === 503 || status === 429) && headers['retry-after'] === undefined)
    faults.push(`it answers ${status} without Retry-After`)
  if (refused && status < 400) faults.push(`it takes what must be refused (${status})`)
  if (status >= 400) faults.push(...faultsOfRefusal(status, headers, text))
  return faults
}

function faultsOfRefusal(status: number, headers: Answer['headers'], text: string): string[] {
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    return [`its refusal is ${headers['content-type']}, not a problem`]
  const problem = parsed(text)
  if (problem === undefined) return ['its refusal is no JSON']
  const faults: string[] = []
  if (problem['status'] !== status) faults.push('its refusal names another status')
  if (!/^[a-z_]+\.[a-z_]+$/.test(String(problem['code']))) faults.push('its refusal has no code')
  for (const word of ['message', 'hint'])
    if (typeof problem[word] !== 'string' || problem[word] === '') faults.push(`its refusal has no ${word}`)
  const raw = textsIn(problem).find((each) => forbiddenMarks.test(each))
  if (raw !== undefined) faults.push(`its refusal says a control or bidirectional character: ${JSON.stringify(raw)}`)
  const long = textsIn(problem).find((each) => each.length > 4096)
  if (long !== undefined) faults.push(`its refusal repeats ${long.length} characters`)
  return faults
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
