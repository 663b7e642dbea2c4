import { AsyncLocalStorage } from 'node:async_hooks'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'
import { NexusError, toFailure } from '../errors.ts'
import { pretendFaults } from './pretend-faults.ts'
import { pretendVerbs } from './pretend-verbs.ts'
import { pretendWorld, worldInMemory } from './pretend-world.ts'
import { Asked, answerOf, fromWire, toWire } from './pretend-world-wire.ts'

/**
 * Kill whoever asks: at the so-manieth contact of this step with the world, before it is done or when it is done and
 * its answer is still here. One that nobody comes to stays.
 */
export const KillWish = z.strictObject({
  run: z.string(),
  step: z.string(),
  contact: z.number().int().min(1),
  when: z.enum(['before', 'after']),
})
export type KillWish = z.infer<typeof KillWish>

/** One contact with the world, as the world saw it. `changed`: after it the world was another. */
export type Contact = {
  readonly run: string
  readonly step: string
  readonly pid: number
  readonly what: string
  readonly changed: boolean
  readonly killed: boolean
}

/** A pretend world that outlives those who ask it, on a socket that only its user can open. */
export async function servePretendWorld({
  home,
  socket,
  certificateHours,
  isKept = false,
}: {
  readonly home: string
  readonly socket: string
  /** How long its certificates last; without a word as long as those of the world. */
  readonly certificateHours?: number | undefined
  /** In a file, so that it survives its own end; in memory otherwise. */
  readonly isKept?: boolean
}) {
  const asking = new AsyncLocalStorage<Asked>()
  const place = isKept ? pretendWorld(home) : worldInMemory(home)
  const faults = pretendFaults(place.folder, () => asking.getStore()?.pid ?? process.pid)
  const parts: Readonly<Record<string, object>> = pretendVerbs(place, faults, certificateHours)
  const contacts: Contact[] = []
  let wishes: readonly KillWish[] = []

  async function answer(asked: Asked): Promise<string> {
    const { run, step, pid } = asked
    const verb: unknown = Reflect.get(parts[asked.part] ?? {}, asked.verb)
    if (typeof verb !== 'function') throw unknownVerb(asked)
    const seen = contacts.filter((each) => each.run === run && each.step === step).length + 1
    const wish = wishes.find((each) => run === each.run && step === each.step && seen === each.contact)
    wishes = wishes.filter((each) => each !== wish)
    const note = (changed: boolean) =>
      contacts.push({ run, step, pid, what: nameOf(asked), changed, killed: wish !== undefined })
    if (wish?.when === 'before') {
      note(false)
      process.kill(pid, 'SIGKILL')
      return ''
    }
    const before = print(asked)
    const said = await answerOf(() => asking.run(asked, () => verb(...asked.args) as Promise<unknown>))
    note(print(asked) !== before)
    if (wish) process.kill(pid, 'SIGKILL')
    return said
  }

  /** What this contact can change of the world, but for the numbers of takeovers, which are no change of it. */
  const print = ({ part, args }: Asked): string => {
    const { servers, effects, records, acme } = place.read()
    const address: unknown = part === 'remote' ? Reflect.get(Object(args[0]), 'address') : undefined
    const disk = servers.find((each) => each.address === address)?.disk
    if (disk) return JSON.stringify({ ...disk, takeovers: 0 })
    return JSON.stringify([effects, records, Object.values(acme).map(({ state }) => state)])
  }

  const doors: Readonly<Record<string, (body: string) => Promise<string>>> = {
    '/ask': async (body) => answer(Asked.parse(fromWire(body))),
    '/kill': async (body) => {
      wishes = [...wishes, KillWish.parse(JSON.parse(body))]
      return '{}'
    },
    '/fault': async (body) => {
      faults.add(JSON.parse(body))
      return '{}'
    },
    '/clear': async () => {
      faults.clear()
      wishes = []
      return '{}'
    },
    '/world': async () => JSON.stringify(place.read()),
    '/contacts': async () => JSON.stringify(contacts),
  }

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const door = doors[request.url ?? '']
    response.end(await (door?.(body) ?? Promise.resolve('')).catch((thrown) => toWire({ failure: toFailure(thrown) })))
  })
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  return {
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function nameOf({ part, verb, args }: Asked): string {
  const program: unknown = Reflect.get(Object(args[1]), 'name')
  return part === 'remote' && verb === 'run' ? String(program) : `${part}.${verb}`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

const unknownVerb = ({ part, verb }: Asked) =>
  new NexusError('pretend.unknown_verb', 'bug', `The pretend world has no ${part}.${verb}.`)
