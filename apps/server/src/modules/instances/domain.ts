import { domainToASCII } from 'node:url'
import { parse } from 'tldts'
import { NexusError } from '../../platform/errors.ts'

declare const parsed: unique symbol

/** A host name in lower-case ASCII that was parsed here. Nothing else reaches the edge's file or socket. */
export type DomainName = string & { readonly [parsed]: true }

export type DomainRules = {
  /** `*.test` is for the lab only. */
  readonly testAllowed: boolean
  /** Our own names: neither they, nor a name below or above them, may be a customer's. */
  readonly reserved: readonly string[]
}

export type DomainHosts = { readonly app: DomainName; readonly api: DomainName }

const longest = 253
const labelShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const neverPublic = ['arpa', 'onion']

const invalidDomain = (text: string, why: string) =>
  new NexusError(
    'domain.invalid',
    'invalid',
    `${JSON.stringify(text.slice(0, 80))} cannot be a customer's domain: ${why}.`,
    {
      hint: 'Give the domain itself, such as example.com: app. and api. are put before it.',
    },
  )

/** The domain a customer gave, as DNS writes it, or an error that says what is wrong with it. */
export function parseDomain(text: string, rules: DomainRules): DomainName {
  const name = toAscii(text)
  const labels = name.split('.')
  if (`app.${name}`.length > longest) throw invalidDomain(text, 'it is too long')
  if (labels.length < 2) throw invalidDomain(text, 'it has no dot')
  const bad = labels.find((label) => !labelShape.test(label))
  if (bad !== undefined) throw invalidDomain(text, `${JSON.stringify(bad)} is not a label of a host name`)
  if (/^\d+$/.test(labels.at(-1) ?? '')) throw invalidDomain(text, 'it is an address, not a name')
  refuseSuffix(text, name, rules.testAllowed)
  const ours = rules.reserved.find((each) => name === each || name.endsWith(`.${each}`) || each.endsWith(`.${name}`))
  if (ours !== undefined) {
    throw new NexusError('domain.reserved', 'conflict', `${name} is one of our own names and cannot be a customer's.`)
  }
  return name as DomainName
}

export const hostsOf = (domain: DomainName): DomainHosts => ({
  app: `app.${domain}` as DomainName,
  api: `api.${domain}` as DomainName,
})

/** A name that was parsed before and comes back from a row or a flow: its shape is looked at again. */
export function readHostName(text: string): DomainName {
  const labels = text.split('.')
  if (text.length > longest || labels.length < 2 || !labels.every((label) => labelShape.test(label))) {
    throw invalidDomain(text, 'it is not a host name')
  }
  return text as DomainName
}

function toAscii(text: string): string {
  // The URL rules drop tabs and line feeds silently, so they are refused before.
  if (text === '' || /[\s\u0000-\u0020\u007f]/.test(text)) throw invalidDomain(text, 'it is empty or holds blanks')
  if (text.includes('*')) throw invalidDomain(text, 'a wildcard is not a domain')
  if (text.includes('_')) throw invalidDomain(text, 'an underscore is not allowed in a host name')
  // What follows one of these would be cut off or decoded silently, too.
  if (/[:/\\?#@%[\]]/.test(text)) throw invalidDomain(text, 'it is a part of an address, not a name alone')
  if (text.endsWith('.')) throw invalidDomain(text, 'it ends with a dot')
  const ascii = domainToASCII(text)
  if (ascii === '') throw invalidDomain(text, 'it has no form in DNS')
  return ascii
}

function refuseSuffix(text: string, name: string, testAllowed: boolean): void {
  const top = name.slice(name.lastIndexOf('.') + 1)
  if (top === 'test' && testAllowed) return
  const found = parse(name, { allowPrivateDomains: true })
  if (found.publicSuffix === name) throw invalidDomain(text, 'it is a public suffix that belongs to nobody alone')
  if ((!found.isIcann && !found.isPrivate) || neverPublic.includes(top)) {
    throw invalidDomain(text, `.${top} is not a public top-level domain`)
  }
}
