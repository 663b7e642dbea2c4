import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import { acmeCertificates } from '../platform/adapters/acme-certificates.ts'
import type { Log } from '../platform/log.ts'
import type { OutsideCalls } from '../platform/outside-calls.ts'
import { ownCertificate, ownCertificateFile } from './own-certificate.ts'
import { ownTls } from './own-tls.ts'
import type { Settings } from './settings.ts'
import { speaksTls } from './tls-settings.ts'

type Deps = {
  readonly settings: Settings
  readonly calls: OutsideCalls
  readonly metrics: Registry
  readonly log: Log
  readonly now: () => Date
}

/** HTTPS of Nexus itself as the settings want it; undefined where it speaks plain HTTP on loopback. */
export function httpsOf({ settings, calls, metrics, log, now }: Deps) {
  if (!speaksTls(settings)) return undefined
  const { tlsAcmeNames: names, tlsCertificate, tlsKey } = settings
  const folder = join(settings.home, 'tls')
  const byAcme = names.length > 0
  const own = ownCertificateFile(folder)
  const files = byAcme ? { certificateFile: own, keyFile: own } : { certificateFile: tlsCertificate, keyFile: tlsKey }
  const certificate = byAcme
    ? ownCertificate({
        acme: calls.provider(
          'acme',
          acmeCertificates({
            url: settings.acmeDirectory,
            ...(settings.acmeDirectoryCa ? { trust: readFileSync(settings.acmeDirectoryCa, 'utf8') } : {}),
          }),
        ),
        names,
        contact: settings.tlsAcmeContact,
        folder,
        listen: { host: settings.tlsAcmeListenHost, port: settings.tlsAcmePort },
        now,
        log,
      })
    : undefined
  const tls = ownTls({ files, mayCome: byAcme, now, log, metrics })
  const stopped = new AbortController()
  return {
    tls,
    /** Returns once there is a certificate to serve. */
    start: async (): Promise<{ stop: () => Promise<unknown> }> => {
      await certificate?.first(stopped.signal)
      tls.look()
      const running = [tls.start(), ...(certificate ? [certificate.start()] : [])]
      return { stop: () => Promise.all(running.map((each) => each.stop())) }
    },
    stop: (): void => stopped.abort(),
  }
}
