import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLab, signCertificate } from '@nexus/lab'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Actor, systemActor } from '../../platform/actor.ts'
import { acmeCertificates } from '../../platform/adapters/acme-certificates.ts'
import { labDns } from '../../platform/adapters/lab-dns.ts'
import { labHosts } from '../../platform/adapters/lab-hosts.ts'
import { outsideHttps } from '../../platform/adapters/outside-https.ts'
import { newHostKey } from '../../platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../platform/adapters/ssh-remote.ts'
import { foldChecks } from '../../platform/check.ts'
import { type Database, migrate, openDatabase } from '../../platform/db.ts'
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts'
import type { HostAddress, Remote } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import type { Acme } from './certificate-ports.ts'
import { type Certificates, certificateService } from './certificate-service.ts'
import { type DnsVerbs, dnsService } from './dns-service.ts'
import { readHostName } from './domain.ts'
import { certificateFile } from './edge-file.ts'
import { type Edges, edgeService } from './edge-service.ts'
import type { Outside } from './outside-checks.ts'

const actor: Actor = systemActor('edge-test')
const domain = `edge-${randomBytes(3).toString('hex')}.test`
const rules = { testAllowed: true, reserved: [] }
const instanceId = 'ins_edge'
const smokeToken = 'a-token-nobody-may-see'

const place = {} as {
  db: Database
  remote: Remote
  host: HostAddress
  outside: Outside
  acme: Acme & { placed: number; breakAtFinalize: boolean }
  edges: Edges
  certificates: Certificates
  dns: DnsVerbs
  address: string
  moved: number
}
const cleanups: Array<() => Promise<unknown>> = []

beforeAll(async () => {
  const lab = await readLab()
  await startPostgres()
  await startHost(lab.provider)
  const now = () => new Date(Date.now() + place.moved)
  const provider = labDns({ managementUrl: lab.dns.management, servers: [lab.dns.address] })
  const real = acmeCertificates({ url: lab.acme.directory, trust: await readFile(lab.acme.directoryCa, 'utf8') })
  place.moved = 0
  place.acme = counted(real)
  const roots = [await readFile(lab.acme.root, 'utf8'), await readFile(lab.ca.cert, 'utf8')]
  place.outside = outsideHttps({ roots })
  const kept = new Map<string, string>()
  const secrets = {
    put: async (_: Actor, { tenant, name }: { tenant: string; name: string }, value: string) => {
      kept.set(`secret:${tenant}/${name}@1`, value)
      return `secret:${tenant}/${name}@1`
    },
    reveal: async (_: Actor, ref: string) => kept.get(ref) ?? '',
  }
  const { db, remote, outside, acme } = place
  place.edges = edgeService({
    db,
    remote,
    outside,
    now,
    rules,
    hstsSeconds: 31_536_000,
    ipv6: false,
    reveal: async () => smokeToken,
  })
  place.certificates = certificateService({ db, remote, outside, acme, secrets, now, rules })
  place.dns = dnsService({ db, provider, now, rules, authority: ['pebble.test'], mail: async () => {} })
})

afterAll(async () => {
  for (const each of cleanups.toReversed()) await each()
})

async function startPostgres() {
  const home = await mkdtemp(join(tmpdir(), 'nexus-edge-'))
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres(home)
  place.db = openDatabase(postgres.ownerUrl, 4)
  cleanups.push(
    () => rm(home, { recursive: true, force: true }),
    postgres.stop,
    () => place.db.close(),
  )
  await migrate(place.db, join(import.meta.dirname, '../../../migrations'))
}

async function startHost(provider: { url: string; token: string }) {
  const hosts = labHosts(provider)
  const [login, hostKey] = [newHostKey(), newHostKey()]
  const server = await hosts.create({
    name: 'edge-test',
    labels: {},
    region: 'lab',
    plan: 'lab',
    authorizedKeys: [login.publicKey],
    hostKey,
  })
  cleanups.push(() => hosts.destroy(server.id))
  const { id: hostId, address } = server
  place.address = address
  place.host = { hostId, address, port: 22, user: 'root', hostKey: hostKey.publicKey }
  place.remote = sshRemote({ privateKeys: async () => [login.privateKey], now: () => new Date() })
  cleanups.push(() => place.remote.close())
  await vi.waitFor(async () => expect((await hosts.find(hostId))?.state).toBe('running'), { timeout: 60_000 })
  await onHost(`export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -qy --no-install-recommends haproxy socat openssl curl python3
for slot in a b; do for service in app api; do
  systemd-run -q --unit=$service-$slot python3 -c ${sh(tinyService)} $service $slot ${domain}
done; done`)
}

