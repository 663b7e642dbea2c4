import { createHash } from 'node:crypto'
import { wordsIn } from './pretend-host-programs.ts'
import type { PretendAnswer, PretendProgram } from './pretend-world.ts'

const said = (...events: readonly unknown[]): PretendAnswer => ({ events })
const refused = (why: string): PretendAnswer => ({ exit: 1, stderr: `pretend: ${why}` })
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Both runtimes read their own words of this line. */
const stateOf = (service: string, running: boolean) => ({
  service,
  load: 'loaded',
  active: running ? 'active' : 'inactive',
  sub: running ? 'running, pretend' : 'dead, pretend',
  state: running ? 'running' : 'exited',
  restarts: 0,
  code: 0,
})

const look: PretendProgram = (disk, { script }) =>
  said(
    ...[...script.matchAll(/^look '([^']*)' '([0-9a-f]+)'$/gm)].map(([, path = '', sha256 = '']) => ({
      sha256,
      have: disk.files[path] === sha256,
    })),
  )

const unpack: PretendProgram = (disk, { script }) => {
  const [release = ''] = wordsIn(script, /^to='([^']*)'$/gm)
  const [path = ''] = wordsIn(script, /sha256sum '([^']*)'/g)
  if (disk.files[path] === undefined) return refused('the artifact is not on the host')
  const unpacked = !disk.releases.includes(release)
  if (unpacked) disk.releases.push(release)
  return said({ unpacked })
}

const loadImages: PretendProgram = (disk, { script }) =>
  said(
    ...[...script.matchAll(/^load '([^']*)' '([^']*)' '([^']*)'/gm)].map(([, , name = '', id = '']) => {
      const fresh = !disk.images.includes(id)
      if (fresh) disk.images.push(id)
      return { name, id, fresh }
    }),
  )

const pullImage: PretendProgram = (disk, { script }) => {
  const [reference = ''] = wordsIn(script, /^docker pull -q '([^']*)'/gm)
  const id = `sha256:${createHash('sha256').update(reference).digest('hex')}`
  disk.images.push(id)
  return said({ id })
}

/** Whatever a service is asked to run goes well: `--status` and `--check-env` alike read this last line. */
const runOnce: PretendProgram = (disk) => {
  if (disk.slots.length === 0) return refused('nothing was placed on this host')
  return said({ exit: 0, out64: base64('pretend: done\n{"version":"pretend-1","pending":[]}\n'), err64: '' })
}

const start: PretendProgram = (disk, { script }) => {
  if (disk.slots.length === 0) return refused('nothing was placed on this host')
  const services = wordsIn(script, /^begin '([^']*)'/gm)
  disk.running = [...new Set([...disk.running, ...services])]
  return said(...services.map((service) => ({ ...stateOf(service, true), listening: true })))
}

const health: PretendProgram = (disk, { script }) =>
  said(
    ...[...script.matchAll(/^health '([^']*)' '([^']*)' (\d+) /gm)].map(([, service = '', url = '', status = '0']) => ({
      service,
      url,
      status: disk.running.includes(service) ? Number(status) : 0,
      milliseconds: 1,
      body64: base64('{"status":"ok","pretend":true}'),
    })),
  )

const askStack: PretendProgram = (disk, { script }) =>
  said(
    ...[...script.matchAll(/^request '([^']*)' (\d+) /gm)].map(([, name = '', status = '0']) => ({
      name,
      status: disk.running.length > 0 ? Number(status) : 0,
      milliseconds: 1,
      body64: base64(stackAnswer),
    })),
  )

/** What the stack of the samples is asked for, with the word that says what it is. */
export const stackAnswer = '{"pretend":true,"ok":true,"answer":"42"}'

const place: PretendProgram = (disk, { script }) => {
  const [slot = 'a'] = wordsIn(script, /(?:\/slots\/|\/compose\/)([ab])\b/g)
  if (!disk.slots.includes(slot)) disk.slots.push(slot)
  return said()
}

const removeSlot: PretendProgram = (disk) => {
  disk.slots = []
  disk.running = []
  return said()
}

/** Three tables, always the same rows: a backup and its restored copy agree. */
const tables = [
  { table: 'public.migrations', rows: 3 },
  { table: 'public.notes', rows: 0 },
  { table: 'public.sessions', rows: 0 },
]

const takeBackup: PretendProgram = (disk, { script }) => {
  if (disk.databases.length === 0) return refused('there is no database on this host')
  const [tag = ''] = wordsIn(script, /--tag '([^']*)'/g)
  const snapshot = createHash('sha256').update(`pretend ${tag}`).digest('hex')
  disk.snapshots.push(snapshot)
  return said(...tables, { snapshot, bytes: 4096 })
}

const restore: PretendProgram = (disk, { script }) => {
  const [snapshot = ''] = wordsIn(script, /restic dump -q '([^']*)'/g)
  return disk.snapshots.includes(snapshot) ? said(...tables) : refused(`there is no snapshot ${snapshot}`)
}

/** The programs of modules/instances (both runtimes) and of modules/backups. */
export const instancePrograms: Readonly<Record<string, PretendProgram>> = {
  'make the instance home': () => said(),
  'look for the release files': look,
  'unpack the release': unpack,
  'load the images': loadImages,
  'pull an image': pullImage,
  'place the slot': place,
  'place the project': place,
  run: runOnce,
  'start the services': start,
  'look at the services': (disk, { script }) =>
    said(...wordsIn(script, /^state '([^']*)'/gm).map((each) => stateOf(each, disk.running.includes(each)))),
  'wait until the services are healthy': health,
  'ask the stack on its host': askStack,
  'read the log': (_disk, { name }) => said({ log64: base64(`pretend: a line of the log, ${name}\n`) }),
  'remove the slot': removeSlot,
  'remove the instance home': (disk) => {
    disk.releases = []
    return said()
  },
  'make the database': (disk, { script }) => {
    const [name = 'nx'] = wordsIn(script, /create database "([^"]*)"/g)
    if (!disk.databases.includes(name)) disk.databases.push(name)
    return said({ version: 150_000 })
  },
  'drop the database': (disk) => {
    disk.databases = []
    return said()
  },
  'take the backup': takeBackup,
  'restore into a scratch database': restore,
  'drop the scratch database': () => said(),
}
