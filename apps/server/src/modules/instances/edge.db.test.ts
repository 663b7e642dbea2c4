import { X509Certificate } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { systemActor } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import type { HostAddress, Program, ProgramResult, Remote } from '../../platform/remote.ts'
import type { Acme, AcmeOrder } from './certificate-ports.ts'
import { certificateService } from './certificate-service.ts'
import type { DnsLook } from './dns-provider.ts'
import { type DnsMail, dnsService } from './dns-service.ts'
import { edgeService } from './edge-service.ts'
import type { Outside } from './outside-checks.ts'

/** Made once with openssl for app.acme.test: its dates and its serial are all that is read of it. */
const selfSigned = `-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIULpNI0Y+4AStSIhVcEOcDfC6NjfwwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNYXBwLmFjbWUudGVzdDAeFw0yNjExMjEwMzUwMzdaFw0zNjEx
MTgwMzUwMzdaMBgxFjAUBgNVBAMMDWFwcC5hY21lLnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATdnik6c/CyO9+ejeNqFaWcCJxCS7rZ098307tvJlnzpJIv
3wQTkRvsXDX9qhztDY/gC2xNRHOBYK1+Xv5xGBVWo1MwUTAdBgNVHQ4EFgQUHSaq
EWjkKfB92du+H5B6tDqvrmIwHwYDVR0jBBgwFoAUHSaqEWjkKfB92du+H5B6tDqv
rmIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA5pVfTV8HQ3kd
ZwrwHUOG5ck/tv6kMSttLXd0UaStHqYCID/DdvDBvwOMyYQTjA/xn+nGvsdRydv/
LBQ23E9m06Ii
-----END CERTIFICATE-----`

const db = await testDatabase()
const actor = systemActor('test')
const rules = { testAllowed: true, reserved: [] }
const host: HostAddress = { hostId: 'hst_1', address: '192.0.2.7', port: 22, user: 'root', hostKey: 'k' }

let clock = new Date('2026-06-01T00:00:00Z')
const now = () => clock
const later = (hours: number) => {
  clock = new Date(clock.getTime() + hours * 3_600_000)
}
let count = 0
let ids = { instanceId: '', domain: '' }
beforeEach(() => {
  count += 1
  ids = { instanceId: `ins_${count}`, domain: `acme${count}.test` }
})

const trail = async (subject: string) =>
  (await db.rows<{ action: string }>('select action from audit_entry where subject = $1 order by id', [subject])).map(
    (row) => row.action,
  )

type Answering = (program: Program) => object
const remoteThat = (answers: Answering, ran: Program[] = []): Remote => ({
  run: async (_, program): Promise<ProgramResult> => {
    ran.push(program)
    return { exit: 0, events: [answers(program)], noise: '', stderr: '', seconds: 0 }
  },
  upload: async () => {},
  scanHostKey: async () => '',
  forget: async () => {},
  close: async () => {},
})
const nobody: Outside = {
  ask: async () => ({ kind: 'failed', why: 'x', code: 'X', seconds: 0 }),
  shakeHands: async () => ({ kind: 'ours', why: 'x', code: 'X' }),
}
const edges = (remote: Remote) =>
  edgeService({ db, remote, outside: nobody, now, rules, hstsSeconds: 60, ipv6: false, reveal: async () => '' })

const slots = { a: { port: 3000, weight: 100 }, b: { port: 3100, weight: 0 } }
const sites = [{ site: 'app', service: 'frontend', healthPath: '/health', slots }] as const
const applied = { event: 'applied', changed: true, reloaded: true, worker: 1 }

