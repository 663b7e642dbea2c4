import { parseArgs } from 'node:util'
import { servePretendWorld } from './platform/adapters/pretend-world-server.ts'
import { moveClock } from './platform/clock.ts'

/** A pretend world in a process of its own: `node pretend-process.ts --home FOLDER --socket PATH [--certificate-hours N] [--kept]`. */
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    socket: { type: 'string' },
    'certificate-hours': { type: 'string' },
    kept: { type: 'boolean', default: false },
  },
})
if (!values.home || !values.socket) {
  process.stderr.write('Name --home FOLDER and --socket PATH.\n')
  process.exit(64)
}
const hours = Number(values['certificate-hours'])
const world = await servePretendWorld({
  home: values.home,
  socket: values.socket,
  isKept: values.kept,
  ...(hours > 0 ? { certificateHours: hours } : {}),
})
process.on('SIGTERM', () => void world.stop().then(() => process.exit(0)))
// Whoever started it may move its clock with their own.
process.on('message', (wish: { readonly move: number }) => {
  moveClock(wish.move)
  process.send?.('moved')
})
process.stdout.write('the pretend world is up\n')
