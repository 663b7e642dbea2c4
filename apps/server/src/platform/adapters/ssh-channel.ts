import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { ClientChannel } from 'ssh2'

export type Answer = {
  readonly exit: number | null
  readonly events: readonly unknown[]
  readonly noise: string
  readonly stderr: string
}

const kilobyte = 1024
const limits = { line: 256 * kilobyte, noise: 256 * kilobyte, stderr: 256 * kilobyte, events: 20_000 } as const

/** Splits what comes over stdout into lines: JSON objects are events, everything else is noise, and both are bounded. */
export function eventReader(onEvent: (event: unknown) => void) {
  const events: unknown[] = []
  let noise = ''
  let rest = ''

  const take = (line: string) => {
    const event = line.startsWith('{') ? parseObject(line) : undefined
    if (event !== undefined && events.length < limits.events) {
      events.push(event)
      onEvent(event)
    } else if (line !== '' && noise.length < limits.noise) {
      noise = `${noise}${line}\n`.slice(0, limits.noise)
    }
  }

  return {
    events,
    noise: () => noise,
    push: (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
      if (rest.length > limits.line) {
        noise = `${noise}${rest}`.slice(0, limits.noise)
        rest = ''
      }
    },
    end: () => {
      take(rest)
      rest = ''
    },
  }
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Feeds a channel and reads it to its end. `lost` is called when it closed without an exit code. */
export function converse(
  channel: ClientChannel,
  input: Readable | Buffer,
  onEvent: (event: unknown) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const reader = eventReader(onEvent)
    const decoder = new TextDecoder()
    let stderr = ''
    let exit: number | null = null

    channel.on('data', (chunk: Buffer) => reader.push(decoder.decode(chunk, { stream: true })))
    channel.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < limits.stderr) stderr = (stderr + chunk.toString('utf8')).slice(0, limits.stderr)
    })
    channel.on('exit', (code: number | null) => {
      exit = code
    })
    channel.on('error', reject)
    channel.on('close', () => {
      reader.end()
      resolve({ exit, events: reader.events, noise: reader.noise(), stderr })
    })

    if (Buffer.isBuffer(input)) channel.end(input)
    else {
      input.on('error', (error) => {
        channel.close()
        reject(error)
      })
      input.pipe(channel)
    }
  })
}
