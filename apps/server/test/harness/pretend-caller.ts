import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PretendApp } from './pretend-app.ts'

type Answer = { readonly status: number; readonly body: Record<string, unknown> }
export type Caller = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<Answer>

export const caller =
  ({ address }: PretendApp, token: string): Caller =>
  async (method, path, body) => {
    const response = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

/** A token of the first admin of a pretend app, who is made here. */
export async function firstAdminToken(app: PretendApp): Promise<string> {
  const bootstrap = readFileSync(join(app.home, 'bootstrap-token'), 'utf8').trim()
  const made = await caller(app, bootstrap)('POST', '/access/bootstrap', { name: 'Ann', email: 'ann@example.test' })
  return String(made.body['token'])
}

/** The API of a pretend app as its first admin asks it, over its own port. */
export const firstAdmin = async (app: PretendApp): Promise<Caller> => caller(app, await firstAdminToken(app))
