import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** PEM text, or the base64 of it where a newline cannot be passed on. */
export const authorityText = (given: string): string =>
  given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString('utf8')

export const looksLikeAuthority = (given: string) =>
  authorityText(given).includes('-----BEGIN CERTIFICATE-----') ? undefined : 'must be a PEM certificate or its base64'

/** Trusts Node's own list, the machine's, and one more authority when it is given (a company's own, or a lab's). */
export function trustAuthorities(extra: string): void {
  const own = extra === '' ? [] : [authorityText(extra)]
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system'), ...own])
}
