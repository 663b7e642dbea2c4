import { z } from 'zod'
import { checkStatuses } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Certificate } from './certificate.ts'
import type { Certificates } from './certificate-service.ts'
import { printRecord } from './dns-provider.ts'
import type { DnsVerbs } from './dns-service.ts'

const Params = z.object({ id: z.string().max(60) })

const CertificateView = z
  .object({
    id: z.string(),
    domain: z.string(),
    names: z.array(z.string()),
    state: z.enum(['wanted', 'ordered', 'issued', 'installed', 'valid', 'superseded', 'failed']),
    authority: z.string().meta({ description: 'The directory of the certificate authority.' }),
    serial: z.string().optional(),
    notBefore: z.iso.datetime().optional(),
    notAfter: z.iso.datetime().optional(),
    renewAt: z.iso.datetime().optional().meta({ description: 'When it is renewed by itself.' }),
    failure: z.string().optional(),
  })
  .meta({ id: 'Certificate' })

const DnsView = z
  .object({
    domain: z.string(),
    provider: z.string(),
    records: z
      .array(z.string())
      .meta({ description: 'Exactly what is to be set.', example: ['app.acme.com. A 192.0.2.7'] }),
    contact: z.string().optional(),
    askedAt: z.iso.datetime(),
    remindedAt: z.iso.datetime().optional(),
    lookedAt: z.iso.datetime().optional(),
    results: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        status: z.enum(checkStatuses),
        summary: z.string(),
        asked: z.string(),
        vantage: z.string(),
        at: z.string(),
        evidence: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'InstanceDns' })

const dates = <Key extends string>(found: Partial<Record<Key, Date>>) =>
  Object.fromEntries(
    Object.entries<Date | undefined>(found).flatMap(([key, at]) => (at === undefined ? [] : [[key, at.toISOString()]])),
  )

const toView = ({
  id,
  domain,
  names,
  state,
  directoryUrl,
  serial,
  failure,
  notBefore,
  notAfter,
  renewAt,
}: Certificate): z.infer<typeof CertificateView> => ({
  id,
  domain,
  names: [...names],
  state,
  authority: directoryUrl,
  ...(serial === undefined ? {} : { serial }),
  ...(failure === undefined ? {} : { failure }),
  ...dates({ ...(notBefore ? { notBefore } : {}), ...(notAfter ? { notAfter } : {}), ...(renewAt ? { renewAt } : {}) }),
})

export const edgeRoutes =
  ({ certificates, dns }: { readonly certificates: Certificates; readonly dns: DnsVerbs }): Routes =>
  async (app) => {
    app.get(
      '/instances/:id/certificates',
      {
        config: { permission: 'instances.read' },
        schema: {
          operationId: 'listCertificates',
          tags: ['instances'],
          summary: 'The certificates of an instance, the newest first.',
          params: Params,
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(60).optional(),
          }),
          response: { 200: z.object({ items: z.array(CertificateView), next: z.string().optional() }) },
        },
      },
      async ({ actor, params, query: { limit, after } }) => {
        const found = await certificates.listCertificates(actor, params.id, {
          limit,
          ...(after === undefined ? {} : { after }),
        })
        const last = found.length === limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.get(
      '/instances/:id/dns',
      {
        config: { permission: 'instances.read' },
        schema: {
          operationId: 'getInstanceDns',
          tags: ['instances'],
          summary: 'The DNS records an instance needs, and what was found when last looked.',
          params: Params,
          response: { 200: DnsView },
        },
      },
      async ({ actor, params }) => {
        const { domain, provider, records, contact, askedAt, remindedAt, lookedAt, results } = await dns.dnsOf(
          actor,
          params.id,
        )
        return {
          domain,
          provider,
          records: records.map(printRecord),
          ...(contact === undefined ? {} : { contact }),
          askedAt: askedAt.toISOString(),
          ...(remindedAt === undefined ? {} : { remindedAt: remindedAt.toISOString() }),
          ...(lookedAt === undefined ? {} : { lookedAt: lookedAt.toISOString() }),
          results: [...results],
        }
      },
    )
  }
