import { createPublicKey, X509Certificate } from 'node:crypto'
import { makeRequest } from './pretend-authority.ts'
import { wordsIn } from './pretend-host-programs.ts'
import type { PretendAnswer, PretendProgram } from './pretend-world.ts'

const said = (...events: readonly unknown[]): PretendAnswer => ({ events })
const refused = (code: string, why: string): PretendAnswer => ({
  events: [{ event: 'refused', code, why: `pretend: ${why}` }],
  exit: 1,
})

const apply: PretendProgram = ({ edge }, { name, script }) => {
  const [wanted = ''] = wordsIn(script, /^wanted=(nexus-[0-9a-f]+)$/gm)
  const generation = Number(wordsIn(script, /\[ "\$before" -gt (\d+) \]/g)[0] ?? 0)
  if (edge.generation > generation) return said({ event: 'stale', generation: edge.generation })
  const reloaded = edge.fingerprint !== wanted
  if (reloaded && name === 'edge.weigh') return refused('edge.not_applied', 'the running edge has other sites')
  const changed = reloaded || edge.generation !== generation
  if (reloaded) edge.worker += 1
  edge.generation = generation
  edge.fingerprint = wanted
  edge.sites = Object.fromEntries(
    [...script.matchAll(/^# (\S+)\nbackend (\S+)$/gm)].map(([, service = '', host = '']) => [host, service]),
  )
  return said({ event: 'applied', changed, reloaded, worker: edge.worker })
}

const domainOfKey = (script: string) => wordsIn(script, /key='[^']*\/([^'/]+)\.next\.key'/g)[0] ?? ''
const domainOfFile = (script: string) => wordsIn(script, /file='[^']*\/certificates\/([^'/]+)\.pem'/g)[0] ?? ''

const request: PretendProgram = ({ edge }, { script }) => {
  const domain = domainOfKey(script)
  const names = (wordsIn(script, /subjectAltName=([^']*)/g)[0] ?? '').split(',').map((each) => each.slice(4))
  const known = edge.keys[domain]
  const made = makeRequest(names, known)
  edge.keys[domain] = made.key
  return said({ event: 'request', csr: made.csr.toString('base64'), keyIsNew: known === undefined })
}

const install: PretendProgram = ({ edge }, { script }) => {
  const domain = domainOfFile(script)
  const [pem = ''] = script.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/) ?? []
  const leaf = new X509Certificate(pem)
  const key = edge.keys[domain]
  if (key === undefined) return refused('certificate.no_key', 'this host holds no key for the certificate')
  const ours = createPublicKey(key).export({ type: 'spki', format: 'pem' })
  if (ours !== leaf.publicKey.export({ type: 'spki', format: 'pem' })) {
    return refused('certificate.wrong_key', 'the certificate belongs to another key than the one on this host')
  }
  const changed = edge.certificates[domain]?.serial !== leaf.serialNumber
  edge.certificates[domain] = {
    serial: leaf.serialNumber,
    names: (leaf.subjectAltName ?? '').split(', ').map((each) => each.replace(/^DNS:/, '')),
    issuer: leaf.issuer.replace(/^CN=/, ''),
    notBefore: new Date(leaf.validFrom).toISOString(),
    notAfter: new Date(leaf.validTo).toISOString(),
  }
  return said({ event: 'installed', serial: leaf.serialNumber, changed, worker: edge.worker })
}

const challenge: PretendProgram = ({ edge }, { script }) => {
  const [, token = '', answer = ''] = /token='([^']*)' answer='([^']*)'/.exec(script) ?? []
  const changed = edge.challenges[token] !== answer
  edge.challenges[token] = answer
  return said({ event: 'challenge', changed })
}

const dropChallenge: PretendProgram = ({ edge }, { script }) => {
  const [token = ''] = wordsIn(script, /token='([^']*)'/g)
  const changed = edge.challenges[token] !== undefined
  delete edge.challenges[token]
  return said({ event: 'challenge', changed })
}

const remove: PretendProgram = ({ edge }, { script }) => {
  const domain = domainOfFile(script)
  const changed = edge.certificates[domain] !== undefined
  delete edge.certificates[domain]
  delete edge.keys[domain]
  return said({ event: 'removed', changed })
}

const observe: PretendProgram = ({ edge }) =>
  said(
    {
      event: 'edge',
      version: 'HAProxy, pretend',
      running: edge.fingerprint !== '',
      fingerprint: edge.fingerprint,
      worker: edge.worker,
    },
    ...Object.entries(edge.certificates).map(([domain, { serial, notAfter }]) => ({
      event: 'certificate',
      domain,
      serial,
      notAfter,
    })),
  )

/** The programs of the edge: its file and its certificates. */
export const edgePrograms: Readonly<Record<string, PretendProgram>> = {
  'edge.apply': apply,
  'edge.weigh': apply,
  'edge.observe': observe,
  'edge.certificate-request': request,
  'edge.certificate': install,
  'edge.certificate-remove': remove,
  'edge.challenge': challenge,
  'edge.challenge-drop': dropChallenge,
}
