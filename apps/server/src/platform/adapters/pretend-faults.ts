import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { NexusError } from '../errors.ts'
import { readIfThere, writeWhole } from './pretend-world.ts'

/**
 * How something goes wrong. `fail`: it ends badly and nothing was done. `cut`: it is done, and its answer is lost.
 * `hang`: no answer until the time is over. `kill`: it is done, and nexusd is killed at that very moment. `die`: it is
 * done, and the world itself is killed before it answers. `doubt` is for mails: nobody knows whether the relay took it.
 */
export type PretendFault = z.infer<typeof Fault>
const Fault = z.strictObject({
  /** Name of a program, or its beginning; also `create a server`, `send a mail`, `look from outside`. */
  program: z.string().min(1),
  times: z.number().int().min(1),
  how: z.enum(['fail', 'cut', 'hang', 'kill', 'die', 'doubt']),
  /** How long a hang lasts, where the program's own limit is too long to wait for. */
  seconds: z.number().min(0).optional(),
})

export type PretendFaults = {
  /** Ends whoever asked for what was just done, at once: nexusd itself, or the process that it asked from. */
  readonly kill: () => void
  readonly add: (fault: PretendFault) => void
  readonly clear: () => void
  /** The fault that is due for this one, counted down. */
  readonly take: (program: string) => PretendFault | undefined
}

/** Faults of this process, and those that another process wrote to `faults.json` in the folder. */
export function pretendFaults(folder: string, victim: () => number = () => process.pid): PretendFaults {
  const file = join(folder, 'faults.json')
  let own: readonly PretendFault[] = []
  return {
    kill: () => process.kill(victim(), 'SIGKILL'),
    add: (fault) => {
      own = [...own, Fault.parse(fault)]
    },
    clear: () => {
      own = []
      if (readIfThere(file) !== undefined) writeWhole(file, '[]')
    },
    take: (program) => {
      const mine = countDown(own, program)
      if (mine) {
        own = mine.rest
        return mine.fault
      }
      const text = readIfThere(file)
      if (text === undefined) return undefined
      const theirs = countDown(z.array(Fault).parse(JSON.parse(text)), program)
      if (theirs) writeWhole(file, JSON.stringify(theirs.rest))
      return theirs?.fault
    },
  }
}

function countDown(faults: readonly PretendFault[], program: string) {
  const fault = faults.find((each) => program.startsWith(each.program))
  if (!fault) return undefined
  const rest = faults.flatMap((each) =>
    each !== fault ? [each] : each.times > 1 ? [{ ...each, times: each.times - 1 }] : [],
  )
  return { fault, rest }
}

/** Does the work under the fault that is due, unless that is `fail` (what failing means is the caller's to say). */
export async function underFault<T>(
  faults: Pick<PretendFaults, 'kill'>,
  fault: PretendFault | undefined,
  what: string,
  limitSeconds: number,
  work: () => T | Promise<T>,
): Promise<T> {
  if (fault?.how === 'hang') {
    await pause((fault.seconds ?? limitSeconds) * 1000)
    throw new NexusError('host.program_timeout', 'unavailable', `pretend: "${what}" gave no answer in its time.`)
  }
  const answer = await work()
  if (fault?.how === 'kill') faults.kill()
  if (fault?.how === 'die') process.kill(process.pid, 'SIGKILL')
  if (fault?.how === 'cut') {
    throw new NexusError('host.unreachable', 'unavailable', `pretend: the connection was cut after "${what}".`)
  }
  return answer
}
