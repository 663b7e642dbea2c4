import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isThere } from './base-image.ts'
import type { LabPaths } from './lab-paths.ts'
import { run } from './lab-process.ts'

export type CertificateWish = {
  readonly names: readonly string[]
  readonly addresses?: readonly string[]
  readonly seconds: number
}

export type SignedCertificate = { readonly cert: string; readonly key: string }

export const caFiles = (paths: LabPaths) => ({ cert: join(paths.ca, 'lab-ca.pem'), key: join(paths.ca, 'lab-ca.key') })

export async function ensureCa(paths: LabPaths): Promise<void> {
  const { cert, key } = caFiles(paths)
  if (await isThere(cert)) return
  await mkdir(paths.ca, { recursive: true, mode: 0o700 })
  await run([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '3650',
    '-subj',
    `/CN=Nexus lab ${paths.tag}`,
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
    '-keyout',
    key,
    '-out',
    `${cert}.new`,
  ])
  await run(['mv', `${cert}.new`, cert])
}

/** A server certificate of the lab's own authority, for as short as a test wants it. */
export async function signWith(paths: LabPaths, wish: CertificateWish): Promise<SignedCertificate> {
  const work = await mkdtemp(join(tmpdir(), 'nexus-lab-ca-'))
  try {
    await writeFile(join(work, 'index.txt'), '')
    await writeFile(join(work, 'ca.conf'), caConfig(paths, work, wish))
    const in_ = (name: string) => join(work, name)
    await run([
      'openssl',
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-config',
      in_('ca.conf'),
      '-subj',
      `/CN=${(wish.names[0] ?? wish.addresses?.[0] ?? 'lab').slice(0, 64)}`,
      '-keyout',
      in_('key'),
      '-out',
      in_('csr'),
    ])
    const now = Date.now()
    await run([
      'openssl',
      'ca',
      '-batch',
      '-notext',
      '-config',
      in_('ca.conf'),
      '-in',
      in_('csr'),
      '-out',
      in_('cert'),
      '-startdate',
      opensslTime(now - 5000),
      '-enddate',
      opensslTime(now + wish.seconds * 1000),
    ])
    return { cert: await readFile(in_('cert'), 'utf8'), key: await readFile(in_('key'), 'utf8') }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** `20301231235959Z` */
export const opensslTime = (at: number): string => `${new Date(at).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`

function caConfig(paths: LabPaths, work: string, { names, addresses = [] }: CertificateWish): string {
  const also = [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(',')
  const { cert, key } = caFiles(paths)
  return `[ca]
default_ca = lab
[lab]
database = ${work}/index.txt
new_certs_dir = ${work}
certificate = ${cert}
private_key = ${key}
default_md = sha256
policy = any
rand_serial = yes
x509_extensions = server
unique_subject = no
[any]
commonName = supplied
[server]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${also}
[req]
distinguished_name = subject
[subject]
`
}