describe('the edge of a host with two instances', () => {
  test('serves both, and one goes without the other', async () => {
    const ran: Program[] = []
    const remote = remoteThat(
      (program) => (program.name === 'edge.certificate-remove' ? { event: 'removed', changed: true } : applied),
      ran,
    )
    const other = { instanceId: `${ids.instanceId}b`, domain: `b${ids.domain}` }
    await edges(remote).applyEdge(actor, { ...ids, host, sites })
    await edges(remote).applyEdge(actor, { ...other, host, sites })
    expect(ran.at(-1)?.script).toContain(`backend app.${ids.domain}`)
    expect(ran.at(-1)?.script).toContain(`backend app.${other.domain}`)

    await edges(remote).removeSite(actor, { instanceId: other.instanceId, host })

    const last = ran.findLast((program) => program.name === 'edge.apply')
    expect(last?.script).toContain(`backend app.${ids.domain}`)
    expect(last?.script).not.toContain(`backend app.${other.domain}`)
    expect(await trail(other.instanceId)).toEqual(['domain.claimed', 'edge.wanted', 'edge.removed'])
  })

  test('a wish that was overtaken on the host is made anew from what is wanted now', async () => {
    const ran: Program[] = []
    const remote = remoteThat(() => (ran.length === 1 ? { event: 'stale', generation: 900 } : applied), ran)

    await edges(remote).applyEdge(actor, { ...ids, host, sites })

    expect(ran).toHaveLength(2)
    expect(ran[1]?.script).toContain('-gt 901')
  })

  test('a domain another instance has is refused before anything is done on the host', async () => {
    const ran: Program[] = []
    await edges(remoteThat(() => applied)).applyEdge(actor, { ...ids, host, sites })

    const other = edges(remoteThat(() => applied, ran)).applyEdge(actor, {
      instanceId: 'ins_other',
      domain: ids.domain,
      host,
      sites,
    })

    await expect(other).rejects.toMatchObject({ code: 'domain.taken', kind: 'conflict' })
    expect(ran).toEqual([])
  })

  test.each([
    [
      { event: 'refused', code: 'edge.bad_config', why: 'line 3' },
      { code: 'edge.bad_config', kind: 'conflict' },
    ],
    [
      { event: 'refused', code: 'edge.busy', why: 'x' },
      { code: 'edge.busy', kind: 'unavailable' },
    ],
    [{ event: 'who knows' }, { code: 'edge.unreadable_answer', kind: 'unavailable' }],
  ])('the answer %j is an error', async (answer, error) => {
    await expect(edges(remoteThat(() => answer)).applyEdge(actor, { ...ids, host, sites })).rejects.toMatchObject(error)
  })

  test('weights move only where something is served', async () => {
    const weigh = edges(remoteThat(() => applied)).weighEdge(actor, { instanceId: 'ins_none', host, slots: {} })

    await expect(weigh).rejects.toMatchObject({ code: 'edge.not_applied' })
  })
})

describe('DNS that a customer keeps', () => {
  const mails = new Map<string, DnsMail>()
  let found: Partial<DnsLook> = {}
  const dns = dnsService({
    db,
    now,
    rules,
    authority: ['ca.test'],
    provider: {
      name: 'manual',
      ensure: async () => 'asked',
      withdraw: async () => {},
      look: async (name) => ({
        name,
        a: { kind: 'nxdomain' },
        aaaa: { kind: 'none' },
        caa: { kind: 'none' },
        ...found,
      }),
    },
    mail: async (_, mail) => {
      mails.set(mail.key, mail)
    },
  })
  const wanted = () => ({ ...ids, address: '192.0.2.7', contact: 'it@acme.test' })
  beforeEach(() => {
    mails.clear()
    found = {}
  })

  test('is asked for once with the exact records, and once more after a day', async () => {
    await dns.ensureDns(actor, wanted())
    await dns.ensureDns(actor, wanted())
    expect(await dns.lookDns(actor, wanted())).toMatchObject({ done: false })
    expect([...mails.values()]).toMatchObject([
      {
        kind: 'dns-records',
        records: expect.arrayContaining([{ name: `app.${ids.domain}`, type: 'A', value: '192.0.2.7' }]),
      },
    ])

    later(25)
    await dns.lookDns(actor, wanted())
    await dns.lookDns(actor, wanted())

    expect([...mails.values()].map((mail) => mail.kind)).toEqual(['dns-records', 'dns-reminder'])
    expect(await trail(ids.instanceId)).toEqual(['dns.asked', 'dns.looked', 'dns.reminded'])
  })

  test('is done when it leads to the host, and what was found is kept', async () => {
    await dns.ensureDns(actor, wanted())
    found = { a: { kind: 'found', values: ['192.0.2.7'] } }

    expect(await dns.lookDns(actor, wanted())).toMatchObject({ done: true })
    expect((await dns.dnsOf(actor, ids.instanceId)).results.map((each) => each.status)).toEqual(Array(6).fill('pass'))
  })

  test('cannot be asked of nobody', async () => {
    await expect(dns.ensureDns(actor, { ...ids, address: '192.0.2.7' })).rejects.toMatchObject({
      code: 'dns.no_contact',
    })
  })
})

