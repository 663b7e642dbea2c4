import { join } from 'node:path'
import { addressIn, places } from './address-range.ts'
import { caFiles } from './lab-ca.ts'
import { LabError } from './lab-error.ts'
import { readJson } from './lab-files.ts'
import type { HostNow } from './lab-hosts.ts'
import { type LabPaths, labPaths } from './lab-paths.ts'
import type { LabState } from './lab-state.ts'
import { pebbleRootFile } from './services-host.ts'

export type LabHost = {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly state: string
  readonly labels: Readonly<Record<string, string>>
}

/** What a running lab offers: `lab.json`, and what `nexus-lab up -o json` prints. */
export type Lab = {
  readonly version: 1
  readonly home: string
  readonly bridge: string
  readonly network: string
  /** The machine's own address on the bridge. */
  readonly gateway: string
  readonly dns: { readonly address: string; readonly management: string }
  readonly acme: { readonly directory: string; readonly root: string; readonly directoryCa: string }
  readonly ca: { readonly cert: string; readonly key: string }
  readonly mail: { readonly host: string; readonly port: number; readonly page: string }
  readonly provider: { readonly url: string; readonly token: string }
  /** The key the lab's own hosts (`up --hosts`, `add`) let in. */
  readonly ssh: { readonly user: string; readonly key: string }
  readonly aptCache: string
  readonly hosts: readonly LabHost[]
}

export function labView(paths: LabPaths, state: LabState, hosts: readonly HostNow[]): Lab {
  const services = addressIn(state.prefix, places.services)
  const gateway = addressIn(state.prefix, places.gateway)
  return {
    version: 1,
    home: paths.home,
    bridge: paths.bridge,
    network: `${state.prefix}.0/24`,
    gateway,
    dns: { address: services, management: `http://${services}:8055` },
    acme: { directory: `https://${services}:14000/dir`, root: pebbleRootFile(paths), directoryCa: caFiles(paths).cert },
    ca: caFiles(paths),
    mail: { host: gateway, port: state.ports.smtp, page: `http://127.0.0.1:${state.ports.mailPage}/` },
    provider: { url: `http://127.0.0.1:${state.ports.provider}`, token: state.token },
    ssh: { user: 'root', key: join(paths.ssh, 'id_ed25519') },
    aptCache: `http://${services}:3142`,
    hosts: hosts.map(({ id, name, address, state: now, labels }) => ({ id, name, address, state: now, labels })),
  }
}

/** The lab that is up. The border where `lab.json` comes back as what `labView` wrote. */
export async function readLab(paths = labPaths()): Promise<Lab> {
  const lab = await readJson<Lab>(paths.labFile)
  if (!lab) throw new LabError('lab.not_up', `There is no lab at ${paths.home}: bring it up first.`)
  return lab
}
