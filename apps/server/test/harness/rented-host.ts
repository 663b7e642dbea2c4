import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { labPaths } from '@nexus/lab'
import { sshRemote } from '../../src/platform/adapters/ssh-remote.ts'
import type { HostAddress, Remote } from '../../src/platform/remote.ts'

/** A real host of the lab that is up, for one test file. */
export type RentedHost = { readonly host: HostAddress; readonly remote: Remote; readonly giveBack: () => Promise<void> }

type LabFile = { provider: { url: string; token: string }; ssh: { key: string } }

/** Fails with a sentence where no lab is up: a test that cannot run is never taken for passed. */
export async function rentHost(name: string): Promise<RentedHost> {
  const file = labPaths().labFile
  const lab = JSON.parse(
    await readFile(file, 'utf8').catch(() => {
      throw new Error('No lab is up: start one with `nexusctl lab up`.')
    }),
  ) as LabFile
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${lab.provider.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${lab.provider.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`The lab answered ${answer.status}: ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as { id: string; address: string; state: string }
  }
  const key = await readFile(`${lab.ssh.key}.pub`, 'utf8')
  const made = await ask('POST', '/servers', { name, authorizedKeys: [key.trim()], memory: '3G' })
  const privateKey = await readFile(lab.ssh.key, 'utf8')
  const remote = sshRemote({ privateKeys: async () => [privateKey], now: () => new Date() })
  const hostKey = await untilAnswers(() => remote.scanHostKey(made.address, 22))
  return {
    host: { hostId: made.id, address: made.address, port: 22, user: 'root', hostKey },
    remote,
    giveBack: async () => {
      await remote.close()
      await ask('DELETE', `/servers/${made.id}`)
    },
  }
}

/** Debian packages a test needs on its host. */
export async function installOn({ host, remote }: RentedHost, packages: readonly string[]): Promise<void> {
  const script = `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null && apt-get install -qy --no-install-recommends ${packages.join(' ')} >/dev/null`
  const { exit, stderr } = await remote.run(host, { name: 'install test packages', script, timeoutSeconds: 600 })
  if (exit !== 0) throw new Error(`apt-get ended with ${exit}: ${stderr.slice(-2000)}`)
}

async function untilAnswers<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + 60_000
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > until) throw error
      await pause(200)
    }
  }
}
