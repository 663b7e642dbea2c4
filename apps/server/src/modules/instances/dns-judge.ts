import type { CheckResult } from '../../platform/check.ts'
import { type DnsAnswer, type DnsLook, type DnsRecord, printRecord } from './dns-provider.ts'

export type DnsWish = {
  readonly names: readonly string[]
  readonly address: string
  /** Only where the host is really reached by it. */
  readonly address6?: string
  /** The names by which CAA records allow our certificate authority; empty where it has none. */
  readonly authority: readonly string[]
}

/** The records to be set, exactly as a person types them in. */
export const recordsFor = (wish: DnsWish): readonly DnsRecord[] =>
  wish.names.flatMap((name): DnsRecord[] => [
    { name, type: 'A', value: wish.address },
    ...(wish.address6 === undefined ? [] : [{ name, type: 'AAAA' as const, value: wish.address6 }]),
  ])

/** A, AAAA and CAA of every name, judged before the authority is asked: each refusal names the record to set. */
export const judgeDns = (looks: readonly DnsLook[], wish: DnsWish, at: Date): readonly CheckResult[] =>
  wish.names.flatMap((name) => {
    const look = looks.find((each) => each.name === name)
    const missing: DnsAnswer = { kind: 'no_answer', why: 'nobody looked' }
    return [
      result(name, 'A', judgeAddress(look?.a ?? missing, { name, type: 'A', value: wish.address }), look?.a, at),
      result(name, 'AAAA', judgeAaaa(look?.aaaa ?? missing, name, wish.address6), look?.aaaa, at),
      result(name, 'CAA', judgeCaa(look?.caa ?? missing, look?.caaAt ?? name, wish.authority), look?.caa, at),
    ]
  })

type Judgement = { readonly status: 'pass' | 'fail' | 'unknown'; readonly summary: string }

function judgeAddress(answer: DnsAnswer, wanted: DnsRecord): Judgement {
  const set = `set ${printRecord(wanted)}`
  if (answer.kind === 'no_answer')
    return { status: 'unknown', summary: `the name server gave no answer (${answer.why})` }
  if (answer.kind === 'nxdomain') return { status: 'fail', summary: `${wanted.name} does not exist yet: ${set}` }
  if (answer.kind === 'none') return { status: 'fail', summary: `${wanted.name} has no ${wanted.type} record: ${set}` }
  const others = answer.values.filter((value) => !sameAddress(value, wanted.value))
  if (others.length === 0) return { status: 'pass', summary: `${wanted.name} leads to ${wanted.value}` }
  const also =
    others.length < answer.values.length
      ? `also leads to ${others.join(', ')}: remove that and `
      : `leads to ${others.join(', ')}: `
  return { status: 'fail', summary: `${wanted.name} ${also}${set}` }
}

function judgeAaaa(answer: DnsAnswer, name: string, wanted: string | undefined): Judgement {
  if (wanted !== undefined) return judgeAddress(answer, { name, type: 'AAAA', value: wanted })
  if (answer.kind === 'no_answer')
    return { status: 'unknown', summary: `the name server gave no answer (${answer.why})` }
  if (answer.kind !== 'found') return { status: 'pass', summary: `${name} has no IPv6 address, as it should` }
  const stray = answer.values.map((value) => printRecord({ name, type: 'AAAA', value })).join(' and ')
  return { status: 'fail', summary: `${name} leads elsewhere over IPv6: remove ${stray}` }
}

/** RFC 8659. Issue-wild is not ours: no wildcard is asked for. */
function judgeCaa(answer: DnsAnswer, at: string, authority: readonly string[]): Judgement {
  if (answer.kind === 'no_answer')
    return { status: 'unknown', summary: `the name server gave no answer (${answer.why})` }
  if (answer.kind !== 'found') return { status: 'pass', summary: 'every certificate authority may issue' }
  const records = answer.values.map(readCaa)
  const strange = records.find(
    (each) => each.critical && !['issue', 'issuewild', 'iodef', 'issuemail'].includes(each.tag),
  )
  if (strange)
    return {
      status: 'fail',
      summary: `${at} has a critical CAA record "${strange.tag}" that no authority may pass by: remove it`,
    }
  const issue = records.filter((each) => each.tag === 'issue')
  if (issue.length === 0) return { status: 'pass', summary: 'no CAA record says who may issue' }
  const allowed = issue.find((each) => authority.includes(each.authority) && allowsHttp(each.parameters))
  if (allowed) return { status: 'pass', summary: `CAA of ${at} allows ${allowed.authority}` }
  const first = authority[0]
  if (first === undefined)
    return { status: 'unknown', summary: `CAA of ${at} restricts who may issue, and our authority has no CAA name set` }
  return {
    status: 'fail',
    summary: `CAA of ${at} forbids our certificate authority: set ${printRecord({ name: at, type: 'CAA', value: `0 issue "${first}"` })}`,
  }
}

function readCaa(text: string) {
  const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) "(.*)"$/.exec(text) ?? []
  const [authority = '', ...parameters] = value.split(';').map((part) => part.trim())
  return { critical: Number(flags) >= 128, tag: tag.toLowerCase(), authority: authority.toLowerCase(), parameters }
}

/** RFC 8657: a record may name the ways of proof it allows; an account it binds to is not known to be ours. */
const allowsHttp = (parameters: readonly string[]): boolean =>
  parameters.every((parameter) => {
    const [key = '', value = ''] = parameter.split('=').map((part) => part.trim().toLowerCase())
    if (key === 'validationmethods')
      return value
        .split(',')
        .map((each) => each.trim())
        .includes('http-01')
    return key !== 'accounturi'
  })

const sameAddress = (one: string, other: string): boolean => normal(one) === normal(other)

/** IPv6 has many spellings; the URL parser writes all of them the same. */
function normal(address: string): string {
  if (!address.includes(':')) return address
  try {
    return new URL(`http://[${address}]/`).hostname
  } catch {
    return address
  }
}

const titles = { A: 'leads to its host', AAAA: 'leads nowhere else over IPv6', CAA: 'may get a certificate' } as const

const result = (
  name: string,
  type: keyof typeof titles,
  judged: Judgement,
  answer: DnsAnswer | undefined,
  at: Date,
): CheckResult => ({
  name: `dns.${type.toLowerCase()}.${name}`,
  title: `${name} ${titles[type]}`,
  status: judged.status,
  summary: judged.summary,
  asked: `${type} ${name}`,
  vantage: 'control plane',
  at: at.toISOString(),
  evidence: answer === undefined ? 'no answer' : answer.kind === 'found' ? answer.values.join('\n') : answer.kind,
})
