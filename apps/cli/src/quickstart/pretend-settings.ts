import { join } from 'node:path'
import type { Io } from '../io.ts'
import { type QuickstartPlace, secretIn } from './lab-settings.ts'

/** Settings of a nexusd whose hosts, names, certificates and mails are pretended; its sign-in is real, on loopback. */
export async function pretendSettings({
  place,
  port,
  identityPort,
}: {
  place: QuickstartPlace
  port: number
  identityPort: number
}): Promise<Record<string, unknown>> {
  return {
    home: place.home,
    listenPort: port,
    webhookSecrets: [await secretIn(place.webhookSecret)],
    provider: 'pretend',
    testDomains: true,
    reservedDomains: ['nexus.test'],
    identity: 'embedded',
    identityOrigin: `http://127.0.0.1:${identityPort}`,
    identityListenHost: '127.0.0.1',
    identityListenPort: identityPort,
    mailFrom: 'Nexus <nexus@nexus.test>',
    supportChannel: 'support@nexus.test',
    stacksFolder: place.stacks,
    stack: 'reference',
  }
}

/** Where a pretend run leaves its mails; an invitation among them. */
export const mailsOf = ({ home }: QuickstartPlace): string => join(home, 'pretend', 'mails')

/** Every line that is said while a pretend run goes on says so: nobody takes it for a real one. */
export const sayingPretend = (io: Io): Io => ({
  ...io,
  say: (line) => io.say(line === '' ? line : `PRETEND  ${line}`),
  status: (line) => io.status(line === '' ? line : `PRETEND  ${line}`),
})
