export type DnsRecord = { readonly name: string; readonly type: 'A' | 'AAAA' | 'CAA'; readonly value: string }

/** What a name server said to one question. No answer is not the same as "there is nothing". */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly values: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'no_answer'; readonly why: string }

export type DnsLook = {
  readonly name: string
  readonly a: DnsAnswer
  readonly aaaa: DnsAnswer
  /** The nearest CAA records on the way up, as `<flags> <tag> "<value>"`, and where they were found. */
  readonly caa: DnsAnswer
  readonly caaAt?: string
}

export type DnsProvider = {
  readonly name: string
  /** `set`: done by us. `asked`: a person has to do it, and is told. */
  readonly ensure: (records: readonly DnsRecord[]) => Promise<'set' | 'asked'>
  /** Takes away what `ensure` set; a provider that sets nothing does nothing. */
  readonly withdraw: (names: readonly string[]) => Promise<void>
  readonly look: (name: string) => Promise<DnsLook>
}

export const printRecord = ({ name, type, value }: DnsRecord): string => `${name}. ${type} ${value}`
