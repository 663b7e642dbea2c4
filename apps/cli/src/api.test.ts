import { afterEach, describe, expect, test } from 'vitest'
import { createApi, listOf } from './api.ts'
import { type Answers, type PretendServer, pretendServer, problem } from './test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

async function apiTo(answers: Answers) {
  server = await pretendServer(answers)
  const { url, asked } = server
  return { api: createApi({ connect: async () => ({ server: url, token: 'nxt_1' }) }), asked }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('a list', () => {
  test('is read page by page until there are enough, and says that there would be more', async () => {
    const { api, asked } = await apiTo({
      'GET /api/v1/runs': ({ query }) => {
        const from = Number(query['after'] ?? 0)
        const to = Math.min(from + Number(query['limit']), 500)
        return { body: { items: numbers(from + 1, to), ...(to < 500 ? { next: String(to) } : {}) } }
      },
    })

    expect(await listOf(api, 'listRuns', { limit: 250 })).toEqual({ items: numbers(1, 250), more: true })
    expect(asked.map((each) => each.query['limit'])).toEqual(['200', '50'])
    expect((await listOf(api, 'listRuns', { limit: 1000 })).more).toBe(false)
  })

  test('ends when the server answers an empty page, whatever it says of a next one', async () => {
    const { api } = await apiTo({ 'GET /api/v1/runs': () => ({ body: { items: [], next: 'again' } }) })

    expect(await listOf(api, 'listRuns', {})).toEqual({ items: [], more: false })
  })
})

describe('a call', () => {
  test('keeps a name with odd characters one piece of the path', async () => {
    const { api, asked } = await apiTo({ 'GET /api/v1/runs/a/../b': () => ({ body: {} }) })

    await api.call('getRun', { params: { runId: 'a/../b' } })

    expect(asked).toHaveLength(1)
  })

  test('with an empty name is refused before it is sent', async () => {
    const { api, asked } = await apiTo({})

    await expect(api.call('getRun', { params: { runId: ' ' } })).rejects.toMatchObject({ failed: { kind: 'usage' } })
    expect(asked).toEqual([])
  })

  test('throws what the server said, by code and kind', async () => {
    const { api } = await apiTo({ 'GET /api/v1/whoami': () => problem('conflict', 409, 'No.', { code: 'a.b' }) })

    await expect(api.call('whoami')).rejects.toMatchObject({ code: 'a.b', kind: 'conflict', message: 'No.' })
  })
})
