import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { addSeconds, now } from '../clock.ts'
import { NexusError } from '../errors.ts'
import { makeRoot, type PretendRoot, signRequest } from './pretend-authority.ts'
import type { PretendFaults } from './pretend-faults.ts'
import { type PretendPlace, readIfThere, writeWhole } from './pretend-world.ts'

type Account = { readonly keyPem: string; readonly url?: string; readonly contact: readonly string[] }

const origin = 'https://ca.pretend.invalid'

/** A certificate authority that looks for its challenges on the pretend hosts and signs with a root of its own. */
export function pretendAcme(place: PretendPlace, faults: PretendFaults, hours = 90 * 24) {
  const orderOf = (url: string) => {
    const order = place.read().acme[url]
    if (order) return order
    throw new NexusError('certificate.refused', 'conflict', `pretend: the authority knows no order ${url}.`)
  }
  const tokenOf = (url: string, name: string) => createHash('sha256').update(`${url} ${name}`).digest('base64url')
  const answerOf = (url: string, name: string) => `${tokenOf(url, name)}.pretend`
  const refuseIfFaulty = (what: string) => {
    if (!faults.take(what)) return
    throw new NexusError('certificate.authority_unreachable', 'unavailable', `pretend: "${what}" was made to fail.`)
  }

  return {
    directoryUrl: `${origin}/directory`,
    newAccountKey: async (): Promise<string> =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    openAccount: async (_account: Account): Promise<string> => `${origin}/account/1`,

    placeOrder: async (_account: Account, names: readonly string[]): Promise<string> => {
      refuseIfFaulty('order a certificate')
      const url = `${origin}/order/${randomBytes(8).toString('hex')}`
      place.change((world) => {
        world.acme[url] = { names: [...names], state: 'challenges', chain: '' }
      })
      return url
    },

    lookAtOrder: async (_account: Account, url: string) => {
      const { state, names } = orderOf(url)
      if (state === 'issued') return { state: 'issued' as const, url }
      if (state === 'ready') return { state: 'ready' as const, url }
      const challenges = names.map((name) => ({ token: tokenOf(url, name), answer: answerOf(url, name) }))
      return { state: 'challenges' as const, url, challenges }
    },

    proveNames: async (_account: Account, url: string): Promise<void> => {
      const shown = place.read().servers.map((each) => each.disk.edge.challenges)
      const missing = orderOf(url).names.find(
        (name) => !shown.some((each) => each[tokenOf(url, name)] === answerOf(url, name)),
      )
      if (missing !== undefined) {
        throw new NexusError('certificate.refused', 'conflict', `pretend: no host shows the challenge for ${missing}.`)
      }
      place.change((world) => {
        const order = world.acme[url]
        if (order) order.state = 'ready'
      })
    },

    finalize: async (_account: Account, url: string, csr: Buffer): Promise<void> => {
      const { state, names } = orderOf(url)
      if (state === 'issued') return
      const chain = signRequest(rootOf(place), csr, names, { from: addSeconds(now(), -60), hours })
      place.change((world) => {
        world.acme[url] = { names, state: 'issued', chain }
        world.effects.certificates += 1
      })
    },

    download: async (_account: Account, url: string): Promise<string> => orderOf(url).chain,
    suggestedRenewal: async (): Promise<undefined> => undefined,
  }
}

const Root = z.object({ certificate: z.string(), key: z.string() })

function rootOf(place: PretendPlace): PretendRoot {
  const file = join(place.folder, 'root.json')
  const text = readIfThere(file)
  if (text !== undefined) return Root.parse(JSON.parse(text))
  const made = makeRoot()
  writeWhole(file, JSON.stringify(made))
  return made
}
