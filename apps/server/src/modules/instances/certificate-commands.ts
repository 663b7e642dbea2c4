import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { type DomainName, hostsOf } from './domain.ts'
import { edgeRefused } from './edge-commands.ts'
import { certificateFile, edgeFiles } from './edge-file.ts'
import { edgeScript, textInto } from './edge-script.ts'

export const certificateRequested = z.object({ event: z.literal('request'), csr: z.base64(), keyIsNew: z.boolean() })
export const certificateInstalled = z.object({
  event: z.literal('installed'),
  serial: z.string().regex(/^[0-9A-F]+$/),
  changed: z.boolean(),
  worker: z.number(),
})
export const challengeSet = z.object({ event: z.literal('challenge'), changed: z.boolean() })
export const certificateGone = z.object({ event: z.literal('removed'), changed: z.boolean() })

export const requestAnswer = z.discriminatedUnion('event', [edgeRefused, certificateRequested])
export const installAnswer = z.discriminatedUnion('event', [edgeRefused, certificateInstalled])
export const challengeAnswer = z.discriminatedUnion('event', [edgeRefused, challengeSet])
export const removeAnswer = z.discriminatedUnion('event', [edgeRefused, certificateGone])

const nextKey = (domain: DomainName) => `${edgeFiles.keys}/${domain}.next.key`

/**
 * The key pair of the next certificate, made on the host, and the request for it. The key stays the same until its
 * certificate is installed, so a cut-off order is finished with the key it was begun with. Only the request leaves.
 */
export const requestCertificate = (domain: DomainName): Program => {
  const hosts = hostsOf(domain)
  return {
    name: 'edge.certificate-request',
    script: edgeScript(`key=${sh(nextKey(domain))} isnew=false
if [ ! -s "$key" ]; then
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | place "$key" 600
  isnew=true
fi
request=$(openssl req -new -key "$key" -subj / -addext ${sh(`subjectAltName=DNS:${hosts.app},DNS:${hosts.api}`)} -outform DER 2>/dev/null | base64 -w0)
[ -n "$request" ] || refuse certificate.no_request 'openssl made no certificate request'
printf '{"event":"request","csr":"%s","keyIsNew":%s}\\n' "$request" "$isnew"`),
    timeoutSeconds: 60,
  }
}

/**
 * Puts a certificate (leaf first, then its chain) into the running HAProxy without a reload and on disk in the same
 * step, and asks HAProxy over TLS whether it is the one it shows. Its key must be the one made on this host.
 */
export const installCertificate = (domain: DomainName, chain: string): Program => {
  const file = certificateFile(domain)
  const { app, api } = hostsOf(domain)
  return {
    name: 'edge.certificate',
    script: edgeScript(`key=${sh(nextKey(domain))} file=${sh(file)} fresh=${sh(`${file}.nexus-wish`)} changed=false
trap 'rm -f "$fresh"' EXIT
[ -s "$key" ] || key=$file
[ -s "$key" ] || refuse certificate.no_key 'this host holds no key for the certificate'
${textInto(tidyChain(chain), '> "$fresh"')}
openssl pkey -in "$key" >> "$fresh" 2>/dev/null || refuse certificate.no_key 'the key on this host cannot be read'
of_key=$(openssl pkey -in "$key" -pubout 2>/dev/null)
of_certificate=$(openssl x509 -in "$fresh" -noout -pubkey 2>/dev/null)
[ -n "$of_key" ] && [ "$of_key" = "$of_certificate" ] || refuse certificate.wrong_key 'the certificate belongs to another key than the one on this host'
for name in ${sh(app)} ${sh(api)}; do
  openssl x509 -in "$fresh" -noout -checkhost "$name" | grep -q 'does match' || refuse certificate.wrong_name "the certificate is not for $name"
done
serial=$(openssl x509 -in "$fresh" -noout -serial | cut -d= -f2)
systemctl -q is-active haproxy || refuse edge.not_running 'HAProxy does not run on this host'
seen() { timeout 10 openssl s_client -connect 127.0.0.1:443 -servername "$1" </dev/null 2>/dev/null | openssl x509 -noout -serial 2>/dev/null | cut -d= -f2; }
if ! cmp -s "$fresh" "$file" || [ "$(seen ${sh(app)})" != "$serial" ]; then
  changed=true known=true
  ask 'show ssl cert' | grep -qxF "$file" || { known=false; ask "new ssl cert $file" >/dev/null; }
  answer=$( { printf 'set ssl cert %s <<\\n' "$file"; cat "$fresh"; printf '\\n'; } | timeout 10 socat -t 10 stdio "UNIX-CONNECT:$socket" 2>&1)
  case $answer in
    *ransaction*) ;;
    *) ask "abort ssl cert $file" >/dev/null; refuse certificate.not_taken "HAProxy did not take the certificate: $answer" ;;
  esac
  place "$file" 600 < "$fresh"
  grep -qxF "$file" "$list" || { cat "$list"; printf '%s\\n' "$file"; } | place "$list" 600
  answer=$(ask "commit ssl cert $file")
  case $answer in
    *Success*) ;;
    *) ask "abort ssl cert $file" >/dev/null; refuse certificate.not_taken "HAProxy did not take the certificate: $answer" ;;
  esac
  ask "show ssl crt-list $list" | cut -d' ' -f1 | grep -qxF "$file" || ask "add ssl crt-list $list $file" >/dev/null
fi
for name in ${sh(app)} ${sh(api)}; do
  shown=$(seen "$name")
  [ "$shown" = "$serial" ] || refuse certificate.not_shown "HAProxy shows serial \${shown:-none} for $name, and not $serial"
done
rm -f ${sh(nextKey(domain))}
printf '{"event":"installed","serial":"%s","changed":%s,"worker":%s}\\n' "$serial" "$changed" "$(info Pid)"`),
    timeoutSeconds: 90,
  }
}

