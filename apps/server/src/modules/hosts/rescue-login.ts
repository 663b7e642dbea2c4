import { z } from 'zod'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { rescueUser } from './baseline-access.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findHost } from './host-store.ts'
import { fingerprintOf } from './own-host.ts'
import type { HostAlert } from './run-command.ts'

const LoginEvent = z.object({
  type: z.literal('login'),
  at: z
    .string()
    .transform((text) => new Date(text))
    .refine((at) => !Number.isNaN(at.getTime())),
  user: z.string().max(40),
  from: z.string().max(60),
  port: z.int(),
})
type Login = z.infer<typeof LoginEvent>

const lookBackHours = 72
const used = 'the break-glass key was used'

/** What sshd wrote about logins with this key or to this account; the last line says that the journal was read. */
const readLogins = (fingerprint: string): Program => ({
  name: 'read the logins with the break-glass key',
  script: `set -u
journalctl -q --no-pager -o short-iso --since=-${lookBackHours}h -t sshd -t sshd-session > /dev/null || exit 1
journalctl -q --no-pager -o short-iso --since=-${lookBackHours}h -t sshd -t sshd-session | grep -F 'Accepted publickey for ' | grep -F -e ' for ${rescueUser} ' -e ${sh(` ${fingerprint}`)} | tail -n 500 |
  sed -n 's/^\\([0-9T:+-]*\\) [^ ]* sshd[^ ]*: Accepted publickey for \\([a-z_][a-z0-9_-]*\\) from \\([0-9a-fA-F.:]*\\) port \\([0-9]*\\) .*/{"type":"login","at":"\\1","user":"\\2","from":"\\3","port":\\4}/p'
printf '{"type":"read"}\\n'
`,
  timeoutSeconds: 60,
})

/** The offline key is for the day Nexus cannot help: each use of it is an alert, told once. */
export function rescueLogins(desk: Desk) {
  /** Those nobody was told of yet. */
  async function findRescueLogins(actor: Actor, hostId: string): Promise<readonly HostAlert[]> {
    requirePermission(actor, 'hosts.write')
    const key = desk.settings.breakGlassKey
    if (key === undefined) return []
    const host = await findHost(desk.db, hostId)
    const result = await desk.run(host, readLogins(fingerprintOf(key)))
    if (result.exit !== 0 || !result.events.some(isRead)) throw notRead(host, result.stderr)
    const fresh: HostAlert[] = []
    for (const login of result.events.flatMap((each) => LoginEvent.safeParse(each).data ?? [])) {
      if (!(await keep(actor, host, login))) continue
      fresh.push({ host, what: used, why: `As ${login.user} from ${login.from}, ${login.at.toISOString()}.` })
    }
    return fresh
  }

  function keep(actor: Actor, host: Host, { at, user, from, port }: Login): Promise<boolean> {
    return desk.db.inTransaction(async (tx) => {
      const added = await tx.rows(
        `insert into host_rescue_login (host_id, at, source, port, account) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning host_id`,
        [host.id, at, from, port, user],
      )
      if (added.length === 0) return false
      const after = { what: used, host: host.name, account: user, from, at: at.toISOString() }
      await recordAudit(tx, actor, { action: 'host.alert', subject: host.id, after, at: desk.now() })
      return true
    })
  }

  return { findRescueLogins }
}

const isRead = (event: unknown) =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'read'

const notRead = (host: Host, said: string) =>
  new NexusError('host.logins_unread', 'conflict', `What sshd of ${host.name} wrote could not be read.`, {
    hint: said.slice(0, 200) || `nexusctl host logs ${host.name} --unit ssh.service --reason TEXT`,
  })
