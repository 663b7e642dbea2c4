import type { CheckResult } from '../../platform/check.ts'
import type { PortAnswer } from '../../platform/sight.ts'

/** What may answer from outside, and from whom a rule by source lets SSH in. */
export type Admitted = {
  readonly sshPort: number
  readonly sshSources: readonly string[]
  readonly ports: readonly number[]
}

/** What was seen from one place. A question that got no answer is left out, and what is left out is unknown. */
export type Sight = {
  readonly vantage: string
  readonly at: string
  /** Whether a rule by source lets this place in over SSH; undefined where nobody can tell. */
  readonly maySsh?: boolean
  readonly ports: ReadonlyArray<{ readonly address: string; readonly answers: readonly PortAnswer[] }>
  readonly logins: ReadonlyArray<{
    readonly address: string
    readonly user: string
    readonly methods: readonly string[]
  }>
}

/** Asked on every run beside what the host says is open: what people leave open by mistake. */
export const usualPorts = [
  21, 23, 25, 53, 81, 110, 111, 139, 143, 389, 445, 873, 1433, 2049, 2375, 2376, 2379, 3000, 3306, 4800, 4801, 5000,
  5432, 5601, 5672, 5900, 6379, 6443, 8000, 8080, 8081, 8443, 8888, 9000, 9090, 9093, 9100, 9200, 10250, 11211, 15672,
  27017,
] as const

const family = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4')

const admitsFamily = ({ sshSources }: Admitted, address: string) =>
  sshSources.length === 0 || sshSources.some((each) => family(each) === family(address))

/** Where nothing answers, not even what is open to everybody, there may be no way from that place: silence says nothing then. */
const isReached = (answers: readonly PortAnswer[]) => answers.some(({ said }) => said !== 'silent')
const noWay = 'nothing answers at all: is there a way from there?'

/** Only what is admitted answers, on every address there is (S0-68, S3-120, S3-121); the way in is open to who may come. */
export function portChecks(admitted: Admitted, sight: Sight): readonly CheckResult[] {
  return sight.ports.map(({ address, answers }) => {
    const loud = answers.filter(({ port, said }) => said !== 'silent' && !admitted.ports.includes(port))
    const ssh = answers.find(({ port }) => port === admitted.sshPort)?.said
    const others = answers.filter(({ port }) => !admitted.ports.includes(port)).length
    const wrong =
      loud.length > 0
        ? `${loud.map(({ port, said }) => `${port} (${said})`).join(', ')} answers`
        : sight.maySsh !== false && admitsFamily(admitted, address) && ssh !== 'open'
          ? `${admitted.sshPort} is ${ssh ?? 'not asked'}: is this the right machine?`
          : undefined
    const head = {
      name: `outside.ports.${family(address).toLowerCase()}`,
      title: `Only ${admitted.ports.join(', ')} answer on ${family(address)}`,
      asked: `connect to ${answers.length} ports of ${address}`,
      evidence: answers
        .filter(({ port, said }) => said !== 'silent' || admitted.ports.includes(port))
        .map(({ port, said }) => `${port} ${said}`)
        .join('\n'),
    }
    if (others === 0)
      return result(sight, { ...head, status: 'unknown', summary: 'nothing but what is admitted was asked' })
    if (wrong) return result(sight, { ...head, status: 'fail', summary: wrong })
    if (!isReached(answers)) return result(sight, { ...head, status: 'unknown', summary: noWay })
    return result(sight, { ...head, status: 'pass', summary: `${others} others are silent` })
  })
}

/** A key is the only way in that is offered, to root as to anybody (S0-66, S3-30, S3-31, S3-119). */
export function loginChecks(sight: Sight): readonly CheckResult[] {
  const heard = sight.logins.filter(({ methods }) => methods.length > 0)
  const others = heard.filter(({ methods }) => methods.some((each) => each !== 'publickey'))
  if (sight.maySsh === false) return []
  return [
    result(sight, {
      name: 'outside.login.password',
      title: 'Nobody may log in with a password',
      asked: 'ssh -o PreferredAuthentications=none, as each of these users',
      status: heard.length === 0 ? 'unknown' : others.length > 0 ? 'fail' : 'pass',
      summary:
        heard.length === 0
          ? 'it did not tell which ways there are'
          : others.length > 0
            ? others.map(({ user, methods }) => `${user}: ${methods.join(', ')}`).join('; ')
            : 'a key is the only way',
      evidence: heard.map(({ address, user, methods }) => `${user}@${address}: ${methods.join(',')}`).join('\n'),
    }),
  ]
}

/** A rule by source is proven where it does not admit; a place that is let in says nothing about it. */
export function sourceCheck(admitted: Admitted, sight: Sight | undefined, at: string): CheckResult {
  const head = {
    name: 'outside.ssh.source',
    title: 'SSH is closed to whom no rule admits',
    asked: `connect to ${admitted.sshPort} from a place that is not admitted`,
  }
  const from = sight ?? { vantage: 'no second place', at }
  if (admitted.sshSources.length === 0)
    return result(from, { ...head, status: 'not_applicable', summary: 'SSH is open to every source' })
  if (sight === undefined || sight.maySsh !== false)
    return result(from, {
      ...head,
      status: 'unknown',
      summary: sight ? `${sight.vantage} is admitted itself` : secondPlace,
    })
  const said = sight.ports.flatMap(({ answers }) => answers.filter(({ port }) => port === admitted.sshPort))
  const open = said.filter((each) => each.said !== 'silent')
  if (open.length > 0) return result(sight, { ...head, status: 'fail', summary: 'it answers' })
  if (said.length === 0) return result(sight, { ...head, status: 'unknown', summary: 'it was not asked' })
  const lost = sight.ports.find(({ answers }) => !isReached(answers))
  if (lost) return result(sight, { ...head, status: 'unknown', summary: `${lost.address}: ${noWay}` })
  return result(sight, { ...head, status: 'pass', summary: 'nothing answers' })
}

export const secondPlace = 'nobody looked from a second place: another host of the pool, or nexusctl probe'

type Finding = Pick<CheckResult, 'name' | 'title' | 'asked' | 'status' | 'summary'> & { readonly evidence?: string }

export const result = (from: { readonly vantage: string; readonly at: string }, of: Finding): CheckResult => ({
  ...of,
  vantage: from.vantage,
  at: from.at,
})