/** The two services, small: what the checks look for and nothing else. Slot b listens 100 above slot a. */
const tinyService = `
import http.server, json, sys
service, slot, domain = sys.argv[1:4]
port = {'app': 3000, 'api': 3010}[service] + (100 if slot == 'b' else 0)
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words): pass
    def answer(self, status, kind, body, more=()):
        self.send_response(status)
        self.send_header('content-type', kind)
        origin = self.headers.get('origin')
        if service == 'api' and origin == 'https://app.' + domain: self.send_header('access-control-allow-origin', origin)
        for name, value in more: self.send_header(name, value)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
    def do_GET(self):
        if self.path == '/health': return self.answer(200, 'application/json', json.dumps({'status': 'ok', 'openclaw': 'ok', 'slot': slot}))
        if self.path == '/config.json': return self.answer(200, 'application/json', json.dumps({'apiUrl': 'https://api.' + domain}))
        if self.path == '/auth/login': return self.answer(303, 'text/plain', '', [('location', '/'), ('set-cookie', '__Host-sign-in=s3; Path=/; HttpOnly; SameSite=Lax; Secure')])
        if self.path == '/echo': return self.answer(200, 'application/json', json.dumps({name.lower(): value for name, value in self.headers.items()}))
        return self.answer(200, 'text/html; charset=utf-8', '<h1>' + service + ' ' + slot + '</h1>')
    def do_POST(self):
        ok = self.headers.get('authorization') == 'Bearer ${smokeToken}'
        return self.answer(200 if ok else 401, 'application/json', json.dumps({'status': 'passed' if ok else 'refused', 'you sent': self.headers.get('authorization')}))
http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler).serve_forever()
`

function counted(real: Acme) {
  const acme = {
    ...real,
    placed: 0,
    breakAtFinalize: false,
    placeOrder: (...given: Parameters<Acme['placeOrder']>) => {
      acme.placed += 1
      return real.placeOrder(...given)
    },
    finalize: async (...given: Parameters<Acme['finalize']>) => {
      if (acme.breakAtFinalize) throw new Error('cut off')
      return real.finalize(...given)
    },
  }
  return acme
}

async function onHost(script: string): Promise<string> {
  const result = await place.remote.run(place.host, { name: 'test', script, timeoutSeconds: 300 })
  expect(result.exit, `${result.stderr} ${result.noise}`).toBe(0)
  return result.noise
}

const worker = async () => (await onHost(`echo 'show info' | socat stdio /run/haproxy/admin.sock | grep ^Pid`)).trim()

const sites = (a: number, b: number) =>
  [
    {
      site: 'app',
      service: 'frontend',
      healthPath: '/health',
      slots: { a: { port: 3000, weight: a }, b: { port: 3100, weight: b } },
    },
    {
      site: 'api',
      service: 'backend',
      healthPath: '/health',
      slots: { a: { port: 3010, weight: a }, b: { port: 3110, weight: b } },
    },
  ] as const

const wanted = () => ({
  instanceId,
  host: place.host,
  address: place.address,
  domain,
  tenant: 'acme',
  contact: 'it@acme.test',
})
const issue = () => place.certificates.issueCertificate(actor, wanted())
const checks = [
  {
    name: 'core',
    title: 'The core answers',
    site: 'api',
    method: 'POST',
    path: '/api/smoke',
    headers: { Authorization: 'Bearer ${SMOKE_TOKEN}' },
    body: '{}',
    status: 200,
    contains: 'passed',
    timeoutSeconds: 10,
  },
] as const
const smoke = () => place.edges.smoke(actor, { instanceId, domain, address: place.address, checks })
const get = (path: string, headers: Record<string, string> = {}) =>
  place.outside.ask({ address: place.address, port: 443, host: `app.${domain}`, path, secure: true, headers })
const shown = async () => {
  const shaken = await place.outside.shakeHands({ address: place.address, port: 443, host: `app.${domain}` })
  return shaken.kind === 'agreed' ? shaken.serial : shaken.why
}