describe('a certificate', () => {
  const leaf = new X509Certificate(selfSigned)
  const seen: Outside = {
    ...nobody,
    shakeHands: async ({ host: name }) => ({
      kind: 'agreed',
      protocol: 'TLSv1.3',
      trusted: true,
      why: '',
      serial: leaf.serialNumber,
      names: [name],
      issuer: 'x',
      notBefore: new Date(leaf.validFrom).toISOString(),
      notAfter: new Date(leaf.validTo).toISOString(),
    }),
  }
  const hostAnswers: Answering = ({ name }) => {
    if (name === 'edge.certificate-request') return { event: 'request', csr: 'AAAA', keyIsNew: true }
    if (name === 'edge.certificate') return { event: 'installed', serial: leaf.serialNumber, changed: true, worker: 1 }
    return { event: 'challenge', changed: true }
  }
  const refused = () => new NexusError('certificate.refused', 'conflict', 'no such order')

  function service(change: Partial<Acme> & { look?: () => AcmeOrder } = {}, outside = seen, answers = hostAnswers) {
    const did: string[] = []
    const acme: Acme = {
      directoryUrl: 'https://ca.test/dir',
      newAccountKey: async () => 'key',
      openAccount: async () => {
        did.push('open')
        return 'https://ca.test/acct/1'
      },
      placeOrder: async () => {
        did.push('order')
        return `https://ca.test/order/${did.length}`
      },
      lookAtOrder: async (_, url) =>
        change.look?.() ?? { state: 'challenges', url, challenges: [{ token: 't', answer: 't.k' }] },
      proveNames: async () => {},
      finalize: async () => {},
      download: async () => leaf.toString(),
      suggestedRenewal: async () => undefined,
      ...change,
    }
    const ran: Program[] = []
    const certificates = certificateService({
      db,
      remote: remoteThat(answers, ran),
      acme,
      outside,
      now,
      rules,
      secrets: {
        put: async (_, { tenant, name }) => `secret:${tenant}/${name}@1`,
        reveal: async (_, ref) => ref,
      },
    })
    return { certificates, did, ran }
  }
  const wanted = () => ({ ...ids, host, address: '192.0.2.7', tenant: `t-${ids.instanceId}`, contact: 'it@acme.test' })
  const states = async () =>
    (
      await db.rows<{ state: string }>('select state from certificate where instance_id = $1 order by id', [
        ids.instanceId,
      ])
    ).map((row) => row.state)

  beforeEach(() => {
    clock = new Date(new Date(leaf.validFrom).getTime() + 1000)
  })

  test('is issued once, in the order of its states, and challenges are taken back', async () => {
    const { certificates, did, ran } = service()
    const issued = await certificates.issueCertificate(actor, wanted())

    expect(await certificates.issueCertificate(actor, wanted())).toEqual(issued)
    expect(did).toEqual(['open', 'order'])
    expect(ran.map((program) => program.name)).toEqual([
      'edge.challenge',
      'edge.challenge-drop',
      'edge.certificate-request',
      'edge.certificate',
    ])
    expect(await trail(ids.instanceId)).toEqual(
      ['wanted', 'ordered', 'issued', 'installed', 'valid'].map((each) => `certificate.${each}`),
    )
  })

  test('does not count before it was seen from outside', async () => {
    await expect(service({}, nobody).certificates.issueCertificate(actor, wanted())).rejects.toMatchObject({
      code: 'certificate.not_seen',
      kind: 'unavailable',
    })
    expect(await states()).toEqual(['issued'])

    await service().certificates.issueCertificate(actor, wanted())
    expect(await states()).toEqual(['valid'])
  })

  test('is issued anew for a host that was built anew and shows none', async () => {
    await service().certificates.issueCertificate(actor, wanted())
    let looks = 0
    const rebuilt: Outside = {
      ...nobody,
      shakeHands: async (where) => {
        looks += 1
        return looks === 1 ? { kind: 'refused', why: 'unrecognized name', code: 'x' } : seen.shakeHands(where)
      },
    }

    await service({}, rebuilt).certificates.issueCertificate(actor, wanted())

    expect(await states()).toEqual(['superseded', 'valid'])
  })

  test('whose key went with its host has failed, and the next try begins anew', async () => {
    const lost = { event: 'refused', code: 'certificate.no_key', why: 'this host holds no key' }
    const forgetful: Answering = (program) => (program.name === 'edge.certificate' ? lost : hostAnswers(program))
    await expect(service({}, seen, forgetful).certificates.issueCertificate(actor, wanted())).rejects.toMatchObject({
      code: 'certificate.key_gone',
      kind: 'unavailable',
    })

    await service().certificates.issueCertificate(actor, wanted())
    expect(await states()).toEqual(['failed', 'valid'])
  })

  test('is ordered anew, once, when the authority has forgotten the order', async () => {
    let looks = 0
    const forgetful = service({
      look: () => {
        looks += 1
        if (looks === 1) throw refused()
        return { state: 'ready', url: 'u' }
      },
    })
    await forgetful.certificates.issueCertificate(actor, wanted())

    expect(forgetful.did).toEqual(['open', 'order', 'open', 'order'])
    expect(await states()).toEqual(['valid'])
  })

  test('that was refused has failed with the reason, and the next try begins anew', async () => {
    const stern = service({
      proveNames: async () => Promise.reject(new NexusError('certificate.refused', 'conflict', 'wrong answer at app')),
    })
    await expect(stern.certificates.issueCertificate(actor, wanted())).rejects.toMatchObject({
      code: 'certificate.refused',
      message: expect.stringContaining('wrong answer at app'),
    })
    expect(await states()).toEqual(['failed'])

    await service().certificates.issueCertificate(actor, wanted())
    expect(await states()).toEqual(['failed', 'valid'])
  })

  test('is due at two thirds of its life', async () => {
    const { certificates } = service()
    const { id } = await certificates.issueCertificate(actor, wanted())
    const due = async () => (await certificates.dueCertificates(actor)).some((each) => each.id === id)
    expect(await due()).toBe(false)

    const life = new Date(leaf.validTo).getTime() - new Date(leaf.validFrom).getTime()
    clock = new Date(new Date(leaf.validFrom).getTime() + (life * 2) / 3 + 1000)

    expect(await due()).toBe(true)
  })
})
