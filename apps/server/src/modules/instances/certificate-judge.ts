import type { Judged, OutsideHandshake } from './outside-checks.ts'

/** Fails below a tenth of its life, warns below a third: by then it should have been renewed. */
export function judgeCertificate(shown: OutsideHandshake, host: string, now: Date, serial?: string): Judged {
  if (shown.kind !== 'agreed') {
    return {
      status: shown.kind === 'refused' ? 'fail' : 'unknown',
      summary: `${host} shows no certificate: ${shown.why}`,
    }
  }
  const evidence = `serial ${shown.serial}, for ${shown.names.join(' ')}, by ${shown.issuer}, ${shown.notBefore} to ${shown.notAfter}`
  const [from, to] = [Date.parse(shown.notBefore), Date.parse(shown.notAfter)]
  if (Number.isNaN(from) || Number.isNaN(to))
    return { status: 'unknown', summary: `${host}: its dates cannot be read`, evidence }
  const left = to - now.getTime()
  if (left <= 0) return { status: 'fail', summary: `${host}: it ended at ${shown.notAfter}`, evidence }
  if (from > now.getTime())
    return { status: 'fail', summary: `${host}: it begins only at ${shown.notBefore}`, evidence }
  if (!shown.trusted) return { status: 'fail', summary: `${host}: not trusted (${shown.why})`, evidence }
  if (!shown.names.includes(host)) return { status: 'fail', summary: `${host}: not among its names`, evidence }
  if (serial !== undefined && shown.serial !== serial)
    return { status: 'fail', summary: `${host}: another one than the last installed`, evidence }
  const part = left / (to - from)
  if (part < 0.1) return { status: 'fail', summary: `${host}: about to expire at ${shown.notAfter}`, evidence }
  if (part < 0.3)
    return { status: 'warn', summary: `${host}: expiring at ${shown.notAfter}, and not renewed`, evidence }
  return { status: 'pass', summary: `valid until ${shown.notAfter}`, evidence }
}
