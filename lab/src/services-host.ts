import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { get as httpsGet } from 'node:https'
import { join } from 'node:path'
import { addressIn, places } from './address-range.ts'
import { rootOf } from './host-disk.ts'
import type { HostRecord } from './host-record.ts'
import { servicesId } from './host-record.ts'
import { caFiles, signWith } from './lab-ca.ts'
import { readText, writeWhole } from './lab-files.ts'
import type { LabPaths } from './lab-paths.ts'
import { waitFor } from './lab-process.ts'
import type { LabState } from './lab-state.ts'

export const pebbleRootFile = (paths: LabPaths): string => join(paths.ca, 'pebble-root.pem')

export const aptCacheDir = (paths: LabPaths): string => join(paths.cache, `apt-${paths.tag}`)

export const servicesRecord = (paths: LabPaths, state: LabState): HostRecord => ({
  id: servicesId(paths),
  role: 'services',
  name: 'svc',
  labels: {},
  region: 'lab',
  plan: 'services',
  image: state.release,
  place: places.services,
  memoryBytes: 1024 ** 3,
  authorizedKeys: [],
  createdAt: new Date().toISOString(),
  wanted: 'running',
  cut: false,
  disk: 1,
  diskBuilt: 0,
  layers: [state.servicesLayer, state.base],
})

/** The configuration of DNS, Pebble and the package cache, written onto the fresh disk of the services host. */
export async function configureServices(paths: LabPaths, record: HostRecord, prefix: string): Promise<void> {
  const root = rootOf(paths, record.id)
  const address = addressIn(prefix, places.services)
  const { cert, key } = await signWith(paths, {
    names: ['acme.test', 'svc', 'localhost'],
    addresses: [address, '127.0.0.1'],
    seconds: 10 * 365 * 86_400,
  })
  const dir = join(root, 'etc/nexus-lab')
  await mkdir(dir, { recursive: true })
  await copyFile(caFiles(paths).cert, join(dir, 'ca.pem'))
  await writeFile(join(dir, 'pebble.crt'), cert)
  await writeFile(join(dir, 'pebble.key'), key, { mode: 0o600 })
  await writeFile(join(dir, 'pebble.json'), JSON.stringify(pebbleConfig, null, 2))
  await writeFile(
    join(dir, 'dnsmasq.conf'),
    dnsmasqConfig(upstreamsOf(await resolversHere()), addressIn(prefix, places.gateway)),
  )
  await writeFile(join(root, 'etc/apt-cacher-ng/zz-nexus-lab.conf'), 'Port: 3142\nPassThroughPattern: .*\n')
  await mkdir(aptCacheDir(paths), { recursive: true })
}

const pebbleConfig = {
  pebble: {
    listenAddress: '0.0.0.0:14000',
    managementListenAddress: '0.0.0.0:15000',
    certificate: '/etc/nexus-lab/pebble.crt',
    privateKey: '/etc/nexus-lab/pebble.key',
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
  },
}

export const dnsmasqConfig = (upstreams: readonly string[], gateway: string): string =>
  [
    'no-resolv',
    'no-hosts',
    'no-daemon',
    'user=root',
    'cache-size=0',
    'server=/test/127.0.0.1#8053',
    ...(upstreams.length > 0 ? upstreams : [gateway]).map((address) => `server=${address}`),
    '',
  ].join('\n')

/** systemd-resolved listens on loopback only and keeps the addresses it asks in a file of its own. */
async function resolversHere(): Promise<string> {
  return [await readText('/etc/resolv.conf'), await readText('/run/systemd/resolve/resolv.conf')].join('\n')
}

/** The machine's resolvers that a host can reach too. */
export const upstreamsOf = (resolvers: string): string[] => [
  ...new Set(
    [...resolvers.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)]
      .flatMap((match) => match[1] ?? [])
      .filter((address) => !address.startsWith('127.')),
  ),
]

/** Pebble makes a new root each time it starts; this waits for it and keeps the one of now. Answers whether it is new. */
export async function fetchPebbleRoot(paths: LabPaths, prefix: string): Promise<boolean> {
  const ca = await readFile(caFiles(paths).cert, 'utf8')
  const url = `https://${addressIn(prefix, places.services)}:15000/roots/0`
  let root = ''
  await waitFor(
    'Pebble to answer',
    30,
    async () => {
      root = await fetchTrusting(url, ca).catch(() => '')
      return root.includes('BEGIN CERTIFICATE')
    },
    100,
  )
  if (root === (await readText(pebbleRootFile(paths)))) return false
  await writeWhole(pebbleRootFile(paths), root, 0o644)
  return true
}

export const fetchTrusting = (url: string, ca: string): Promise<string> =>
  new Promise((answer, fail) => {
    const request = httpsGet(url, { ca, timeout: 3000, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => answer(text))
      response.on('error', fail)
    })
    request.on('timeout', () => request.destroy(new Error(`${url} did not answer in 3 s`)))
    request.on('error', fail)
  })
