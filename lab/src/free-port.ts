import { createServer } from 'node:net'

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer()
    server.once('error', () => answer(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => answer(true)))
  })

/** The wanted port, or the next one above it that is free on every given address. */
export async function freePort(
  wanted: number,
  hosts: readonly string[],
  taken: readonly number[] = [],
): Promise<number> {
  for (let port = wanted; port < wanted + 1000; port += 1) {
    if (taken.includes(port)) continue
    const answers = await Promise.all(hosts.map((host) => isFree(port, host)))
    if (answers.every(Boolean)) return port
  }
  throw new Error(`No port is free between ${wanted} and ${wanted + 999}.`)
}
