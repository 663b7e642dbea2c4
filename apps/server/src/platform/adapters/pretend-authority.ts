import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NexusError } from '../errors.ts'

/** A real key and a real request for it; the key is the one of before where there was one. */
export const makeRequest = (names: readonly string[], before: string | undefined): { key: string; csr: Buffer } =>
  inFolder((folder) => {
    const key = join(folder, 'key.pem')
    if (before === undefined) openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', curve, '-out', key)
    else writeFileSync(key, before, { mode: 0o600 })
    const alternatives = `subjectAltName=${names.map((each) => `DNS:${each}`).join(',')}`
    const csr = openssl('req', '-new', '-key', key, '-subj', '/', '-addext', alternatives, '-outform', 'DER')
    return { key: readFileSync(key, 'utf8'), csr }
  })

export type PretendRoot = { readonly certificate: string; readonly key: string }

/** The root of the pretend authority: nobody trusts it but pretend probes. */
export const makeRoot = (): PretendRoot =>
  inFolder((folder) => {
    const key = join(folder, 'key.pem')
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', curve, '-out', key)
    const certificate = openssl('req', '-x509', '-key', key, '-days', '3650', '-subj', '/CN=pretend root')
    return { certificate: certificate.toString('utf8'), key: readFileSync(key, 'utf8') }
  })

export type Validity = { readonly from: Date; readonly hours: number }

/** The chain for a request, leaf first. */
export const signRequest = (
  root: PretendRoot,
  csr: Buffer,
  names: readonly string[],
  { from, hours }: Validity,
): string =>
  inFolder((folder) => {
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 })
      return join(folder, name)
    }
    const leaf = join(folder, 'leaf.pem')
    file('index', '')
    file('serial', `01${randomBytes(12).toString('hex')}\n`)
    openssl(
      ...['ca', '-batch', '-notext', '-config', file('ca.cnf', authority(folder)), '-out', leaf],
      ...['-in', file('request.der', csr), '-inform', 'DER'],
      ...['-cert', file('root.pem', root.certificate), '-keyfile', file('root.key', root.key)],
      ...['-startdate', moment(from), '-enddate', moment(new Date(from.getTime() + hours * 3_600_000))],
      ...['-extfile', file('names', `subjectAltName=${names.map((each) => `DNS:${each}`).join(',')}\n`)],
    )
    return `${readFileSync(leaf, 'utf8')}${root.certificate}`
  })

/** 20260131235900Z */
const moment = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`

const authority = (folder: string): string => `[ca]
default_ca = pretend
[pretend]
new_certs_dir = ${folder}
database = ${join(folder, 'index')}
serial = ${join(folder, 'serial')}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
`

const curve = 'ec_paramgen_curve:P-256'

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-pretend-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function openssl(...words: readonly string[]): Buffer {
  try {
    return execFileSync('openssl', [...words], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 })
  } catch (thrown) {
    const said: unknown = thrown instanceof Error ? Reflect.get(thrown, 'stderr') : undefined
    throw new NexusError('pretend.no_openssl', 'conflict', 'Pretend certificates need the program openssl.', {
      hint: Buffer.isBuffer(said) && said.length > 0 ? said.toString('utf8').slice(0, 300) : 'Install it.',
    })
  }
}
