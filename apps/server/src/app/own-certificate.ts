import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { AcmeAccount, AcmeCertificates, AcmeChallenge } from '../platform/adapters/acme-certificates.ts'
import { type Failure, NexusError, toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

export type OwnCertificateDeps = {
  readonly acme: Omit<AcmeCertificates, 'directoryUrl' | 'suggestedRenewal'>
  readonly names: readonly string[]
  readonly contact: string
  /** Where key, certificate and account are kept, 0700. */
  readonly folder: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly now: () => Date
  readonly log: Pick<Log, 'info' | 'warn'>
}

const looks = 60
const hour = 3_600_000

export const ownCertificateFile = (folder: string): string => join(folder, 'nexus.pem')

/** Missing, for other names, or two thirds of its life over. */
export function isDue(file: string, names: readonly string[], at: Date): boolean {
  if (!existsSync(file)) return true
  const leaf = new X509Certificate(readFileSync(file, 'utf8'))
  if (names.some((each) => leaf.checkHost(each) === undefined)) return true
  const [from, until] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()]
  return at.getTime() >= from + ((until - from) * 2) / 3
}

/** The certificate of Nexus itself, got and renewed by ACME with HTTP-01; whoever serves it reads the file again. */
export function ownCertificate(deps: OwnCertificateDeps) {
  const { acme, names, folder, listen, now, log } = deps
  const file = ownCertificateFile(folder)

  async function account(): Promise<AcmeAccount> {
    const keyFile = join(folder, 'account.pem')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    if (!existsSync(keyFile)) writeFileSync(keyFile, await acme.newAccountKey(), { mode: 0o600 })
    const contact = deps.contact === '' ? [] : [`mailto:${deps.contact}`]
    const found: AcmeAccount = { keyPem: readFileSync(keyFile, 'utf8'), contact }
    return { ...found, url: await acme.openAccount(found) }
  }

  async function prove(who: AcmeAccount, order: string, challenges: readonly AcmeChallenge[]): Promise<void> {
    const server = await answerChallenges(challenges, listen)
    try {
      await acme.proveNames(who, order)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  /** Asks again until there is a certificate; the authority and the port decide how long that takes. */
  async function obtain(): Promise<void> {
    const who = await account()
    const order = await acme.placeOrder(who, names)
    const { keyPem, csrDer } = await acme.makeRequest(names)
    for (let looked = 0; looked < looks; looked += 1) {
      const found = await acme.lookAtOrder(who, order)
      if (found.state === 'lost') throw lost(found.why)
      if (found.state === 'issued') return keep(keyPem, await acme.download(who, order))
      if (found.state === 'challenges') await prove(who, order, found.challenges)
      if (found.state === 'ready') await acme.finalize(who, order, csrDer)
      if (found.state === 'wait') await pause(1000)
    }
    throw lost('it is not issued after many looks')
  }

  /** Key and chain in one file, put in place at once: nobody ever reads half of it. */
  function keep(key: string, chain: string): void {
    writeFileSync(`${file}.new`, `${key.trimEnd()}\n${chain}`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    log.info({ names }, 'a certificate for Nexus itself came')
  }

  /** True when there is one to serve now. */
  async function refresh(): Promise<boolean> {
    if (!isDue(file, names, now())) return true
    try {
      await obtain()
      return true
    } catch (thrown) {
      log.warn(
        { failure: ofNexus(toFailure(thrown)), names },
        'no certificate for Nexus itself could be had; it is tried again',
      )
      return existsSync(file)
    }
  }

  return {
    refresh,
    /** Returns once there is one to serve: the port of Nexus opens then, its runs go on meanwhile. */
    first: async (signal: AbortSignal): Promise<void> => {
      for (let wait = 10_000; !signal.aborted && !(await refresh()); wait = Math.min(wait * 2, hour))
        await pause(wait, undefined, { signal, ref: false }).catch(() => {})
    },
    start: () => {
      const timer = setInterval(() => void refresh(), hour)
      return { stop: async () => clearInterval(timer) }
    },
  }
}

/** Nothing but the answers to the challenges: whoever asks for Nexus itself by plain HTTP is told no. */
export function answerChallenges(
  challenges: readonly AcmeChallenge[],
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  const answers = new Map(challenges.map(({ token, answer }) => [`/.well-known/acme-challenge/${token}`, answer]))
  const server = createServer((request, reply) => {
    const found = request.method === 'GET' ? answers.get(request.url ?? '') : undefined
    reply.writeHead(found ? 200 : 404, { 'content-type': 'application/octet-stream' }).end(found ?? '')
  })
  server.requestTimeout = 10_000
  return new Promise((resolve, reject) => {
    server.once('error', (thrown) =>
      reject(
        new NexusError('tls.acme_port', 'unavailable', `${host}:${port} cannot be listened on: ${thrown.message}.`, {
          hint: 'tlsAcmePort has to be free; below 1024 it takes CAP_NET_BIND_SERVICE, which the systemd unit of Nexus has.',
        }),
      ),
    )
    server.listen(port, host, () => resolve(server))
  })
}

const lost = (why: string) =>
  new NexusError('tls.acme_lost', 'unavailable', `The authority gave no certificate for Nexus itself: ${why}.`, {
    hint: 'The names of tlsAcmeNames have to lead to this machine, and its port 80 to tlsAcmePort.',
  })

/** A refusal of the authority speaks of an instance's domain; here it is about the names of Nexus. */
const ofNexus = (failure: Failure): Failure =>
  failure.code === 'certificate.refused' ? toFailure(lost(failure.message)) : failure
