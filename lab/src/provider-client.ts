import { readFile } from 'node:fs/promises'
import { exits, LabError } from './lab-error.ts'
import { waitFor } from './lab-process.ts'
import type { Lab } from './lab-view.ts'
import type { Server } from './provider-api.ts'

export type ProviderClient = ReturnType<typeof providerClient>

const bootSeconds = 60

/** How the lab's own commands speak with its provider. */
export function providerClient(lab: Lab) {
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${lab.provider.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${lab.provider.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((error: unknown) => {
      throw new LabError(
        'lab.not_answering',
        `The lab at ${lab.home} does not answer; \`up\` brings it back. (${error})`,
      )
    })
    const text = await response.text()
    const answer: unknown = text === '' ? undefined : JSON.parse(text)
    if (response.ok) return answer
    const { code, message } = answer as { code: string; message: string }
    throw new LabError(code, message, response.status === 404 ? exits.missing : exits.failed)
  }

  const list = async (label?: string) =>
    (await ask('GET', `/servers${label ? `?label=${encodeURIComponent(label)}` : ''}`)) as Server[]
  const get = async (id: string) => (await ask('GET', `/servers/${id}`)) as Server

  async function add(name: string, wish: { labels?: Record<string, string>; memory?: string | undefined } = {}) {
    const key = await readFile(`${lab.ssh.key}.pub`, 'utf8')
    return (await ask('POST', '/servers', { name, authorizedKeys: [key], ...wish })) as Server
  }

  /** By id, or by name where only one has it. */
  async function find(name: string): Promise<Server> {
    if (name === 'svc') return get(name)
    const found = (await list()).filter((server) => server.id === name || server.name === name)
    const [first, second] = found
    if (!first) throw new LabError('server.not_found', `There is no host ${name}.`, exits.missing)
    if (second)
      throw new LabError('server.name_shared', `More than one host is called ${name}: use the id.`, exits.usage)
    return first
  }

  async function untilRunning(id: string): Promise<Server> {
    let server = await get(id)
    await waitFor(`${id} to answer`, bootSeconds, async () => {
      server = await get(id)
      return server.state === 'running'
    })
    return server
  }

  return {
    list,
    get,
    add,
    find,
    untilRunning,
    act: async (id: string, verb: string) => (await ask('POST', `/servers/${id}/${verb}`)) as Server,
    destroy: async (id: string) => {
      await ask('DELETE', `/servers/${id}`)
      await waitFor(`${id} to be gone`, bootSeconds, async () => !(await list()).some((server) => server.id === id))
    },
  }
}
