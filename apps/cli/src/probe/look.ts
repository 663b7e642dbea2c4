import { execFile } from 'node:child_process'
import { connect } from 'node:net'

export type Knock = { readonly port: number; readonly said: 'open' | 'refused' | 'silent' }

const waitMs = 2000
const atOnce = 50

/** Connects and closes; nothing is sent. */
export async function knock(address: string, ports: readonly number[]): Promise<readonly Knock[]> {
  const left = [...ports]
  const answers: Knock[] = []
  const work = async () => {
    for (let port = left.shift(); port !== undefined; port = left.shift())
      answers.push({ port, said: await knockOne(address, port) })
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, ports.length) }, work))
  return answers
}

const knockOne = (host: string, port: number): Promise<Knock['said']> =>
  new Promise((answer) => {
    const socket = connect({ host, port, timeout: waitMs })
    const end = (said: Knock['said']) => {
      socket.destroy()
      answer(said)
    }
    socket.once('connect', () => end('open'))
    socket.once('timeout', () => end('silent'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED' ? 'refused' : 'silent'))
  })

/** The ways to log in that the ssh of this machine is offered; none where it is not answered. */
export const loginMethods = (address: string, port: number, user: string): Promise<readonly string[]> => {
  const settings = [
    'BatchMode=yes',
    'PreferredAuthentications=none',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'ConnectTimeout=5',
  ]
  const words = ['-p', String(port), ...settings.flatMap((each) => ['-o', each]), `${user}@${address}`, 'true']
  return new Promise((answer) => {
    execFile('ssh', words, { timeout: 15_000 }, (_error, _out, said) =>
      answer(/Permission denied \(([a-z,-]+)\)/.exec(said)?.[1]?.split(',') ?? []),
    )
  })
}
