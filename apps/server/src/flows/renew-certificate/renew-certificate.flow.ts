import type { Hosts } from '../../modules/hosts/index.ts'
import type { Certificates, Instances } from '../../modules/instances/index.ts'
import type { Orders } from '../../modules/orders/index.ts'
import { type Actor, systemActor } from '../../platform/actor.ts'
import { defineFlow, step } from '../../platform/durable.ts'

export type RenewCertificateInput = { readonly instanceId: string; readonly replaces: string }
export type RenewCertificateModules = {
  readonly certificates: Certificates
  readonly instances: Instances
  readonly hosts: Hosts
  readonly orders: Orders
}

/** A certificate is renewed at two thirds of its life, by the same way it came, without a reload (S0-109, S0-144). */
export const renewCertificateFlow = (modules: RenewCertificateModules) =>
  defineFlow<RenewCertificateInput>('renew-certificate', async (input) => {
    await step('renew the certificate', () => renew(modules, systemActor('renew-certificate'), input), 'long')
    return 'done'
  })

async function renew(
  { certificates, instances, hosts, orders }: RenewCertificateModules,
  as: Actor,
  { instanceId, replaces }: RenewCertificateInput,
) {
  const instance = await instances.find(as, instanceId)
  const host = await hosts.addressOf(instance.hostId)
  const { technicalContact } = await orders.complete(as, instance.orderId)
  const { domain, tenant } = instance
  const wanted = { instanceId, host, address: host.address, domain, tenant, contact: technicalContact.email, replaces }
  const { serial, notAfter } = await certificates.renewCertificate(as, wanted)
  return { serial, notAfter }
}
