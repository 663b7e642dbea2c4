import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressIn, nextPlace, places } from './address-range.ts'
import { makeTrustLayer } from './base-image.ts'
import { buildDisk, dropDisk } from './host-disk.ts'
import {
  clearMachine,
  cutMachine,
  greetsWithSsh,
  healMachine,
  isRunning,
  killMachine,
  rebootMachine,
  startMachine,
  stopMachine,
} from './host-machine.ts'
import {
  forgetRecord,
  type HostKey,
  type HostRecord,
  loadRecords,
  newHostId,
  saveRecord,
  servicesId,
} from './host-record.ts'
import { dropOldLayers, namedRoots, teachRoots } from './host-trust.ts'
import { LabError, messageOf } from './lab-error.ts'
import type { LabPaths } from './lab-paths.ts'
import type { LabState } from './lab-state.ts'
import { aptCacheDir, configureServices, fetchPebbleRoot, servicesRecord } from './services-host.ts'

export type NewHost = Pick<
  HostRecord,
  'name' | 'labels' | 'region' | 'plan' | 'image' | 'memoryBytes' | 'authorizedKeys'
> & {
  readonly hostKey?: HostKey
}

export type RunState = 'starting' | 'running' | 'stopped'
export type HostNow = HostRecord & { readonly address: string; readonly state: RunState }
export type LabHosts = Awaited<ReturnType<typeof openHosts>>

const greetingSeconds = 60

/**
 * All hosts of one lab. Owned by the daemon alone. A wish is on disk before the caller hears of it; the work follows in the
 * background, one thing at a time for each host, and is taken up again by the next daemon when this one dies.
 */
