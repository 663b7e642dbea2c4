import { createHash } from 'node:crypto'
import { NexusError } from '../../platform/errors.ts'
import type { DomainName } from './domain.ts'

export type EdgeSlot = { readonly port: number; readonly weight: number }
export type EdgeSlots = { readonly a: EdgeSlot; readonly b: EdgeSlot }

/** One host name of an instance and the two places on the host that may answer for it. */
export type EdgeSite = {
  readonly host: DomainName
  readonly service: string
  readonly slots: EdgeSlots
  readonly healthPath: string
  /** What the service answers there when it is well; 200 where nothing is said. */
  readonly healthStatus?: number
}

/** All that HAProxy of one host is to do. */
export type EdgeState = {
  readonly sites: readonly EdgeSite[]
  readonly hstsSeconds: number
  /** Listen on IPv6 as well. */
  readonly ipv6: boolean
}

export const edgeFiles = {
  config: '/etc/haproxy/haproxy.cfg',
  folder: '/etc/haproxy/nexus',
  certificateList: '/etc/haproxy/nexus/certificates.list',
  certificates: '/etc/haproxy/nexus/certificates',
  keys: '/etc/haproxy/nexus/keys',
  challenges: '/etc/haproxy/nexus/acme.map',
  socket: '/run/haproxy/admin.sock',
  serverState: '/var/lib/haproxy/server-state',
} as const

/** The file a certificate (with its key) of a domain has on the host. */
export const certificateFile = (domain: DomainName): string => `${edgeFiles.certificates}/${domain}.pem`

/** The name of a site's backend in HAProxy: its host name. */
export const backendOf = (site: EdgeSite): string => site.host

/**
 * What a reload is needed for: the file without what the runtime socket changes (ports and weights). The running
 * HAProxy carries it as its description, so what is really loaded can be asked for.
 */
export function edgeFingerprint(state: EdgeState): string {
  const still = state.sites.map((site) => ({
    ...site,
    slots: { a: { port: 1, weight: 0 }, b: { port: 1, weight: 0 } },
  }))
  return `nexus-${createHash('sha256')
    .update(configText({ ...state, sites: still }, ''))
    .digest('hex')
    .slice(0, 24)}`
}

/** The whole haproxy.cfg. */
export function renderEdge(state: EdgeState): string {
  for (const site of state.sites) refuseBadSite(site)
  const hosts = state.sites.map((site) => site.host)
  const twice = hosts.find((host, at) => hosts.indexOf(host) !== at)
  if (twice !== undefined) throw badSite(`${twice} is there twice`)
  return configText(state, edgeFingerprint(state))
}

const badSite = (why: string) =>
  new NexusError('edge.bad_site', 'invalid', `This cannot be served by the edge: ${why}.`)

function refuseBadSite({ host, service, healthPath, healthStatus = 200, slots }: EdgeSite): void {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(host)) throw badSite('a host name was never parsed')
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(service)) throw badSite(`service ${JSON.stringify(service)} has no plain name`)
  if (!/^\/[A-Za-z0-9._~!$&()*+,;=:@%/?-]{0,500}$/.test(healthPath)) {
    throw badSite(`${JSON.stringify(healthPath)} is not a plain path`)
  }
  if (!Number.isInteger(healthStatus) || healthStatus < 100 || healthStatus > 599) {
    throw badSite(`${healthStatus} is not an HTTP status`)
  }
  for (const { port, weight } of [slots.a, slots.b]) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw badSite(`port ${port} does not exist`)
    if (!Number.isInteger(weight) || weight < 0 || weight > 256) throw badSite(`weight ${weight} is not from 0 to 256`)
  }
}

/*
 * Ciphers and curves: Mozilla's "intermediate" profile, guideline 5.7 (https://wiki.mozilla.org/Security/Server_Side_TLS),
 * without its finite-field suites, which nothing that speaks TLS 1.2 to us needs.
 */
const ciphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')
const ciphersuites = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256'

/** Headers by which a request could claim to come from elsewhere: dropped on entry, then set by the edge itself. */
const claims = [
  'x[-_]forwarded([-_].*)?',
  'forwarded',
  'x[-_]real[-_]ip',
  'x[-_]client[-_]ip',
  '(true|cf)[-_].*[-_]ip',
  'proxy',
]

