import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { NexusError } from '../errors.ts'
import type { HostAddress, Program, ProgramResult, Remote } from '../remote.ts'
import { edgePrograms } from './pretend-edge-programs.ts'
import { type PretendFaults, underFault } from './pretend-faults.ts'
import { hostPrograms } from './pretend-host-programs.ts'
import { instancePrograms } from './pretend-instance-programs.ts'
import {
  type PretendAnswer,
  type PretendDisk,
  type PretendPlace,
  type PretendProgram,
  type PretendServer,
  serverAt,
} from './pretend-world.ts'

/** Hosts of a pretend world: a file is placed by its digest, since nothing ever reads what is in it. */
export type PretendRemote = Pick<Remote, 'run' | 'scanHostKey'> & {
  readonly placeFile: (host: HostAddress, path: string, digest: string) => Promise<void>
}

const programs: Readonly<Record<string, PretendProgram>> = { ...hostPrograms, ...instancePrograms, ...edgePrograms }

/** Answers every program by its name, from a small memory of what was placed where. Nothing is run anywhere. */
export function pretendRemote(place: PretendPlace, faults: PretendFaults): PretendRemote {
  return {
    run: async (host, program, onEvent) => {
      const began = performance.now()
      const answerer = findProgram(program.name)
      refuseStranger(serverAt(place.read(), host.address), host)
      const fault = faults.take(program.name)
      const answer = await underFault(faults, fault, program.name, program.timeoutSeconds, () =>
        place.change((world): PretendAnswer => {
          const { disk } = serverAt(world, host.address)
          refuseStale(disk, program)
          if (fault?.how === 'fail') return { exit: 1, stderr: 'pretend: this was made to fail' }
          return answerer(disk, program)
        }),
      )
      const events = answer.events ?? []
      for (const event of events) onEvent?.(event)
      return result(answer, events, (performance.now() - began) / 1000)
    },

    placeFile: (host, path, digest) =>
      underFault(faults, faults.take('upload'), 'upload', 60, () =>
        place.change((world) => {
          const server = serverAt(world, host.address)
          refuseStranger(server, host)
          server.disk.files[path] = digest
        }),
      ),

    scanHostKey: async (address) => serverAt(place.read(), address).publicKey,
  }
}

export async function digestOf(content: Readable | Buffer): Promise<string> {
  const hash = createHash('sha256')
  if (Buffer.isBuffer(content)) hash.update(content)
  else for await (const part of content) hash.update(part)
  return hash.digest('hex')
}

const result = (answer: PretendAnswer, events: readonly unknown[], seconds: number): ProgramResult => ({
  exit: answer.exit ?? 0,
  // As over a wire: what comes back is JSON and shares nothing with the disk.
  events: events.map((each): unknown => JSON.parse(JSON.stringify(each))),
  noise: '',
  stderr: answer.stderr ?? '',
  seconds,
})

/** By its whole name; `run ... of SERVICE` and `read the log of SERVICE` by how they begin. */
function findProgram(name: string): PretendProgram {
  const found = programs[name] ?? (/^run .+ of /.test(name) ? programs['run'] : undefined)
  const log = name.startsWith('read the log of ') ? programs['read the log'] : undefined
  const program = found ?? log
  if (program) return program
  throw new NexusError('pretend.unknown_program', 'bug', `Pretend hosts do not know the program "${name}".`, {
    hint: 'Teach it to platform/adapters/pretend-*-programs.ts.',
  })
}

/** The pinned key, and the only user that is there: root before the baseline, nexus after it. */
function refuseStranger({ publicKey, disk, name }: PretendServer, host: HostAddress): void {
  if (publicKey !== host.hostKey) {
    throw new NexusError(
      'host.key_changed',
      'conflict',
      `${name} (pretend) shows another host key than the pinned one.`,
    )
  }
  if (host.user !== (disk.baseline === '' ? 'root' : 'nexus')) {
    throw new NexusError('host.login_refused', 'conflict', `${name} (pretend) does not let ${host.user} in.`)
  }
}

function refuseStale(disk: PretendDisk, { fence, name }: Program): void {
  if (!fence) return
  const newest = disk.takeovers[fence.run] ?? 0
  if (fence.takeover < newest) {
    throw new NexusError('host.program_stale', 'conflict', `"${name}" is of an older takeover of ${fence.run}.`)
  }
  disk.takeovers[fence.run] = fence.takeover
}
