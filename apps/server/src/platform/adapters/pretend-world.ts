import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { NexusError } from '../errors.ts'
import type { Program } from '../remote.ts'

const Certificate = z.object({
  serial: z.string(),
  names: z.array(z.string()),
  issuer: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
})

/** What lies on one pretend host: as much as later questions need for an answer that agrees with the earlier ones. */
const Disk = z.object({
  boot: z.number(),
  hostname: z.string(),
  ticket: z.string(),
  wasLive: z.boolean(),
  baseline: z.string(),
  items: z.array(z.string()),
  armed: z.boolean(),
  takeovers: z.record(z.string(), z.number()),
  files: z.record(z.string(), z.string()),
  releases: z.array(z.string()),
  images: z.array(z.string()),
  slots: z.array(z.string()),
  running: z.array(z.string()),
  databases: z.array(z.string()),
  snapshots: z.array(z.string()),
  edge: z.object({
    generation: z.number(),
    fingerprint: z.string(),
    sites: z.record(z.string(), z.string()),
    worker: z.number(),
    challenges: z.record(z.string(), z.string()),
    keys: z.record(z.string(), z.string()),
    certificates: z.record(z.string(), Certificate),
  }),
})
export type PretendDisk = z.infer<typeof Disk>

/** What one program says, and what it leaves on the disk of its host. */
export type PretendAnswer = {
  readonly events?: readonly unknown[]
  readonly exit?: number
  readonly stderr?: string
}
export type PretendProgram = (disk: PretendDisk, program: Program) => PretendAnswer

const Server = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  region: z.string(),
  plan: z.string(),
  address: z.string(),
  createdAt: z.string(),
  publicKey: z.string(),
  disk: Disk,
})
export type PretendServer = z.infer<typeof Server>

const AcmeOrder = z.object({ names: z.array(z.string()), state: z.string(), chain: z.string() })

const World = z.object({
  count: z.number(),
  servers: z.array(Server),
  /** What was done to the world outside, so that a test can say "once". */
  effects: z.object({
    created: z.number(),
    rebuilt: z.number(),
    destroyed: z.number(),
    certificates: z.number(),
    mails: z.number(),
  }),
  records: z.record(z.string(), z.array(z.string())),
  acme: z.record(z.string(), AcmeOrder),
})
export type PretendWorld = z.infer<typeof World>

export type PretendPlace = {
  readonly folder: string
  readonly read: () => PretendWorld
  /** Reads, changes and writes in one go: nothing else of this process runs between. */
  readonly change: <T>(work: (world: PretendWorld) => T) => T
}

export const freshDisk = (boot: number): PretendDisk => ({
  boot,
  hostname: 'pretend',
  ticket: '',
  wasLive: false,
  baseline: '',
  items: [],
  armed: false,
  takeovers: {},
  files: {},
  releases: [],
  images: [],
  slots: [],
  running: [],
  databases: [],
  snapshots: [],
  edge: { generation: 0, fingerprint: '', sites: {}, worker: 100, challenges: {}, keys: {}, certificates: {} },
})

const empty: PretendWorld = {
  count: 0,
  servers: [],
  effects: { created: 0, rebuilt: 0, destroyed: 0, certificates: 0, mails: 0 },
  records: {},
  acme: {},
}

/** The pretend world below `<home>/pretend`: one JSON file, written beside and renamed, so it survives a kill. */
export function pretendWorld(home: string): PretendPlace {
  const folder = join(home, 'pretend')
  const file = join(folder, 'world.json')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const read = (): PretendWorld => {
    const text = readIfThere(file)
    return text === undefined ? structuredClone(empty) : World.parse(JSON.parse(text))
  }
  return {
    folder,
    read,
    change: (work) => {
      const world = read()
      const answer = work(world)
      writeWhole(file, JSON.stringify(world, undefined, 1))
      return answer
    },
  }
}

/** The same kept in memory: for a process of its own that outlives those who ask it. */
export function worldInMemory(home: string): PretendPlace {
  const folder = join(home, 'pretend')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const world = structuredClone(empty)
  return { folder, read: () => world, change: (work) => work(world) }
}

export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Undefined where there is no such file; any other trouble is an error. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && Reflect.get(thrown, 'code') === 'ENOENT') return undefined
    throw thrown
  }
}

export function serverAt(world: PretendWorld, address: string): PretendServer {
  const found = world.servers.find((each) => each.address === address)
  if (found) return found
  throw new NexusError('host.unreachable', 'unavailable', `No pretend host answers at ${address}.`, {
    hint: 'nexusctl host list',
  })
}
