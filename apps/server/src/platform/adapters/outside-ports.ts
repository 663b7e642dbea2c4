import { connect } from 'node:net'
import type { Outside, PortAnswer, PortWord } from '../sight.ts'
import { askLoginMethods } from './ssh-links.ts'

const atOnce = 200

/** Connects and closes. A port behind a firewall that drops stays silent; that takes as long as one waits. */
export function outsidePorts({ waitMs = 1500 }: { readonly waitMs?: number } = {}): Outside {
  const knockOne = (host: string, port: number): Promise<PortWord> =>
    new Promise((answer) => {
      const socket = connect({ host, port, timeout: waitMs })
      const end = (said: PortWord) => {
        socket.destroy()
        answer(said)
      }
      socket.once('connect', () => end('open'))
      socket.once('timeout', () => end('silent'))
      socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED' ? 'refused' : 'silent'))
    })

  async function knock(address: string, ports: readonly number[]): Promise<readonly PortAnswer[]> {
    const left = [...ports]
    const answers: PortAnswer[] = []
    const work = async () => {
      for (let port = left.shift(); port !== undefined; port = left.shift())
        answers.push({ port, said: await knockOne(address, port) })
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, ports.length) }, work))
    return answers.sort((one, other) => one.port - other.port)
  }

  return { knock, loginMethods: (host) => askLoginMethods(host) }
}
