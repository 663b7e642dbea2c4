import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'

export type Claim = { readonly orderId: string; readonly ticket: string; readonly name: string }

const home = '/var/lib/nexus-host'

/** Names the host and leaves a receipt with the ticket; a receipt of another ticket refuses. */
export const claimHost = ({ orderId, ticket, name }: Claim): Program => ({
  name: 'claim the host',
  script: `set -eu
mkdir -p ${home}
have=$(sed -n 's/.*"ticket":"\\([^"]*\\)".*/\\1/p' ${home}/claim.json 2>/dev/null || true)
if [ -n "$have" ] && [ "$have" != ${sh(ticket)} ]; then printf '{"type":"taken"}\\n'; exit 3; fi
old=$(hostname)
printf '%s\\n' ${sh(name)} > /etc/hostname
hostname ${sh(name)}
if grep -q '^127\\.0\\.1\\.1[[:space:]]' /etc/hosts; then sed 's/^127\\.0\\.1\\.1[[:space:]].*/127.0.1.1 ${name}/' /etc/hosts > /etc/hosts.nexus-new && cat /etc/hosts.nexus-new > /etc/hosts; rm -f /etc/hosts.nexus-new
else printf '127.0.1.1 %s\\n' ${sh(name)} >> /etc/hosts; fi
printf '%s' ${sh(JSON.stringify({ ticket, orderId, name }))} > ${home}/claim.json.new
mv -f ${home}/claim.json.new ${home}/claim.json
[ "$old" = ${sh(name)} ] && was=true || was=false
printf '{"type":"claimed","alreadyNamed":%s}\\n' "$was"
`,
  timeoutSeconds: 20,
})

/** The mark that outlives our own database: on this machine a customer was live. */
export const markHostLive = (): Program => ({
  name: 'mark the host as live',
  script: `set -eu\nmkdir -p ${home}\n[ -e ${home}/was-live ] || date -u +%FT%TZ > ${home}/was-live\nprintf '{"type":"marked"}\\n'`,
  timeoutSeconds: 20,
})

/** Takes away what the receipt of this ticket says Nexus placed; on a machine that is not ours nothing else is touched. */
export const unclaimHost = (ticket: string): Program => ({
  name: 'take the claim away',
  script: `set -u
[ -e ${home}/was-live ] && { printf '{"type":"was-live"}\\n'; exit 4; }
[ -e ${home}/claim.json ] || { printf '{"type":"unclaimed"}\\n'; exit 0; }
grep -qF ${sh(`"ticket":"${ticket}"`)} ${home}/claim.json || { printf '{"type":"taken"}\\n'; exit 3; }
if [ -r ${home}/placed ]; then
  while IFS= read -r place; do case $place in /srv/nexus/?*|/etc/nexus/?*|/var/lib/nexus/?*) case $place in *..*) ;; *) rm -rf -- "$place" ;; esac ;; esac; done < ${home}/placed
  rm -f ${home}/placed
fi
rm -f ${home}/claim.json
printf '{"type":"unclaimed"}\\n'
`,
  timeoutSeconds: 120,
})

const bootId = `printf '{"type":"boot","id":"%s"}\\n' "$(cat /proc/sys/kernel/random/boot_id)"`

/** Which boot this is: another one after a reboot. */
export const readBoot = (): Program => ({ name: 'read which boot this is', script: bootId, timeoutSeconds: 15 })

/** The reboot begins when the connection has had time to say goodbye. */
export const rebootHost = (): Program => ({
  name: 'reboot the host',
  script: `${bootId}\nsystemd-run -q --on-active=1 systemctl reboot`,
  timeoutSeconds: 20,
})
