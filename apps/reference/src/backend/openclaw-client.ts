export class OpenClawError extends Error {}

export type OpenClaw = ReturnType<typeof openClawClient>

/** Talks to OpenClaw with the key; what goes wrong is told without it. */
export function openClawClient({ url, key, provider }: { url: string; key: string; provider: string }) {
  async function post(path: string, body: unknown): Promise<unknown> {
    let response: Response
    try {
      response = await fetch(new URL(path, url), {
        method: 'POST',
        redirect: 'error',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      })
    } catch {
      throw new OpenClawError('OpenClaw does not answer.')
    }
    const answer: unknown = await response.json().catch(() => ({}))
    if (response.ok) return answer
    throw new OpenClawError(`OpenClaw answered ${response.status}: ${textOf(answer, 'message') || 'no reason given'}`)
  }

  return {
    async isHealthy(): Promise<boolean> {
      const asked = fetch(new URL('/health', url), { redirect: 'error', signal: AbortSignal.timeout(2_000) })
      return asked.then(
        (response) => response.ok,
        () => false,
      )
    },

    async complete(prompt: string): Promise<string> {
      return textOf(await post('/v1/complete', { prompt, provider }), 'answer')
    },

    async calculateInSandbox(expression: string): Promise<unknown> {
      const answer = await post('/v1/tools/run', { tool: 'calculator', input: { expression }, sandbox: true })
      return fieldOf(answer, 'sandbox') === true ? fieldOf(answer, 'value') : undefined
    },
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const textOf = (value: unknown, name: string): string => {
  const found = fieldOf(value, name)
  return typeof found === 'string' ? found : ''
}
