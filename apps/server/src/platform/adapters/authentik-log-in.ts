import { z } from 'zod'
import type { Browser, HttpAnswer, LogIn } from '../../modules/identity/index.ts'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

const Challenge = z.object({
  component: z.string(),
  to: z.string().optional(),
  token: z.string().optional(),
  password_fields: z.boolean().optional(),
  response_errors: z.record(z.string(), z.array(z.object({ string: z.string() }))).nullish(),
})
type Challenge = z.infer<typeof Challenge>

const mostStages = 20

/**
 * Signs in by authentik's flow executor, as its own login page does: GET gives the challenge of a stage, POST answers it,
 * until a challenge leads out of the flow (docs.goauthentik.io/developer-docs/api/flow-executor). A stage that needs a
 * person, such as a second factor or a captcha, is an error: the proof is then `unknown`.
 */
export const logInByFlow: LogIn = async (through, page, person, stopAt) => {
  let answer = page
  for (let flows = 0; flows < mostStages; flows += 1) {
    const executor = executorOf(answer.url)
    if (executor === undefined) return answer
    const end = await runFlow(through, executor, person)
    if (end.status !== 302) return end
    answer = await through.follow(end, stopAt)
  }
  throw endless(page)
}

/** The API of the flow that a page of authentik shows, or undefined on any other page. */
function executorOf(page: string): string | undefined {
  const url = new URL(page)
  const found = /^(.*)\/if\/flow\/([^/]+)\/$/.exec(url.pathname)
  if (!found) return undefined
  const query = new URLSearchParams({ query: url.search.slice(1) })
  return `${url.origin}${found[1]}/api/v3/flows/executor/${found[2]}/?${query}`
}

/** Runs one flow to its end: a redirect out of it, or the refusal. */
async function runFlow(through: Browser, executor: string, person: Parameters<LogIn>[2]): Promise<HttpAnswer> {
  let answer = await through.follow(await through.get(executor, { accept: 'application/json' }))
  for (let stages = 0; stages < mostStages; stages += 1) {
    const challenge = read(answer)
    if (challenge.component === 'xak-flow-redirect' && challenge.to !== undefined)
      return { ...answer, status: 302, headers: { location: new URL(challenge.to, answer.url).href }, text: '' }
    if (isRefusal(challenge)) return { ...answer, status: 403 }
    const body = { component: challenge.component, ...reply(challenge, person) }
    const csrf = through.cookie(executor, 'authentik_csrf')
    const headers = csrf === undefined ? {} : { 'x-authentik-csrf': csrf }
    answer = await through.follow(await through.sendJson(executor, body, headers))
  }
  throw endless(answer)
}

const isRefusal = ({ component, response_errors: errors }: Challenge) =>
  component === 'ak-stage-access-denied' || Object.keys(errors ?? {}).length > 0

function reply(challenge: Challenge, { email, password }: Parameters<LogIn>[2]): Readonly<Record<string, unknown>> {
  switch (challenge.component) {
    case 'ak-stage-identification':
      return { uid_field: email, ...(challenge.password_fields ? { password } : {}) }
    case 'ak-stage-password':
      return { password }
    case 'ak-stage-user-login':
      return { remember_me: false }
    case 'ak-stage-consent':
      return { token: challenge.token ?? '' }
    default:
      throw new NexusError(
        'identity.stage_unknown',
        'unavailable',
        `authentik asks for ${plainLine(challenge.component, 80)}, which only a person can answer.`,
        {
          hint: 'Leave the users below the path nexus/ out of that stage (a policy on its binding), then prove again.',
        },
      )
  }
}

function read(answer: HttpAnswer): Challenge {
  const parsed = Challenge.safeParse(parseJson(answer.text))
  if (answer.status === 200 && parsed.success) return parsed.data
  throw new NexusError(
    'identity.stage_unknown',
    'unavailable',
    `${new URL(answer.url).origin} answered a sign-in with HTTP ${answer.status} and no challenge of authentik.`,
    { hint: 'nexusctl identity check' },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const endless = ({ url }: HttpAnswer) =>
  new NexusError('identity.redirect_loop', 'unavailable', `A sign-in at ${new URL(url).origin} came to no end.`)
