import { z } from 'zod'
import type { CheckResult } from '../../platform/check.ts'
import { plainLine, plainText } from '../../platform/plain-text.ts'
import type { Remote } from '../../platform/remote.ts'
import { ask, fromBase64 } from './host-answer.ts'
import { askInside, type InsideRequest } from './inside-check-commands.ts'
import type { Placement, Runtime } from './runtime.ts'
import { portIn } from './stack-rules.ts'
import { expand, hideValues } from './stack-variables.ts'

type Common = { readonly placement: Placement; readonly secrets: readonly string[]; readonly now: () => Date }

const vantage = 'the host itself'

/** Each service's health on the host, with the end of its log where it is not well. */
export async function checkHealth({
  runtime,
  placement,
  secrets,
  now,
}: Common & { readonly runtime: Runtime }): Promise<CheckResult[]> {
  const answers = await runtime.ready(placement)
  return Object.entries(placement.stack.services).map(([service, { health }]) => {
    const seen = answers.find((each) => each.service === service)
    const said = seen ? (seen.status === 0 ? 'no answer' : `HTTP ${seen.status}`) : 'it was not asked'
    const body = hideValues(`${seen?.body ?? ''}\n${seen?.logs ?? ''}`.trim(), secrets)
    return {
      name: `health.${service}`,
      title: `${service} is healthy`,
      status: seen === undefined ? 'unknown' : seen.healthy ? 'pass' : 'fail',
      summary: `${said} after ${(seen?.seconds ?? 0).toFixed(1)} s (wants ${health.status} within ${health.within} s)`,
      asked: `GET ${seen?.url ?? health.path}`,
      vantage,
      at: now().toISOString(),
      seconds: seen?.seconds ?? 0,
      ...(body === '' ? {} : { evidence: plainText(body) }),
    }
  })
}

const answered = z.object({ name: z.string(), status: z.number(), milliseconds: z.number(), body64: z.string() })

/** The checks a stack brings along, asked on the host: one that was not answered is unknown, never passed. */
export async function checkStack(
  given: Common & { readonly remote: Remote; readonly variables: Readonly<Record<string, string>> },
): Promise<CheckResult[]> {
  const { placement, remote, secrets, now } = given
  const { checks } = placement.stack
  if (checks.length === 0) return []
  const requests = insideRequests(placement, given.variables)
  const answers = await ask(remote, placement.host, askInside(requests), answered)
  return checks.map((each) => {
    const seen = answers.find((answer) => answer.name === each.name)
    const body = hideValues(plainText(fromBase64(seen?.body64 ?? '')), secrets)
    const says = each.contains === undefined || body.includes(each.contains)
    const right = seen?.status === each.status && says
    const said = seen === undefined ? 'it was not asked' : seen.status === 0 ? 'no answer' : `HTTP ${seen.status}`
    return {
      name: `stack.${each.name}`,
      title: each.title,
      status: seen === undefined ? 'unknown' : right ? 'pass' : 'fail',
      summary: plainLine(
        `${said}${says ? '' : `, without "${each.contains}"`} (wants ${each.status} within ${each.within} s)`,
      ),
      asked: `${each.method} ${requests.find((request) => request.name === each.name)?.url ?? each.path}`,
      vantage,
      at: now().toISOString(),
      seconds: (seen?.milliseconds ?? 0) / 1000,
      ...(body === '' ? {} : { evidence: body }),
    }
  })
}

/** A check's request with the manifest's variables in its headers and body; the URL holds none. */
export function insideRequests(placement: Placement, variables: Readonly<Record<string, string>>): InsideRequest[] {
  const { stack, slot } = placement
  const known = Object.keys(stack.variables)
  const fill = (text: string) => expand(text, variables, known).text
  return stack.checks.flatMap((each) => {
    const service = stack.services[each.service]
    if (!service) return []
    const headers = Object.fromEntries(Object.entries(each.headers).map(([name, value]) => [name, fill(value)]))
    const url = `http://127.0.0.1:${portIn(service, slot)}${each.path}`
    const { name, method, status, within } = each
    return [{ name, method, url, headers, body: each.body === undefined ? undefined : fill(each.body), status, within }]
  })
}
