import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, signCertificate } from '@nexus/lab'
import { stringify } from 'yaml'

export type QuickstartPlace = {
  readonly home: string
  readonly config: string
  readonly log: string
  readonly stacks: string
  readonly webhookSecret: string
  readonly tokenFile: string
  readonly pidFile: string
}

export const placeBelow = (home: string): QuickstartPlace => ({
  home,
  config: join(home, 'nexus.yaml'),
  log: join(home, 'nexusd.log'),
  stacks: join(home, 'stacks'),
  webhookSecret: join(home, 'webhook-secret'),
  tokenFile: join(home, 'admin-token'),
  pidFile: join(home, 'nexusd.pid'),
})

/** Kept with mode 0600; made at the first call. */
export async function secretIn(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => '')
  if (found) return found.trim()
  const made = `whsec_${randomBytes(32).toString('base64')}`
  await writeFile(file, made, { mode: 0o600 })
  return made
}

/** The name of the embedded identity provider in the lab, and its address in the lab's DNS. */
export const identityName = 'id.nexus.test'

export async function nameInLab(lab: Lab, host: string, address: string): Promise<void> {
  const answer = await fetch(`${lab.dns.management}/add-a`, {
    method: 'POST',
    body: JSON.stringify({ host: `${host}.`, addresses: [address] }),
    signal: AbortSignal.timeout(20_000),
  }).catch((cause: unknown) => {
    throw new Error(`The lab's DNS at ${lab.dns.management} does not answer. Try: nexusctl lab status`, { cause })
  })
  if (!answer.ok) throw new Error(`The lab's DNS did not take ${host}: ${answer.status}`)
}

/** Settings of a nexusd that works on the lab: every address, authority and name comes from what the lab said. */
export async function labSettings({
  lab,
  place,
  port,
  identityPort,
  runtime,
}: {
  lab: Lab
  place: QuickstartPlace
  port: number
  identityPort: number
  runtime: string
}): Promise<Record<string, unknown>> {
  const certificate = await signCertificate({ names: [identityName], addresses: [lab.gateway], seconds: 30 * 86_400 })
  await mkdir(join(place.home, 'identity'), { recursive: true, mode: 0o700 })
  const files = { cert: join(place.home, 'identity', 'cert.pem'), key: join(place.home, 'identity', 'key.pem') }
  await writeFile(files.cert, certificate.cert)
  await writeFile(files.key, certificate.key, { mode: 0o600 })
  await nameInLab(lab, identityName, lab.gateway)
  return {
    home: place.home,
    listenPort: port,
    webhookSecrets: [await secretIn(place.webhookSecret)],
    provider: 'lab',
    labProviderUrl: lab.provider.url,
    labProviderToken: lab.provider.token,
    regions: ['lab-1'],
    controlAddresses: [lab.gateway],
    dns: 'lab',
    dnsResolver: lab.dns.address,
    dnsManagementUrl: lab.dns.management,
    acmeDirectory: lab.acme.directory,
    acmeDirectoryCa: lab.acme.directoryCa,
    trustedRoots: [lab.acme.root, lab.ca.cert],
    testDomains: true,
    reservedDomains: ['nexus.test'],
    identity: 'embedded',
    identityOrigin: `https://${identityName}:${identityPort}`,
    identityListenHost: lab.gateway,
    identityListenPort: identityPort,
    identityCertificate: files.cert,
    identityKey: files.key,
    mailHost: lab.mail.host,
    mailPort: lab.mail.port,
    mailTls: 'never',
    mailFrom: 'Nexus <nexus@nexus.test>',
    supportChannel: 'support@nexus.test',
    stacksFolder: place.stacks,
    stack: 'reference',
    runtime,
  }
}

export const writeSettings = (file: string, settings: Record<string, unknown>): Promise<void> =>
  writeFile(file, stringify(settings), { mode: 0o600 })
