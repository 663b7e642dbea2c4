import { noun } from '../command.ts'
import type { Deps } from '../deps.ts'
import { backupsCommand } from './backups.ts'
import { certificatesCommand } from './certificates.ts'
import { checksCommand } from './checks.ts'
import { dnsCommand } from './dns.ts'
import { envCommand } from './env.ts'
import { listCommand } from './list.ts'
import { logsCommand } from './logs.ts'
import { servicesCommand } from './services.ts'
import { showCommand } from './show.ts'

export const instanceNoun = (deps: Deps) =>
  noun(
    'instance',
    "Instances: customers' running environments",
    [
      listCommand,
      showCommand,
      servicesCommand,
      logsCommand,
      checksCommand,
      envCommand,
      certificatesCommand,
      dnsCommand,
      backupsCommand,
    ].map((make) => make(deps)),
  )