describe('the edge of a real host', () => {
  test('is set up without a certificate, and a second time changes nothing', async () => {
    const first = await place.edges.applyEdge(actor, { instanceId, host: place.host, domain, sites: sites(100, 0) })
    const second = await place.edges.applyEdge(actor, { instanceId, host: place.host, domain, sites: sites(100, 0) })

    expect(first).toMatchObject({ changed: true, reloaded: true })
    expect(second).toMatchObject({ changed: false, reloaded: false, worker: first.worker })
    expect(await shown()).toMatch(/unrecognized name/)
  })

  test('belongs to one instance', async () => {
    await expect(place.edges.claimDomain(actor, { instanceId: 'ins_other', domain })).rejects.toMatchObject({
      code: 'domain.taken',
    })
  })

  test('DNS is judged before and after the records are set', async () => {
    const dns = { instanceId, domain, address: place.address, contact: 'it@acme.test' }

    expect((await place.dns.lookDns(actor, dns)).done).toBe(false)
    await place.dns.ensureDns(actor, dns)
    expect(await place.dns.lookDns(actor, dns)).toMatchObject({ done: true })
  })

  test('an order that was cut off is finished and not doubled', async () => {
    place.acme.breakAtFinalize = true
    await expect(issue()).rejects.toThrow('cut off')
    place.acme.breakAtFinalize = false

    const issued = await issue()
    const again = await issue()

    expect(again).toEqual(issued)
    expect(place.acme.placed).toBe(1)
    expect(await shown()).toBe(issued.serial)
  })

  test('passes every smoke test, and no evidence holds the token', async () => {
    const results = await smoke()

    expect(results.filter((each) => each.status !== 'pass')).toEqual([])
    expect(foldChecks(results)).toBe('pass')
    expect(JSON.stringify(results)).not.toContain(smokeToken)
  })

  test('tells the service where a request really came from', async () => {
    const answer = await get('/echo', {
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-anything': 'x',
      forwarded: 'for=1.2.3.4',
      'x-real-ip': '1.2.3.4',
      x_forwarded_for: '1.2.3.4',
    })

    expect(answer.kind === 'answered' && JSON.parse(answer.body)).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `app.${domain}`,
    })
    expect(JSON.stringify(answer)).not.toContain('1.2.3.4')
    expect(JSON.stringify(answer)).not.toContain('anything')
  })

  test('moves weight to slot b without a reload, on disk too', async () => {
    const before = await worker()
    const slots = { a: { port: 3000, weight: 0 }, b: { port: 3100, weight: 100 } }
    const change = await place.edges.weighEdge(actor, { instanceId, host: place.host, slots: { frontend: slots } })
    const answer = await get('/')

    expect(change).toMatchObject({ changed: true, reloaded: false })
    expect(await worker()).toBe(before)
    expect(answer).toMatchObject({ status: 200, body: '<h1>app b</h1>' })
    expect(await onHost('grep -A9 "^backend app" /etc/haproxy/haproxy.cfg')).toContain(
      'server b 127.0.0.1:3100 weight 100',
    )
  })

  test('keeps certificate and weights over a reload and a restart', async () => {
    const serial = await shown()
    const before = await worker()
    await onHost('systemctl reload haproxy')
    await expect.poll(worker).not.toBe(before)
    expect([await shown(), await get('/')]).toMatchObject([serial, { body: '<h1>app b</h1>' }])

    await onHost('systemctl restart haproxy')
    await expect.poll(shown).toBe(serial)
    await expect.poll(() => get('/')).toMatchObject({ body: '<h1>app b</h1>' })
  })

  test('a certificate is renewed without a reload, once', async () => {
    const [old, before] = [await shown(), await worker()]
    const renewed = await place.certificates.renewCertificate(actor, { ...wanted(), replaces: old })
    const repeated = await place.certificates.renewCertificate(actor, { ...wanted(), replaces: old })

    expect(renewed.serial).not.toBe(old)
    expect(repeated).toEqual(renewed)
    expect([await shown(), await worker()]).toEqual([renewed.serial, before])
    expect(
      (await place.certificates.listCertificates(actor, instanceId, { limit: 10 })).map((each) => each.state),
    ).toEqual(['valid', 'superseded'])
  })

  test('a file HAProxy would not load is refused with its reason, and the old one works on', async () => {
    await onHost('mv /etc/haproxy/nexus/acme.map /etc/haproxy/nexus/acme.away; mkdir /etc/haproxy/nexus/acme.map')
    const other = { ...sites(0, 100)[0], healthPath: '/ready' }
    const apply = place.edges.applyEdge(actor, {
      instanceId,
      host: place.host,
      domain,
      sites: [other, sites(0, 100)[1]],
    })
    await expect(apply).rejects.toMatchObject({ code: 'edge.bad_config', message: expect.stringContaining('acme.map') })
    expect(await get('/')).toMatchObject({ status: 200 })

    await onHost('rmdir /etc/haproxy/nexus/acme.map; mv /etc/haproxy/nexus/acme.away /etc/haproxy/nexus/acme.map')
    const back = await place.edges.applyEdge(actor, { instanceId, host: place.host, domain, sites: sites(0, 100) })
    expect(back.reloaded).toBe(false)
  })

  test('a certificate of one hour that nobody renews is noticed, and so is its end', async () => {
    const { cert, key } = await signCertificate({ names: [`app.${domain}`, `api.${domain}`], seconds: 3600 })
    await onHost(`printf '%s' ${sh(cert + key)} > ${certificateFile(readHostName(domain))}; systemctl restart haproxy`)
    await expect.poll(() => get('/')).toMatchObject({ kind: 'answered' })
    const status = async (secondsLater: number) => {
      place.moved = secondsLater * 1000
      const found = (await smoke()).find((each) => each.name === 'smoke.certificate')
      place.moved = 0
      return { status: found?.status, summary: found?.summary }
    }

    expect(await status(0)).toMatchObject({ status: 'pass' })
    expect(await status(2700)).toMatchObject({ status: 'warn', summary: expect.stringContaining('expiring') })
    expect(await status(3400)).toMatchObject({ status: 'fail', summary: expect.stringContaining('about to expire') })
    expect(await status(3700)).toMatchObject({ status: 'fail', summary: expect.stringContaining('ended') })

    const [valid] = await place.certificates.listCertificates(actor, instanceId, { limit: 1 })
    const renewed = await place.certificates.renewCertificate(actor, { ...wanted(), replaces: valid?.serial ?? '' })
    expect(await shown()).toBe(renewed.serial)
  })

  test('probes notice a service that was stopped, and do not guess about what is behind it', async () => {
    const uptime = async () =>
      Object.fromEntries(
        (await place.edges.uptime(actor, { instanceId, domain, address: place.address })).map((each) => [
          each.name,
          each.status,
        ]),
      )
    expect(await uptime()).toEqual({ 'uptime.frontend': 'pass', 'uptime.backend': 'pass', 'uptime.openclaw': 'pass' })

    await onHost('systemctl stop api-b')

    expect(await uptime()).toEqual({
      'uptime.frontend': 'pass',
      'uptime.backend': 'fail',
      'uptime.openclaw': 'unknown',
    })
  })

  test('a port that is taken is said, and once it is free the same call works', async () => {
    await onHost('systemctl stop haproxy; systemd-run -q --unit=squatter python3 -m http.server 80; sleep 1')
    const apply = () => place.edges.applyEdge(actor, { instanceId, host: place.host, domain, sites: sites(0, 100) })

    await expect(apply()).rejects.toMatchObject({ code: 'edge.not_loaded', message: expect.stringMatching(/80|bind/i) })
    await onHost('systemctl stop squatter')

    expect(await apply()).toMatchObject({ changed: true, reloaded: true })
    expect(await get('/')).toMatchObject({ kind: 'answered' })
  })

  test('a host that was built anew gets its routes and another certificate', async () => {
    const old = await shown()
    await onHost(
      'systemctl stop haproxy; rm -rf /etc/haproxy/nexus /var/lib/haproxy/server-state; echo > /etc/haproxy/haproxy.cfg',
    )

    await place.edges.applyEdge(actor, { instanceId, host: place.host, domain, sites: sites(100, 0) })
    const issued = await issue()

    expect(issued.serial).not.toBe(old)
    expect(await shown()).toBe(issued.serial)
  })

  test('an instance that is taken away leaves no route, no certificate and no key', async () => {
    await place.edges.removeSite(actor, { instanceId, host: place.host })
    await place.edges.removeSite(actor, { instanceId, host: place.host })

    expect(await shown()).toMatch(/unrecognized name/)
    expect(await onHost('ls /etc/haproxy/nexus/certificates /etc/haproxy/nexus/keys')).not.toContain(domain)
    await expect(place.edges.claimDomain(actor, { instanceId: 'ins_other', domain })).resolves.toBe(domain)
  })
})
