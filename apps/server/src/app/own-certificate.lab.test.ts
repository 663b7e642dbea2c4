import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nexusdHome } from '../../test/harness/nexusd-process.ts'
import { labDns } from '../platform/adapters/lab-dns.ts'
import { ownCertificateFile } from './own-certificate.ts'

type Lab = {
  readonly acme: { readonly directory: string; readonly directoryCa: string; readonly root: string }
  readonly dns: { readonly management: string; readonly address: string }
}
const lab = JSON.parse(readFileSync(join(process.env['NEXUS_LAB_HOME'] ?? '', 'lab.json'), 'utf8')) as Lab
const dns = labDns({ managementUrl: lab.dns.management, servers: [lab.dns.address] })

/** This machine as the lab reaches it: its address on the bridge of the lab. */
const here =
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ address }) => address.replace(/\d+$/, '') === lab.dns.address.replace(/\d+$/, ''))?.address ?? ''

const folder = mkdtempSync(join(tmpdir(), 'nexus-own-certificate-'))
// The embedded Postgres runs as a user of its own, which has to pass here.
chmodSync(folder, 0o755)
const word = Math.random().toString(36).slice(2, 8)
const settings = {
  NEXUS_LISTEN_HOST: here,
  NEXUS_TLS_ACME_LISTEN_HOST: here,
  NEXUS_TLS_ACME_CONTACT: 'ops@nexus.test',
  NEXUS_ACME_DIRECTORY: lab.acme.directory,
  NEXUS_ACME_DIRECTORY_CA: lab.acme.directoryCa,
}

const secured = { name: `nexus-${word}.test`, home: join(folder, 'secured') }
const astray = { name: `astray-${word}.test`, home: join(folder, 'astray') }
const nodes: Awaited<ReturnType<typeof nexusdHome>>[] = []

async function node({ name, home }: typeof secured) {
  const made = await nexusdHome(home, { ...settings, NEXUS_TLS_ACME_NAMES: name })
  nodes.push(made)
  return made
}

/** What a browser sees that trusts this authority and asks for the name. */
const ask = (port: number, name: string, ca: string) =>
  new Promise<{ status: number; certificate: X509Certificate }>((resolve, reject) => {
    const asked = get({
      host: here,
      port,
      servername: name,
      path: '/health',
      ca,
      agent: false,
      headers: { host: name },
    })
    asked.on('error', reject)
    asked.on('response', (answer) => {
      const { raw } = (answer.socket as import('node:tls').TLSSocket).getPeerCertificate()
      answer
        .resume()
        .on('end', () => resolve({ status: answer.statusCode ?? 0, certificate: new X509Certificate(raw) }))
    })
  })

const refused = (port: number) =>
  new Promise<string>((resolve) => {
    const socket = connect(port, here, () => socket.end(() => resolve('open')))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  })

beforeAll(() => dns.ensure([{ name: secured.name, type: 'A', value: here }]))
afterAll(async () => {
  for (const each of nodes) await each.end('SIGKILL')
  await dns.withdraw([secured.name])
  rmSync(folder, { recursive: true, force: true })
})

describe('Nexus that gets its own certificate from an authority', () => {
  test('is reached by HTTPS under its name, and its port for the authority is closed again', async () => {
    const root = readFileSync(lab.acme.root, 'utf8')
    const { port, start } = await node(secured)
    await start(async () => (await ask(port, secured.name, root)).status === 200)

    const { certificate } = await ask(port, secured.name, root)
    expect(certificate.checkHost(secured.name)).toBe(secured.name)
    expect(certificate.issuer).toContain('Pebble')
    expect(readFileSync(ownCertificateFile(join(secured.home, 'tls')), 'utf8')).toContain('PRIVATE KEY')
    expect(await refused(80)).toBe('ECONNREFUSED')
    await expect(ask(port, secured.name, '')).rejects.toThrow(/self-signed|unable to|issuer/)
  })

  test('does not open its port while its name leads elsewhere, and says why', async () => {
    const { port, start, log } = await node(astray)
    await start(async () => log().includes('tls.acme_lost'))

    expect(log()).toContain('The names of tlsAcmeNames have to lead to this machine')
    expect(await refused(port)).toBe('ECONNREFUSED')
  })
})
