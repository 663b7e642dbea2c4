/**
 * Verifies one export in a process of its own, so that its memory is its own, beside the bare hashing of as many leaves and
 * nodes: `node bench/trail/verify-once.ts FOLDER KEY`. Prints one line of JSON.
 */
import { type Hash, leafHash, nodeHash, parseVerifierKey, verifyExport } from '@nexus/trail'

const [dir = '', key = ''] = process.argv.slice(2)

function timed<T>(used: () => T) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()]
  const value = used()
  const done = () => {
    const { user, system } = process.cpuUsage(cpu)
    return { seconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6 }
  }
  return { value, done }
}

const verifying = timed(() => verifyExport(dir, { keys: [parseVerifierKey(key)] }))
const { verdict, entries, checkpoints } = await verifying.value
const verified = verifying.done()
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)

/** An entry of the length that the export's have, changed by its number. */
const entry = Buffer.alloc(300, 'x')
const hashing = timed(() => {
  let hash: Hash = leafHash(entry)
  for (let at = 0; at < entries; at += 1) {
    entry.writeUInt32LE(at)
    hash = nodeHash(hash, leafHash(entry))
  }
})
process.stdout.write(
  `${JSON.stringify({ verdict, entries, checkpoints, ...verified, megabytes, bare: hashing.done() })}\n`,
)
