import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readJson, writeJson } from './lab-files.ts'
import type { LabPaths } from './lab-paths.ts'

export type HostKey = { readonly privateKey: string; readonly publicKey: string }

/** What is wanted of a host. Written before anything is done, so that whoever comes next can finish it. */
export type HostRecord = {
  readonly id: string
  readonly role: 'server' | 'services'
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly region: string
  readonly plan: string
  readonly image: string
  /** The last number of its address. */
  readonly place: number
  readonly memoryBytes: number
  readonly authorizedKeys: readonly string[]
  readonly hostKey?: HostKey
  readonly createdAt: string
  readonly wanted: 'running' | 'stopped' | 'gone'
  readonly cut: boolean
  /** The disk that is wanted, counted up by a rebuild, and the one that is there. */
  readonly disk: number
  readonly diskBuilt: number
  /** What lies below the disk that is there, uppermost first. Never changed while the disk lives. */
  readonly layers: readonly string[]
}

export const servicesId = (paths: LabPaths): string => `${paths.tag}-svc`

export function newHostId(paths: LabPaths): string {
  const letters = 'bcdfghjkmnpqrstvwxz23456789'
  return `${paths.tag}-${[...randomBytes(6)].map((byte) => letters[byte % letters.length]).join('')}`
}

export const hostDir = (paths: LabPaths, id: string): string => join(paths.hosts, id)

const recordFile = (paths: LabPaths, id: string) => join(hostDir(paths, id), 'host.json')

export const saveRecord = (paths: LabPaths, record: HostRecord): Promise<void> =>
  writeJson(recordFile(paths, record.id), record)

export async function loadRecords(paths: LabPaths): Promise<HostRecord[]> {
  const records = await Promise.all((await hostIds(paths)).map((id) => readJson<HostRecord>(recordFile(paths, id))))
  return records.filter((record) => record !== undefined)
}

export async function hostIds(paths: LabPaths): Promise<string[]> {
  try {
    return await readdir(paths.hosts)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

export const forgetRecord = (paths: LabPaths, id: string): Promise<void> =>
  rm(hostDir(paths, id), { recursive: true, force: true })

/** `2G`, `512M` or a number of bytes. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)i?B?$/i.exec(text)
  if (!match) return undefined
  const factor = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[(match[2] ?? '').toUpperCase()] ?? 1
  return Math.round(Number(match[1]) * factor)
}

/** What other tools accept as a host's name in a shell prompt and in /etc/hosts. */
export const hostnameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63) || 'host'
