import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../test/harness/pretend-app.ts'
import { acmeCertificates } from '../platform/adapters/acme-certificates.ts'
import { makeRoot, signRequest } from '../platform/adapters/pretend-authority.ts'
import { NexusError } from '../platform/errors.ts'
import { isDue, ownCertificate, ownCertificateFile } from './own-certificate.ts'

const root = makeRoot()
const names = ['nexus.example.test', 'console.example.test']

/** An authority in memory that really asks for its challenge by HTTP, and signs what it is handed. */
function authority(port: number) {
  let state: 'challenges' | 'ready' | 'issued' = 'challenges'
  let chain = ''
  const orders: string[] = []
  const challenge = { token: 'a-token', answer: 'a-token.thumbprint' }
  const asked: number[] = []
  const { makeRequest, newAccountKey } = acmeCertificates({ url: 'https://authority.test/dir' })
  return {
    orders,
    asked,
    again: () => {
      state = 'challenges'
    },
    acme: {
      makeRequest,
      newAccountKey,
      openAccount: async () => 'https://authority.test/account/1',
      placeOrder: async () => {
        orders.push('https://authority.test/order/1')
        return orders[0] ?? ''
      },
      lookAtOrder: async (_account: unknown, url: string) =>
        state === 'challenges' ? { state, url, challenges: [challenge] } : { state, url },
      proveNames: async () => {
        const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
        const good = await ask(`/.well-known/acme-challenge/${challenge.token}`)
        asked.push(good.status, (await ask('/')).status, (await ask('/api/v1/orders')).status)
        if ((await good.text()) !== challenge.answer) throw new NexusError('certificate.refused', 'conflict', 'No.')
        state = 'ready'
      },
      finalize: async (_account: unknown, _url: string, csr: Buffer) => {
        chain = signRequest(root, csr, names, { from: new Date(Date.now() - 60_000), hours: 90 * 24 })
        state = 'issued'
      },
      download: async () => chain,
    },
  }
}

async function given() {
  const folder = join(mkdtempSync(join(tmpdir(), 'nexus-acme-')), 'tls')
  const port = await freePort()
  const pretended = authority(port)
  let at = new Date()
  const certificate = ownCertificate({
    acme: pretended.acme,
    names,
    contact: 'ops@example.test',
    folder,
    listen: { host: '127.0.0.1', port },
    now: () => at,
    log: pino({ level: 'silent' }),
  })
  const pass = (days: number) => {
    at = new Date(at.getTime() + days * 86_400_000)
  }
  return { ...pretended, certificate, file: ownCertificateFile(folder), folder, port, pass }
}

describe('the certificate that Nexus gets for itself', () => {
  test('comes by HTTP-01 on a port that answers nothing else and is closed afterwards', async () => {
    const { certificate, asked, file, folder, port } = await given()
    const got = await certificate.refresh()
    const leaf = new X509Certificate(readFileSync(file, 'utf8'))

    expect(got).toBe(true)
    expect(asked).toEqual([200, 404, 404])
    expect(names.map((each) => leaf.checkHost(each))).toEqual(names)
    expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })

  test('is left alone for two thirds of its life, then renewed with a new key', async () => {
    const { certificate, orders, file, pass, again } = await given()
    await certificate.refresh()
    const first = readFileSync(file, 'utf8')
    pass(59)
    await certificate.refresh()
    const young = readFileSync(file, 'utf8')
    pass(2)
    again()
    await certificate.refresh()

    expect(young).toBe(first)
    expect(orders).toHaveLength(2)
    expect(readFileSync(file, 'utf8')).not.toBe(first)
  })

  test('that is not given leaves the one before, and is asked for again', async () => {
    const { certificate, acme, file, pass } = await given()
    await certificate.refresh()
    const before = readFileSync(file, 'utf8')
    pass(70)
    acme.placeOrder = async () => {
      throw new NexusError('certificate.authority_unreachable', 'unavailable', 'Away.')
    }

    expect(await certificate.refresh()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(isDue(file, names, new Date(Date.now() + 70 * 86_400_000))).toBe(true)
  })

  test('is due again where another name is wanted', async () => {
    const { certificate, file } = await given()
    await certificate.refresh()

    expect(existsSync(file)).toBe(true)
    expect(isDue(file, names, new Date())).toBe(false)
    expect(isDue(file, [...names, 'other.example.test'], new Date())).toBe(true)
  })
})
