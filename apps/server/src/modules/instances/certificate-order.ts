import { X509Certificate } from 'node:crypto'
import type { Actor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { HostAddress } from '../../platform/remote.ts'
import {
  type Certificate,
  type CertificateState,
  certificateNotFound,
  isUnderWay,
  moveCertificate,
  renewalTime,
} from './certificate.ts'
import {
  addChallenge,
  challengeAnswer,
  dropChallenge,
  installAnswer,
  installCertificate,
  requestAnswer,
  requestCertificate,
} from './certificate-commands.ts'
import { judgeCertificate } from './certificate-judge.ts'
import type { AcmeAccount, CertificateDeps } from './certificate-ports.ts'
import * as store from './certificate-store.ts'
import { hostsOf } from './domain.ts'
import { askEdge } from './edge-answer.ts'

export type CertificateParts = CertificateDeps & {
  readonly actor: Actor
  readonly host: HostAddress
  readonly address: string
  /** The tenant's account; `again` asks the authority anew, for when it has forgotten it. */
  readonly account: (again: boolean) => Promise<AcmeAccount>
}

/** From wherever it stands to `valid`, one state after the other; what was reached is kept before the next is begun. */
export async function carryOn(parts: CertificateParts, from: Certificate): Promise<Certificate> {
  let certificate = from
  let forgotten = false
  for (let turns = 0; turns < 12 && isUnderWay(certificate.state); turns += 1) {
    if (certificate.state === 'wanted') certificate = await placeOrder(parts, certificate, forgotten)
    else if (certificate.state === 'ordered') {
      const after = await workOnOrder(parts, certificate, forgotten)
      forgotten ||= after.state === 'wanted'
      certificate = after
    } else if (certificate.state === 'issued') certificate = await install(parts, certificate)
    else certificate = await seenFromOutside(parts, certificate)
  }
  if (certificate.state === 'valid') return certificate
  throw new NexusError(
    'certificate.not_issued',
    'unavailable',
    `The certificate of ${certificate.domain} stands at "${certificate.state}".`,
  )
}

const move = (
  parts: CertificateParts,
  certificate: Certificate,
  to: CertificateState,
  change: Partial<Certificate> = {},
) =>
  parts.db.inTransaction(async (tx) => {
    const before = await store.lockCertificate(tx, certificate.id)
    if (!before) throw certificateNotFound(certificate.domain)
    const after = { ...moveCertificate(before, to), ...change }
    const at = parts.now()
    if (to === 'valid') {
      const old = await store.findValidCertificate(tx, certificate.domain)
      if (old && old.id !== after.id) await store.saveCertificate(tx, moveCertificate(old, 'superseded'), at)
    }
    await store.saveCertificate(tx, after, at)
    await recordAudit(tx, parts.actor, {
      action: `certificate.${to}`,
      subject: after.instanceId,
      before: { state: before.state },
      after: { id: after.id, state: to, serial: after.serial, notAfter: after.notAfter, failure: after.failure },
      at,
    })
    return after
  })

/** The order's URL is kept before anything is handed in: a cut-off order is found again by it. */
async function placeOrder(parts: CertificateParts, certificate: Certificate, again: boolean): Promise<Certificate> {
  const orderUrl = await parts.acme.placeOrder(await parts.account(again), certificate.names)
  return move(parts, certificate, 'ordered', { orderUrl })
}

async function workOnOrder(parts: CertificateParts, certificate: Certificate, again: boolean): Promise<Certificate> {
  const { acme, host, remote } = parts
  const url = certificate.orderUrl ?? ''
  const account = await parts.account(false)
  const order = await acme.lookAtOrder(account, url).catch((thrown: unknown) => {
    // The authority knows neither this order nor perhaps the account any more: begin anew, once.
    if (toFailure(thrown).code === 'certificate.refused' && !again) return undefined
    throw thrown
  })
  if (order === undefined) return move(parts, certificate, 'wanted')
  if (order.state === 'lost') return giveUp(parts, certificate, order.why)
  if (order.state === 'challenges') {
    try {
      for (const { token, answer } of order.challenges)
        await askEdge(remote, host, addChallenge(token, answer), challengeAnswer)
      await acme.proveNames(account, url)
    } catch (thrown) {
      if (toFailure(thrown).code === 'certificate.refused') await giveUp(parts, certificate, toFailure(thrown).message)
      throw thrown
    } finally {
      for (const { token } of order.challenges)
        await askEdge(remote, host, dropChallenge(token), challengeAnswer).catch(() => undefined)
    }
  }
  if (order.state === 'challenges' || order.state === 'ready') {
    const { csr } = await askEdge(remote, host, requestCertificate(certificate.domain), requestAnswer)
    await acme.finalize(account, url, Buffer.from(csr, 'base64'))
  }
  const leaf = new X509Certificate(await acme.download(account, url))
  const [notBefore, notAfter] = [new Date(leaf.validFrom), new Date(leaf.validTo)]
  const suggested = await acme.suggestedRenewal({ raw: leaf.raw, serial: leaf.serialNumber })
  const renewAt = renewalTime(notBefore, notAfter, suggested)
  return move(parts, certificate, 'issued', { serial: leaf.serialNumber, notBefore, notAfter, renewAt })
}

async function giveUp(parts: CertificateParts, certificate: Certificate, why: string): Promise<never> {
  await move(parts, certificate, 'failed', { failure: why })
  throw new NexusError('certificate.refused', 'conflict', `No certificate for ${certificate.domain}: ${why}`, {
    hint: 'Look at the DNS of the domain: nexusctl instance checks',
  })
}

async function install(parts: CertificateParts, certificate: Certificate): Promise<Certificate> {
  const chain = await parts.acme.download(await parts.account(false), certificate.orderUrl ?? '')
  await askEdge(parts.remote, parts.host, installCertificate(certificate.domain, chain), installAnswer).catch(
    async (thrown: unknown) => {
      const { code, message } = toFailure(thrown)
      // The host was built anew meanwhile, and its key is gone for good: only another certificate helps.
      if (code !== 'certificate.no_key' && code !== 'certificate.wrong_key') throw thrown
      await move(parts, certificate, 'failed', { failure: message })
      throw new NexusError('certificate.key_gone', 'unavailable', `The key of the new certificate is gone: ${message}`)
    },
  )
  return move(parts, certificate, 'installed')
}

/** It counts only once the world gets it: both names, trusted, of this serial. Otherwise the next try installs again. */
async function seenFromOutside(parts: CertificateParts, certificate: Certificate): Promise<Certificate> {
  for (const host of Object.values(hostsOf(certificate.domain))) {
    const shown = await parts.outside.shakeHands({ address: parts.address, port: 443, host })
    const judged = judgeCertificate(shown, host, parts.now(), certificate.serial)
    if (judged.status === 'pass' || judged.status === 'warn') continue
    await move(parts, certificate, 'issued')
    throw new NexusError(
      'certificate.not_seen',
      'unavailable',
      `The new certificate is not what the world sees: ${judged.summary}.`,
    )
  }
  return move(parts, certificate, 'valid')
}
