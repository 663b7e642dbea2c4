import { z } from 'zod'
import { NexusError } from '../platform/errors.ts'
import { list, text } from './setting-kinds.ts'

/** How Nexus itself is reached by HTTPS: by a certificate from files, or by one that it gets by ACME. */
export const tlsSettings = {
  tlsCertificate: text
    .default('')
    .describe('PEM file with the certificate of Nexus itself and its chain; read again when it changes.'),
  tlsKey: text.default('').describe('PEM file with its key, readable to nobody but its owner and group.'),
  tlsAcmeNames: list
    .default([])
    .describe('Names for which Nexus gets its own certificate at acmeDirectory, instead of files. For one node.'),
  tlsAcmeContact: text.default('').describe('Mail address that the authority may write to about it.'),
  tlsAcmeListenHost: text.default('0.0.0.0').describe('Address on which the questions of the authority are answered.'),
  tlsAcmePort: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(80)
    .describe('Port there; the authority asks at port 80. Open only while it asks.'),
}

export type TlsSettings = z.infer<z.ZodObject<typeof tlsSettings>>

export const speaksTls = ({ tlsCertificate, tlsAcmeNames }: TlsSettings): boolean =>
  tlsCertificate !== '' || tlsAcmeNames.length > 0

/** Whatever would send tokens in clear over a network is refused before anything starts. */
export function refusePlainHttp(given: TlsSettings & { readonly listenHost: string }): void {
  const { tlsCertificate, tlsKey, tlsAcmeNames, listenHost } = given
  if ((tlsCertificate === '') !== (tlsKey === ''))
    throw new NexusError('config.half_tls', 'invalid', 'tlsCertificate and tlsKey belong together.', {
      hint: 'Name both files or neither.',
    })
  if (tlsCertificate !== '' && tlsAcmeNames.length > 0)
    throw new NexusError(
      'config.two_certificates',
      'invalid',
      'A certificate comes from files or by ACME, not from both.',
      {
        hint: 'Leave tlsCertificate and tlsKey out, or tlsAcmeNames.',
      },
    )
  if (['127.0.0.1', '::1', 'localhost'].includes(listenHost) || speaksTls(given)) return
  throw new NexusError(
    'config.plain_http',
    'invalid',
    `Plain HTTP on ${listenHost} is refused: tokens would cross the network in clear.`,
    {
      hint: 'Set tlsCertificate and tlsKey, or tlsAcmeNames; or keep listenHost on 127.0.0.1 behind a TLS proxy or ssh -L.',
    },
  )
}
