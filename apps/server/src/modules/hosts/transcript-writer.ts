import type { Database } from '../../platform/db.ts'
import type { SecretBox } from '../../platform/secret-box.ts'
import { CommandEvent } from './command-program.ts'
import { outputMask } from './output-mask.ts'
import type { OutputPart } from './transcript.ts'
import { addPart, partBound } from './transcript-store.ts'

const gatherMilliseconds = 200

/** Takes the events of a command, masks what it said, and keeps it sealed, a few parts a second. */
export function transcriptWriter(
  { db, box }: { readonly db: Database; readonly box: SecretBox },
  id: string,
  secrets: readonly string[],
) {
  const masks = { out: outputMask(secrets), err: outputMask(secrets) }
  let gathered: OutputPart[] = []
  let timer: NodeJS.Timeout | undefined
  let place = 0
  let written = Promise.resolve()
  let cut = false
  let exit: number | undefined

  const add = (to: 'out' | 'err', text: string) => {
    if (text === '') return
    const last = gathered.at(-1)
    if (last?.to === to) gathered[gathered.length - 1] = { to, text: last.text + text }
    else gathered.push({ to, text })
    timer ??= setTimeout(write, gatherMilliseconds).unref()
  }

  function write(): void {
    clearTimeout(timer)
    timer = undefined
    if (gathered.length === 0) return
    const [parts, at] = [gathered, place]
    gathered = []
    place += 1
    written = written.then(() => addPart(db, id, at, box.seal(JSON.stringify(parts), partBound(id, at))))
    // Whoever waits for the end hears of it; until then it must not end the process.
    written.catch(() => {})
  }

  return {
    take(event: unknown): void {
      const said = CommandEvent.safeParse(event).data
      if (said?.type === 'said') add(said.to, masks[said.to].push(Buffer.from(said.bytes, 'base64')))
      if (said?.type === 'cut') cut = true
      if (said?.type === 'ended') exit = said.exit
    },
    /** Everything is in the database when this answers. */
    async end(): Promise<{ readonly exit: number | undefined; readonly cut: boolean }> {
      add('out', masks.out.end())
      add('err', masks.err.end())
      write()
      await written
      return { exit, cut }
    },
  }
}