function configText(state: EdgeState, fingerprint: string): string {
  const known = state.sites.map((site) => site.host)
  const unknownHost = known.length === 0 ? '' : ` unless { var(txn.host) -m str ${known.join(' ')} }`
  const bind = (port: number) => (state.ipv6 ? `bind [::]:${port} v4v6` : `bind :${port}`)
  return [
    '# Written by Nexus, whole: a change by hand is lost at the next apply.',
    'global',
    `  description ${fingerprint}`,
    '  log /dev/log local0',
    '  chroot /var/lib/haproxy',
    '  user haproxy',
    '  group haproxy',
    '  daemon',
    `  stats socket ${edgeFiles.socket} mode 600 user root group root level admin expose-fd listeners`,
    '  stats timeout 30s',
    `  server-state-file ${edgeFiles.serverState}`,
    '  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
    `  ssl-default-bind-ciphers ${ciphers}`,
    `  ssl-default-bind-ciphersuites ${ciphersuites}`,
    '  ssl-default-bind-curves X25519:prime256v1:secp384r1',
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  option dontlognull',
    '  option redispatch',
    '  retries 3',
    '  timeout connect 5s',
    '  timeout client 60s',
    '  timeout server 120s',
    '  timeout http-request 10s',
    '  timeout http-keep-alive 15s',
    '  timeout queue 30s',
    '  timeout tunnel 1h',
    '  timeout check 3s',
    '  load-server-state-from-file global',
    // Never the query: sign-in codes and tokens travel there.
    '  log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %HM %[var(txn.host),json(utf8s)] %HPO %HV"',
    '',
    'frontend plain',
    `  ${bind(80)}`,
    ...whichHost,
    '  acl challenge path_beg /.well-known/acme-challenge/',
    `  acl challenge_known path,field(4,/),map(${edgeFiles.challenges}) -m found`,
    `  http-request return status 200 content-type text/plain lf-string "%[path,field(4,/),map(${edgeFiles.challenges})]" if challenge challenge_known`,
    '  http-request return status 404 if challenge',
    `  http-request return status 421 content-type text/plain string "Nothing is served here under this name."${unknownHost}`,
    '  http-request redirect code 308 location https://%[var(txn.host)]%[pathq]',
    '',
    'frontend secure',
    `  ${bind(443)} ssl crt-list ${edgeFiles.certificateList} strict-sni alpn h2,http/1.1`,
    ...whichHost,
    `  http-after-response set-header Strict-Transport-Security "max-age=${state.hstsSeconds}"`,
    `  http-request return status 421 content-type text/plain string "Nothing is served here under this name."${unknownHost}`,
    ...claims.map((claim) => `  http-request del-header ^${claim}$ -m reg`),
    '  http-request set-header X-Forwarded-For %[src]',
    '  http-request set-header X-Forwarded-Proto https',
    '  http-request set-header X-Forwarded-Host %[var(txn.host)]',
    '  http-request set-header X-Forwarded-Port %[dst_port]',
    ...state.sites.map((site) => `  use_backend ${backendOf(site)} if { var(txn.host) -m str ${site.host} }`),
    ...state.sites.flatMap(backendText),
    '',
  ].join('\n')
}

const whichHost = ['  http-request set-var(txn.host) req.hdr(host),field(1,:),lower']

/*
 * A service that answers 503 says that something behind it is missing. It stays in: taking the only one out would turn
 * a part that is missing into an instance that is down, and hide from every probe which part it is.
 */
const backendText = (site: EdgeSite): readonly string[] => [
  '',
  `# ${site.service}`,
  `backend ${backendOf(site)}`,
  '  option httpchk',
  `  http-check send meth GET uri '${site.healthPath}' ver HTTP/1.1 hdr Host ${site.host}`,
  `  http-check expect status ${site.healthStatus ?? 200},503`,
  '  default-server inter 2s fastinter 500ms downinter 1s fall 3 rise 1',
  ...(['a', 'b'] as const).map((slot) => {
    const { port, weight } = site.slots[slot]
    return `  server ${slot} 127.0.0.1:${port} weight ${weight} check`
  }),
]
