import { createHash } from 'node:crypto'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { HostAddress } from '../../platform/remote.ts'
import { type Certificate, certificateNotFound, isUnderWay } from './certificate.ts'
import { type CertificateParts, carryOn } from './certificate-order.ts'
import type { AcmeAccount, CertificateDeps } from './certificate-ports.ts'
import * as store from './certificate-store.ts'
import { type DomainName, hostsOf, parseDomain } from './domain.ts'

export type IssueCertificate = {
  readonly instanceId: string
  readonly host: HostAddress
  /** Where the world reaches the host: the certificate is looked at there before it counts. */
  readonly address: string
  readonly domain: string
  readonly tenant: string
  /** Whom the authority may write to. */
  readonly contact: string
}

/** A certificate as a flow may keep it. */
export type IssuedCertificate = {
  readonly id: string
  readonly serial: string
  readonly notAfter: string
  readonly renewAt: string
}

export type Certificates = ReturnType<typeof certificateService>

export const certificateService = (deps: CertificateDeps) => {
  const { db, now, acme, secrets } = deps

  /** The one under way, or a new one unless the one that counts will do. */
  const begin = (actor: Actor, wanted: IssueCertificate, domain: DomainName, willDo: (valid: Certificate) => boolean) =>
    db.inTransaction(async (tx) => {
      const open = await store.lockOpenCertificate(tx, domain)
      if (open) return open
      const valid = await store.findValidCertificate(tx, domain)
      if (valid && willDo(valid)) return valid
      const certificate: Certificate = {
        id: newId('crt', now()),
        instanceId: wanted.instanceId,
        domain,
        names: Object.values(hostsOf(domain)),
        tenant: wanted.tenant,
        directoryUrl: acme.directoryUrl,
        state: 'wanted',
        createdAt: now(),
      }
      await store.addCertificate(tx, certificate)
      await recordAudit(tx, actor, {
        action: 'certificate.wanted',
        subject: wanted.instanceId,
        after: { id: certificate.id, names: certificate.names },
        at: now(),
      })
      return certificate
    })

  /** The tenant's account at the authority. Its key is kept before the account is opened, so it is never lost. */
  async function account(actor: Actor, tenant: string, contact: string, again: boolean): Promise<AcmeAccount> {
    const name = `acme-account.${createHash('sha256').update(acme.directoryUrl).digest('hex').slice(0, 12)}`
    let row = await store.findAccount(db, tenant, acme.directoryUrl)
    if (!row) {
      const keyRef = await secrets.put(actor, { tenant, name }, await acme.newAccountKey())
      await db.inTransaction(async (tx) => {
        await store.addAccount(tx, tenant, acme.directoryUrl, keyRef, now())
        await recordAudit(tx, actor, {
          action: 'certificate.account',
          subject: tenant,
          after: { directory: acme.directoryUrl, keyRef },
          at: now(),
        })
      })
      row = await store.findAccount(db, tenant, acme.directoryUrl)
    }
    if (!row) throw new NexusError('certificate.no_account', 'unavailable', `The account of ${tenant} was not kept.`)
    const base = { keyPem: await secrets.reveal(actor, row.keyRef), contact: [`mailto:${contact}`] }
    if (row.accountUrl !== undefined && !again) return { ...base, url: row.accountUrl }
    const url = await acme.openAccount(base)
    await db.inTransaction((tx) => store.saveAccountUrl(tx, tenant, acme.directoryUrl, url))
    return { ...base, url }
  }

  /** A host that was built anew has lost certificate and key, whatever our tables say. */
  async function isStillShown({ domain, serial }: Certificate, address: string): Promise<boolean> {
    const shown = await deps.outside.shakeHands({ address, port: 443, host: hostsOf(domain).app })
    if (shown.kind === 'agreed') return shown.serial === serial
    if (shown.kind === 'refused') return false
    throw new NexusError(
      'certificate.not_seen',
      'unavailable',
      `The edge of ${domain} cannot be looked at: ${shown.why}.`,
    )
  }

  async function bring(
    actor: Actor,
    wanted: IssueCertificate,
    willDo: (valid: Certificate) => boolean,
  ): Promise<IssuedCertificate> {
    requirePermission(actor, 'instances.write')
    const domain = parseDomain(wanted.domain, deps.rules)
    const found = await begin(actor, wanted, domain, willDo)
    if (!isUnderWay(found.state) && (await isStillShown(found, wanted.address))) return toIssued(found)
    const certificate = isUnderWay(found.state) ? found : await begin(actor, wanted, domain, () => false)
    const parts: CertificateParts = {
      ...deps,
      actor,
      host: wanted.host,
      address: wanted.address,
      account: (again) => account(actor, wanted.tenant, wanted.contact, again),
    }
    return toIssued(await carryOn(parts, certificate))
  }

  return {
    /** One certificate for app and api, installed and seen from outside. A valid one that is not due will do. */
    issueCertificate: (actor: Actor, wanted: IssueCertificate): Promise<IssuedCertificate> =>
      bring(actor, wanted, (valid) => valid.renewAt === undefined || valid.renewAt > now()),

    /** The same way again. `replaces` is the serial to leave: when another counts already, that was done before. */
    renewCertificate: (
      actor: Actor,
      wanted: IssueCertificate & { readonly replaces: string },
    ): Promise<IssuedCertificate> => bring(actor, wanted, (valid) => valid.serial !== wanted.replaces),

    /** Those whose time to renew has come: what the schedule asks. */
    async dueCertificates(actor: Actor): Promise<readonly Certificate[]> {
      requirePermission(actor, 'instances.read')
      return store.listDueCertificates(db, now())
    },

    async listCertificates(
      actor: Actor,
      instanceId: string,
      page: { limit: number; after?: string },
    ): Promise<readonly Certificate[]> {
      requirePermission(actor, 'instances.read')
      return store.listCertificates(db, instanceId, page.limit, page.after)
    },
  }
}

function toIssued({ id, domain, serial, notAfter, renewAt }: Certificate): IssuedCertificate {
  if (serial === undefined || notAfter === undefined || renewAt === undefined) throw certificateNotFound(domain)
  return { id, serial, notAfter: notAfter.toISOString(), renewAt: renewAt.toISOString() }
}