export async function openHosts(paths: LabPaths, state: LabState, log: (line: string) => void, changed: () => void) {
  const records = new Map((await loadRecords(paths)).map((record) => [record.id, record]))
  const work = new Map<string, Promise<void>>()
  const writes = new Map<string, Promise<void>>()
  const greeted = new Set<string>()
  const running = new Set<string>()
  let trusting: readonly string[] = [state.base]
  let roots: readonly string[] = []
  let lastPlace = Math.max(places.firstHost - 1, ...[...records.values()].map(({ place }) => place))

  /**
   * The wish counts at once for everyone in this process, and the promise is kept when it is on disk. Writes of one host
   * follow each other and always write the latest wish, so that none is lost to an older one.
   */
  async function save(record: HostRecord): Promise<HostRecord> {
    records.set(record.id, record)
    const write = (writes.get(record.id) ?? Promise.resolve()).then(async () => {
      const latest = records.get(record.id)
      if (latest) await saveRecord(paths, latest)
    })
    writes.set(
      record.id,
      write.catch(() => {}),
    )
    await write
    return record
  }

  const addressOf = (record: HostRecord) => addressIn(state.prefix, record.place)

  function now(record: HostRecord): HostNow {
    const busy = work.has(record.id) && record.wanted === 'running'
    const up = running.has(record.id)
    return {
      ...record,
      address: addressOf(record),
      state: up && greeted.has(record.id) ? 'running' : up || busy ? 'starting' : 'stopped',
    }
  }

  /** Queues one piece of work behind what this host is already doing. */
  function enqueue(id: string, act: () => Promise<void>): Promise<void> {
    const next = (work.get(id) ?? Promise.resolve()).then(act).catch((error: unknown) => {
      log(`${id}: ${messageOf(error)}`)
      throw error
    })
    const settled = next
      .catch(() => {})
      .then(() => {
        if (work.get(id) === settled) work.delete(id)
        changed()
      })
    work.set(id, settled)
    return next
  }

  /** Brings a host from what is to what is wanted. Done twice, it is done once. */
  async function settle(id: string): Promise<void> {
    const record = records.get(id)
    if (!record) return
    if (record.wanted === 'gone') return remove(id)
    if (record.disk !== record.diskBuilt) await rebuildDisk(record)
    const ready = records.get(id)
    if (ready?.wanted !== 'running') return
    const bindings = ready.role === 'services' ? [{ from: aptCacheDir(paths), to: '/var/cache/apt-cacher-ng' }] : []
    await startMachine(paths, ready, state.prefix, bindings)
    running.add(id)
    void greet(ready)
  }

  async function rebuildDisk(record: HostRecord): Promise<void> {
    greeted.delete(record.id)
    running.delete(record.id)
    await clearMachine(paths, record.id)
    const layers = record.role === 'services' ? [state.servicesLayer, state.base] : trusting
    await buildDisk(paths, { ...record, layers })
    if (record.role === 'services') await configureServices(paths, record, state.prefix)
    await save({ ...(records.get(record.id) ?? record), layers, diskBuilt: record.disk })
  }

  async function remove(id: string): Promise<void> {
    greeted.delete(id)
    running.delete(id)
    await clearMachine(paths, id)
    await dropDisk(paths, id)
    records.delete(id)
    await writes.get(id)
    writes.delete(id)
    await forgetRecord(paths, id)
  }

  async function greet(record: HostRecord): Promise<void> {
    const deadline = Date.now() + greetingSeconds * 1000
    while (Date.now() < deadline && running.has(record.id) && !greeted.has(record.id)) {
      if (await greetsWithSsh(addressOf(record))) {
        if (record.role === 'server' && roots.length > 0 && record.layers[0] !== trusting[0]) await teach(record.id)
        greeted.add(record.id)
        changed()
        return
      }
      await pause(50)
    }
  }

  function freePlace(): number {
    const place = nextPlace(new Set([...records.values()].map((record) => record.place)), lastPlace)
    if (place === undefined)
      throw new LabError('lab.full', `The lab has no address left: it holds ${records.size} hosts.`)
    lastPlace = place
    return place
  }

  function find(id: string): HostRecord {
    const record = records.get(id === 'svc' ? servicesId(paths) : id)
    if (!record || record.wanted === 'gone') throw new LabError('server.not_found', `There is no server ${id}.`)
    return record
  }

  async function create(wish: NewHost): Promise<HostNow> {
    const record: HostRecord = {
      id: newHostId(paths),
      role: 'server',
      ...wish,
      place: freePlace(),
      createdAt: new Date().toISOString(),
      wanted: 'running',
      cut: false,
      disk: 1,
      diskBuilt: 0,
      layers: [],
    }
    await save(record)
    enqueue(record.id, () => settle(record.id)).catch(() => {})
    changed()
    return now(record)
  }

  async function rebuild(id: string, keys: Pick<NewHost, 'authorizedKeys' | 'hostKey'>): Promise<HostNow> {
    const { hostKey: _old, ...before } = find(id)
    if (before.role === 'services') throw new LabError('server.refused', 'The services host is not rebuilt.')
    const record = await save({ ...before, ...keys, wanted: 'running', cut: false, disk: before.disk + 1 })
    greeted.delete(record.id)
    enqueue(record.id, () => settle(record.id)).catch(() => {})
    return now(record)
  }

  async function destroy(id: string): Promise<void> {
    const record = find(id)
    if (record.role === 'services') throw new LabError('server.refused', 'The services host goes with the lab itself.')
    await save({ ...record, wanted: 'gone' })
    enqueue(record.id, () => settle(record.id)).catch(() => {})
    changed()
  }

  async function start(id: string): Promise<HostNow> {
    const record = await save({ ...find(id), wanted: 'running' })
    if (record.role === 'services') enqueue(record.id, () => raiseServices()).catch(() => {})
    else enqueue(record.id, () => settle(record.id)).catch(() => {})
    return now(record)
  }

  const end =
    (how: typeof killMachine) =>
    async (id: string): Promise<HostNow> => {
      const record = await save({ ...find(id), wanted: 'stopped' })
      await enqueue(record.id, async () => {
        greeted.delete(record.id)
        running.delete(record.id)
        await how(paths, record.id)
      })
      return now(find(id))
    }

  const wire =
    (cut: boolean) =>
    async (id: string): Promise<HostNow> => {
      const record = await save({ ...find(id), cut })
      await (cut ? cutMachine(record.id) : healMachine(record.id))
      return now(record)
    }

  async function reboot(id: string): Promise<HostNow> {
    const record = find(id)
    greeted.delete(record.id)
    await rebootMachine(paths, record.id)
    // The old ssh server may still greet for a moment; its going down is what tells the boots apart.
    void pause(400).then(() => greet(record))
    return now(record)
  }

  /** The services host starts from a fresh disk each time; then every host learns which roots to trust. */
  async function raiseServices(): Promise<void> {
    const id = servicesId(paths)
    if (!(await isRunning(paths, id))) {
      await save({ ...servicesRecord(paths, state), disk: (records.get(id)?.disk ?? 0) + 1 })
      await settle(id)
    } else {
      running.add(id)
      greeted.add(id)
    }
    const isNew = await fetchPebbleRoot(paths, state.prefix)
    roots = await namedRoots(paths)
    const layer = await makeTrustLayer(join(paths.layers, `trust-${Date.now()}`), state.base, roots)
    trusting = [layer, state.base]
    await dropOldLayers(paths, new Set([layer, ...[...records.values()].flatMap(({ layers }) => layers)]))
    if (isNew) await Promise.all([...running].filter((one) => one !== id).map(teach))
  }

  async function teach(id: string): Promise<void> {
    try {
      await teachRoots(paths, id, roots)
    } catch (error) {
      log(`${id} was not told of the new roots: ${messageOf(error)}`)
    }
  }

  /** What an earlier daemon left: hosts that run are taken over, wishes that were cut off are carried on. */
  async function takeOver(): Promise<void> {
    for (const record of records.values()) {
      if (!(await isRunning(paths, record.id))) continue
      running.add(record.id)
      void greet(record)
    }
    await raiseServices()
    for (const record of records.values()) {
      if (record.role === 'server') enqueue(record.id, () => settle(record.id)).catch(() => {})
    }
  }

  /** A host that was shut down from inside is stopped, and stays so until somebody starts it. */
  async function look(): Promise<void> {
    for (const id of [...running]) {
      if (work.has(id) || (await isRunning(paths, id))) continue
      const record = records.get(id)
      if (work.has(id) || !record) continue
      running.delete(id)
      greeted.delete(id)
      await save({ ...record, wanted: 'stopped' })
      changed()
    }
  }

  return {
    takeOver,
    look,
    create,
    rebuild,
    destroy,
    start,
    reboot,
    stop: end(stopMachine),
    kill: end(killMachine),
    cut: wire(true),
    heal: wire(false),
    get: (id: string): HostNow => now(find(id)),
    list: (): HostNow[] =>
      [...records.values()].filter((record) => record.role === 'server' && record.wanted !== 'gone').map(now),
    busy: (): string[] => [...work.keys()],
    idle: () => Promise.all(work.values()),
  }
}
