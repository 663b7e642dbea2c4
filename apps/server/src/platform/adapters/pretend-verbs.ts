import { pretendAcme } from './pretend-acme.ts'
import { pretendDns } from './pretend-dns.ts'
import type { PretendFaults } from './pretend-faults.ts'
import { pretendHosts } from './pretend-hosts.ts'
import { pretendMail } from './pretend-mail.ts'
import { pretendOutside } from './pretend-outside.ts'
import { pretendRemote } from './pretend-remote.ts'
import type { PretendPlace } from './pretend-world.ts'

/** All that can be asked of the pretend world: of its hosts, who signs, who keeps names, and where mails end. */
export const pretendVerbs = (place: PretendPlace, faults: PretendFaults, certificateHours?: number) => ({
  hosts: pretendHosts(place, faults),
  remote: pretendRemote(place, faults),
  outside: pretendOutside(place, faults),
  acme: pretendAcme(place, faults, certificateHours),
  dns: pretendDns(place),
  mail: pretendMail(place, faults),
})
export type PretendVerbs = ReturnType<typeof pretendVerbs>
