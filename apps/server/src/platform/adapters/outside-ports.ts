import { connect } from 'node:net'
import { NexusError } from '../errors.ts'
import type { Outside, PortAnswer, PortWord } from '../sight.ts'
import { eachInLine } from '../waiting-line.ts'
import { askLoginMethods } from './ssh-links.ts'

/** All 65,535 ports of a host that drops take a hundred seconds. */
const atOnce = 1000

const noWay = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ECONNRESET'])

/** What this machine lacks (sockets, ports of its own) says nothing about the other one. */
const notAsked = (port: number, code: string) =>
  new NexusError('outside.not_asked', 'unavailable', `Port ${port} could not be asked from here: ${code}.`, {
    hint: 'Nexus may open too few sockets: raise LimitNOFILE of nexusd, or look without --all-ports.',
  })

/** Connects and closes. A port behind a firewall that drops stays silent; that takes as long as one waits. */
export function outsidePorts({ waitMs = 1500 }: { readonly waitMs?: number } = {}): Outside {
  const knockOne = (host: string, port: number): Promise<PortWord> =>
    new Promise((answer, fail) => {
      const socket = connect({ host, port, timeout: waitMs })
      const end = (said: PortWord) => {
        socket.destroy()
        answer(said)
      }
      socket.once('connect', () => end('open'))
      // An answer that came while this process was busy is heard first.
      socket.once('timeout', () => setImmediate(() => end('silent')))
      socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
        if (code === 'ECONNREFUSED') end('refused')
        else if (noWay.has(code)) end('silent')
        else fail(notAsked(port, code))
      })
    })

  async function knock(address: string, ports: readonly number[]): Promise<readonly PortAnswer[]> {
    const answers = await eachInLine(ports, atOnce, async (port) => ({ port, said: await knockOne(address, port) }))
    return answers.sort((one, other) => one.port - other.port)
  }

  return { knock, loginMethods: (host) => askLoginMethods(host) }
}
