import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors, type ZodFastifySchemaValidationError } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { awayOrOther } from '../platform/database-away.ts'
import { type ErrorKind, type Failure, meaning, NexusError, type Problem, toFailure } from '../platform/errors.ts'
import { plainLine, plainText } from '../platform/plain-text.ts'
import type { Limiting } from './http-limits.ts'

const titles: Record<ErrorKind, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  missing: 'Not found',
  conflict: 'This does not fit the present state',
  too_large: 'The request is too large',
  too_many: 'Too many requests',
  unavailable: 'Not available now',
  bug: 'Something went wrong inside Nexus',
}

/** What to do where the failure itself names no next step. */
const nextSteps: Record<ErrorKind, string> = {
  invalid: 'What this route takes is at /docs and in /openapi.json.',
  unauthenticated: 'Sign in again or use another token.',
  forbidden: 'Ask an admin of Nexus for a role that may do this: nexusctl access whoami shows yours.',
  missing: 'Look at the list: it names what there is.',
  conflict: 'Look at its present state first, then decide.',
  too_large: 'Send less at once.',
  too_many: 'Wait as long as Retry-After says, then send it again.',
  unavailable: 'Wait as long as Retry-After says, then send it again; /ready says what is missing.',
  bug: 'Look into the log of nexusd.',
}

/** RFC 9457, with the words of Nexus beside: what every refused request is answered with. */
export const ProblemView = z
  .object({
    type: z.string().meta({ description: 'The page about this code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: '`noun.what`; a contract, match on it.', example: 'order.not_found' }),
    kind: z.string(),
    message: z.string().meta({ description: 'A sentence for people.' }),
    hint: z.string().meta({ description: 'The next step a person can take.' }),
    problems: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Every problem of the request at once.' }),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' })
export type ProblemAnswer = z.infer<typeof ProblemView>

const plainProblem = ({ path, message }: Problem): Problem => ({
  path: plainLine(path, 200),
  message: plainLine(message, 1000),
})

type Refusal = { readonly failure: Failure; readonly status: number; readonly retryAfterSeconds?: number }

/** Any thrown value as the answer it deserves. What is not ours becomes a bug without internals. */
export function toRefusal(thrown: unknown): Refusal {
  const failure = toKnownFailure(thrown)
  const { status } = meaning[failure.kind]
  const wanted = (thrown as { retryAfterSeconds?: unknown } | null)?.retryAfterSeconds
  if (failure.code === 'request.media_type') return { failure, status: 415 }
  if (typeof wanted === 'number') return { failure, status, retryAfterSeconds: wanted }
  if (failure.kind === 'unavailable') return { failure, status, retryAfterSeconds: 5 }
  if (failure.kind === 'too_many') return { failure, status, retryAfterSeconds: 30 }
  return { failure, status }
}

export function toProblem({ failure, status }: Refusal, requestId: string): ProblemAnswer {
  const bug = failure.kind === 'bug'
  const message = bug ? 'Something went wrong inside Nexus.' : plainText(failure.message, 2000)
  const hint = bug ? `Look for ${requestId} in the log of nexusd.` : plainText(failure.hint ?? nextSteps[failure.kind])
  return {
    type: `docs/reference/errors.md#${failure.code}`,
    title: titles[failure.kind],
    status,
    detail: message,
    code: failure.code,
    kind: failure.kind,
    message,
    hint,
    ...(failure.problems === undefined || bug ? {} : { problems: failure.problems.slice(0, 100).map(plainProblem) }),
    requestId,
  }
}

export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds))
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer realm="nexus"')
  return reply
    .code(refusal.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(toProblem(refusal, reply.request.id)))
}

type OnRefused = (request: FastifyRequest, failure: Failure) => void

/** Every failure leaves by this door, so that there is one shape of it. `onRefused` hears of each 401 and 403. */
export function answerProblems(app: FastifyInstance, onRefused: OnRefused, limiting: Limiting): void {
  app.setErrorHandler(async (thrown, request, reply) => {
    const first = toRefusal(thrown)
    const over = first.status === 401 ? await limiting.afterRefusal(request) : undefined
    const refusal = over ? toRefusal(over) : first
    if (refusal.failure.kind === 'bug') request.log.error({ err: thrown, requestId: request.id }, 'a request failed')
    if (refusal.status === 401 || refusal.status === 403) onRefused(request, refusal.failure)
    const { troublePage } = request.routeOptions.config
    if (troublePage) return reply.redirect(`${troublePage}?trouble=${refusal.failure.code}`, 303)
    return sendProblem(reply, refusal)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      toRefusal(
        new NexusError(
          'request.no_such_route',
          'missing',
          `There is no ${request.method} ${request.url.split('?')[0]}.`,
          {
            hint: 'All routes are listed at /docs and in /openapi.json.',
          },
        ),
      ),
    ),
  )
}

function toKnownFailure(thrown: unknown): Failure {
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalidRequest(thrown.validation)
  const failure = toFailure(awayOrOther(thrown))
  if (failure.code !== 'nexus.bug') return failure
  const { code = '', statusCode = 500 } = (thrown ?? {}) as Partial<FastifyError>
  const known = fastifyFailures[code]
  if (known) return known
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500) {
    return { code: 'request.invalid', kind: 'invalid', message: failure.message }
  }
  return failure
}

const malformed: Failure = {
  code: 'request.malformed_json',
  kind: 'invalid',
  message: 'The body is not valid JSON.',
  hint: 'Send one JSON object with the header content-type: application/json.',
}

const fastifyFailures: Record<string, Failure> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'request.too_large', kind: 'too_large', message: 'The body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'request.media_type',
    kind: 'invalid',
    message: 'This content type is not taken here.',
    hint: 'Send JSON with the header content-type: application/json.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: malformed,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformed,
}

function invalidRequest(found: readonly ZodFastifySchemaValidationError[]): Failure {
  const problems = found.map(toSentence)
  const first = problems[0]
  const what =
    problems.length === 1 && first
      ? `${first.path || 'The request'}: ${first.message}`
      : `${problems.length} fields are not right.`
  return { code: 'request.invalid', kind: 'invalid', message: what, problems }
}

function toSentence({ instancePath, keyword, message = '', params }: ZodFastifySchemaValidationError): Problem {
  const path = instancePath.slice(1).replaceAll('/', '.')
  const keys = params.keys
  if (keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    return { path, message: `There is no field named ${keys.join(', ')} here.` }
  }
  if (keyword === 'invalid_type' && message.endsWith('received undefined'))
    return { path, message: 'This field is missing.' }
  const [, expected, received] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? []
  if (expected && received) return { path, message: `This is a ${received} where a ${expected} is expected.` }
  return { path, message: /[.!?]$/.test(message) ? message : `${message}.` }
}
