import type { FastifyInstance } from 'fastify'
import { bearerToken, secretEqual } from '../common/secret-equal.ts'
import { trouble, webService } from '../common/web-service.ts'
import { completePrompt } from './prompt-completion.ts'
import { runInSandbox, toolFiles } from './tool-sandbox.ts'

export type OpenClawSettings = { readonly apiKey: string; readonly logLevel: string; readonly release: string }

const mostToolsAtOnce = 4

/** The AI side of the stack: answers prompts and runs tools, each tool call in a sandbox of its own. */
export function openClawServer(settings: OpenClawSettings): FastifyInstance {
  const app = webService({ name: 'openclaw', logLevel: settings.logLevel })
  let running = 0

  app.get('/health', async () => ({ status: 'ok', release: settings.release }))

  app.register(async (keyed) => {
    keyed.addHook('onRequest', async (request, reply) => {
      if (secretEqual(bearerToken(request.headers.authorization), settings.apiKey)) return
      reply.header('www-authenticate', 'Bearer')
      return reply.code(401).send(trouble('key.wrong', 'The API key is missing or wrong.'))
    })

    keyed.post<{ Body: { tool: string; input: unknown; sandbox: boolean } }>(
      '/v1/tools/run',
      { schema: { body: toolRunBody } },
      async (request, reply) => {
        const { tool, input, sandbox } = request.body
        const file = Object.hasOwn(toolFiles, tool) ? toolFiles[tool] : undefined
        if (file === undefined) return reply.code(404).send(trouble('tool.not_found', 'There is no such tool.'))
        if (!sandbox) return reply.code(403).send(trouble('tool.needs_sandbox', 'Tools run only in the sandbox.'))
        if (running >= mostToolsAtOnce) {
          return reply.code(429).header('retry-after', '1').send(trouble('tool.busy', 'Too many tools run at once.'))
        }
        running += 1
        const answer = await runInSandbox(file, input).finally(() => {
          running -= 1
        })
        if (answer.outcome === 'answered') {
          return { tool, sandbox: true, value: answer.value, milliseconds: answer.milliseconds }
        }
        return answer.outcome === 'refused'
          ? reply.code(422).send(trouble('tool.input_refused', answer.problem))
          : reply.code(504).send(trouble('tool.stopped', answer.problem))
      },
    )

    keyed.post<{ Body: { prompt: string; provider: string } }>(
      '/v1/complete',
      { schema: { body: completeBody } },
      async (request, reply) => {
        const { prompt, provider } = request.body
        if (provider === 'builtin') return { provider, answer: completePrompt(prompt) }
        return reply.code(422).send(trouble('provider.not_built', `The model provider "${provider}" is not built yet.`))
      },
    )
  })

  return app
}

const toolRunBody = {
  type: 'object',
  required: ['tool', 'input', 'sandbox'],
  additionalProperties: false,
  properties: { tool: { type: 'string', maxLength: 64 }, input: { type: 'object' }, sandbox: { type: 'boolean' } },
} as const

const completeBody = {
  type: 'object',
  required: ['prompt'],
  additionalProperties: false,
  properties: {
    prompt: { type: 'string', minLength: 1, maxLength: 4000 },
    provider: { type: 'string', maxLength: 64, default: 'builtin' },
  },
} as const
