import type { CheckResult } from '../../platform/check.ts'
import { evidenceOf, https, type Looking, looked, notAnswered, type OutsideAnswer, urlOf } from './outside-checks.ts'

/**
 * S0-139 to S0-141: are the three services up? OpenClaw is not reachable from outside; the backend, which needs it, says
 * how it is. Where the backend says nothing, nothing is known of it.
 */
export async function uptimeChecks(looking: Looking): Promise<readonly CheckResult[]> {
  const { target } = looking
  const askedHealth = `GET ${urlOf(target, 'api', target.healthPath)}`
  const health = https(looking, 'api', target.healthPath)
  return [
    await looked(
      looking,
      { name: 'uptime.frontend', title: 'Frontend is up', asked: `GET ${urlOf(target, 'app', '/')}` },
      async () => {
        const answer = await https(looking, 'app', '/')
        if (answer.kind === 'failed') return notAnswered(answer)
        return {
          status: answer.status === 200 ? 'pass' : 'fail',
          summary: `answers ${answer.status} in ${answer.seconds} s`,
          evidence: evidenceOf(answer),
        }
      },
    ),
    await looked(looking, { name: 'uptime.backend', title: 'Backend is up', asked: askedHealth }, async () => {
      const answer = await health
      if (answer.kind === 'failed') return notAnswered(answer)
      return {
        status: answer.status === 200 ? 'pass' : 'fail',
        summary: `answers ${answer.status} in ${answer.seconds} s`,
        evidence: evidenceOf(answer),
      }
    }),
    await looked(
      looking,
      { name: 'uptime.openclaw', title: 'OpenClaw is up', asked: `${askedHealth}, its "openclaw"` },
      async () => {
        const answer = await health
        const said = partOf(answer, 'openclaw')
        if (said === undefined)
          return {
            status: 'unknown',
            summary: 'the backend does not say how OpenClaw is',
            evidence: evidenceOf(answer),
          }
        return {
          status: said === 'ok' ? 'pass' : 'fail',
          summary: `the backend says: ${said}`,
          evidence: evidenceOf(answer),
        }
      },
    ),
  ]
}

function partOf(answer: OutsideAnswer, name: string): string | undefined {
  if (answer.kind === 'failed') return undefined
  try {
    const health: unknown = JSON.parse(answer.body)
    const said: unknown = typeof health === 'object' && health !== null ? Reflect.get(health, name) : undefined
    return typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}