/** Takes a certificate and its key off the host: for a site that is gone. */
export const removeCertificate = (domain: DomainName): Program => ({
  name: 'edge.certificate-remove',
  script: edgeScript(`file=${sh(certificateFile(domain))} changed=false
[ -e "$file" ] && changed=true
if [ -e "$list" ]; then { grep -vxF "$file" "$list" || true; } | place "$list" 600; fi
if systemctl -q is-active haproxy; then
  ask "del ssl crt-list $list $file" >/dev/null
  ask "del ssl cert $file" >/dev/null
fi
rm -f "$file" ${sh(nextKey(domain))}
printf '{"event":"removed","changed":%s}\\n' "$changed"`),
  timeoutSeconds: 60,
})

/** Lets HAProxy itself answer an HTTP-01 challenge. Both parts are in base64url, so they need no quoting anywhere. */
export const addChallenge = (token: string, answer: string): Program => {
  if (!isToken(token) || !/^[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,200}$/.test(answer)) throw badChallenge()
  return {
    name: 'edge.challenge',
    script: edgeScript(`token=${sh(token)} answer=${sh(answer)} changed=false
[ -e "$map" ] || refuse edge.not_applied 'the edge was not set up on this host'
if ! grep -qxF -- "$token $answer" "$map"; then
  changed=true
  { awk -v t="$token" '$1 != t' "$map"; printf '%s %s\\n' "$token" "$answer"; } | place "$map" 600
fi
ask "del map $map $token" >/dev/null
said=$(ask "add map $map $token $answer")
ask "show map $map" | cut -d' ' -f2- | grep -qxF -- "$token $answer" || refuse edge.no_challenge "HAProxy did not take the challenge: $said"
printf '{"event":"challenge","changed":%s}\\n' "$changed"`),
    timeoutSeconds: 60,
  }
}

export const dropChallenge = (token: string): Program => {
  if (!isToken(token)) throw badChallenge()
  return {
    name: 'edge.challenge-drop',
    script: edgeScript(`token=${sh(token)} changed=false
if [ -e "$map" ] && [ -n "$(awk -v t="$token" '$1 == t' "$map")" ]; then
  changed=true
  awk -v t="$token" '$1 != t' "$map" | place "$map" 600
fi
[ ! -S "$socket" ] || ask "del map $map $token" >/dev/null
printf '{"event":"challenge","changed":%s}\\n' "$changed"`),
    timeoutSeconds: 60,
  }
}

const isToken = (token: string) => /^[A-Za-z0-9_-]{1,200}$/.test(token)

const badChallenge = () =>
  new NexusError('certificate.bad_challenge', 'invalid', 'The certificate authority sent a challenge in no known form.')

/** Certificates only, and no blank line: one would end HAProxy's reading early. */
function tidyChain(chain: string): string {
  const parts = chain.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  if (parts.length === 0 || parts.length > 10) {
    throw new NexusError(
      'certificate.bad_chain',
      'invalid',
      'What the certificate authority sent holds no certificate.',
    )
  }
  return parts.map((part) => `${part.replace(/\s*\n\s*/g, '\n')}\n`).join('')
}
