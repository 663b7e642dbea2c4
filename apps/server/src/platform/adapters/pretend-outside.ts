import type { OutsideAnswer, OutsideHandshake, OutsideRequest } from './outside-https.ts'
import type { PretendFaults } from './pretend-faults.ts'
import { stackAnswer } from './pretend-instance-programs.ts'
import type { PretendPlace } from './pretend-world.ts'

type Headers = Readonly<Record<string, readonly string[]>>

const answered = (status: number, headers: Headers, body: string): OutsideAnswer => ({
  kind: 'answered',
  status,
  headers,
  body,
  cut: false,
  seconds: 0,
})
const failed = (why: string, code: string): OutsideAnswer => ({
  kind: 'failed',
  why: `pretend: ${why}`,
  code,
  seconds: 0,
})
const hsts: Headers = { 'strict-transport-security': ['max-age=31536000'] }

/** What the world would see of a pretend host: from what lies on its disk, never over a network. */
export function pretendOutside(place: PretendPlace, faults: PretendFaults) {
  const diskAt = (address: string) => place.read().servers.find((each) => each.address === address)?.disk

  return {
    ask: async (asked: OutsideRequest): Promise<OutsideAnswer> => {
      const disk = diskAt(asked.address)
      if (!disk || disk.edge.fingerprint === '') return failed(`nobody listens at ${asked.address}`, 'ECONNREFUSED')
      if (faults.take(`look from outside ${asked.host}`)) return failed('this look was made to fail', 'ECONNREFUSED')
      const named = asked.hostHeader ?? asked.host
      const service = disk.edge.sites[named]
      if (asked.secure && service === undefined) return answered(421, hsts, 'pretend: nothing is served here')
      if (!asked.secure) return answered(308, { location: [`https://${named}${asked.path}`] }, '')
      if (!Object.values(disk.edge.certificates).some((each) => each.names.includes(asked.host))) {
        return failed(`no certificate for ${asked.host}`, 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME')
      }
      if (!disk.running.includes(service ?? '')) return answered(503, hsts, 'pretend: the service does not run')
      return siteAnswer(asked, disk.running)
    },

    shakeHands: async (where: {
      readonly address: string
      readonly port: number
      readonly host: string
      readonly only?: string
    }): Promise<OutsideHandshake> => {
      const disk = diskAt(where.address)
      const shown = Object.values(disk?.edge.certificates ?? {}).find((each) => each.names.includes(where.host))
      const old = where.only === 'TLSv1' || where.only === 'TLSv1.1'
      if (!disk) return { kind: 'ours', why: `pretend: nobody listens at ${where.address}`, code: 'ECONNREFUSED' }
      if (!shown || old) return { kind: 'refused', why: 'pretend: the handshake is refused', code: 'ERR_SSL_PRETEND' }
      return { kind: 'agreed', protocol: 'TLSv1.3', trusted: true, why: '', ...shown }
    },
  }
}

/** As the sample stack answers: its page, its configuration, its health, its sign-in, its own checks. */
function siteAnswer({ host, path, headers = {} }: OutsideRequest, running: readonly string[]): OutsideAnswer {
  const domain = host.replace(/^[^.]+\./, '')
  const json = { ...hsts, 'content-type': ['application/json'] }
  const app = `https://app.${domain}`
  if (host === `app.${domain}`) {
    if (path === '/config.json')
      return answered(200, json, JSON.stringify({ apiUrl: `https://api.${domain}`, pretend: true }))
    return answered(
      200,
      { ...hsts, 'content-type': ['text/html; charset=utf-8'] },
      '<!doctype html><title>pretend</title>',
    )
  }
  const cors: Headers = headers['origin'] === app ? { 'access-control-allow-origin': [app] } : {}
  if (path.startsWith('/auth/login')) {
    const cookie = ['__Host-sign-in=pretend; Path=/; Secure; HttpOnly; SameSite=Lax']
    return answered(303, { ...hsts, location: [`${app}/`], 'set-cookie': cookie }, '')
  }
  if (path === '/health') {
    const openclaw = running.includes('openclaw') ? 'ok' : 'does not answer'
    return answered(
      200,
      { ...json, ...cors },
      JSON.stringify({ status: 'ok', database: 'ok', openclaw, pretend: true }),
    )
  }
  return answered(200, { ...json, ...cors }, stackAnswer)
}
