import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { eachAtOnce } from '../at-once.ts'
import { fail } from '../failure.ts'

export type Knock = { readonly port: number; readonly said: 'open' | 'refused' | 'silent' }

const atOnce = 50

const noWay = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ECONNRESET'])

/** Connects and closes; nothing is sent. Fails where this machine itself cannot ask: that says nothing about the host. */
export const knock = (address: string, ports: readonly number[], waitMs = 2000): Promise<readonly Knock[]> =>
  eachAtOnce(ports, atOnce, async (port) => ({ port, said: await knockOne(address, port, waitMs) }))

const knockOne = (host: string, port: number, waitMs: number): Promise<Knock['said']> =>
  new Promise((answer, refuse) => {
    const socket = connect({ host, port, timeout: waitMs })
    const end = (said: Knock['said']) => {
      socket.destroy()
      answer(said)
    }
    socket.once('connect', () => end('open'))
    // An answer that came while this process was busy is heard first.
    socket.once('timeout', () => setImmediate(() => end('silent')))
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') end('refused')
      else if (noWay.has(code)) end('silent')
      else refuse(notAsked(port, code))
    })
  })

const notAsked = (port: number, code: string) =>
  fail(
    'probe.not_asked',
    'unavailable',
    `Port ${port} could not be asked from here: ${code}.`,
    'This machine may open too few sockets (ulimit -n); raise that, or probe from another one.',
  )

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
