import { connect, createServer, type Socket } from 'node:net'

export type Target = { readonly port: number } | { readonly path: string }

/** A cable between two ends: it can be cut so that nothing comes through any more and neither end is told. */
export async function tcpProxy(targets: () => readonly Target[], port = 0) {
  const open = new Set<Socket>()
  let cut = false

  const join = async (near: Socket): Promise<void> => {
    open.add(near)
    near.on('error', () => near.destroy()).on('close', () => open.delete(near))
    near.pause()
    if (cut) return
    for (const target of targets()) {
      const far = await reach(target)
      if (!far) continue
      open.add(far)
      far
        .on('error', () => near.destroy())
        .on('close', () => {
          open.delete(far)
          if (!cut) near.destroy()
        })
      near.on('close', () => !cut && far.destroy())
      near.pipe(far)
      far.pipe(near)
      return
    }
    near.destroy()
  }

  const server = createServer((near) => void join(near))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const at = server.address()
  return {
    port: typeof at === 'object' && at ? at.port : 0,
    /** Nothing comes through, nobody is told: what was sent is lost. */
    cut: () => {
      cut = true
      for (const each of open) {
        each.unpipe()
        each.pause()
      }
    },
    /** New connections go through; those of before the cut are ended. */
    heal: () => {
      cut = false
      for (const each of open) each.destroy()
    },
    close: async () => {
      for (const each of open) each.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const reach = (target: Target): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const far = connect(target)
    far.once('connect', () => resolve(far))
    far.once('error', () => resolve(undefined))
  })
