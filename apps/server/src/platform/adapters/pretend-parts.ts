import type { Http } from '../../modules/identity/index.ts'
import { pretendAcme } from './pretend-acme.ts'
import { pretendDns } from './pretend-dns.ts'
import { pretendFaults } from './pretend-faults.ts'
import { pretendHosts } from './pretend-hosts.ts'
import { pretendMail } from './pretend-mail.ts'
import { pretendOutside } from './pretend-outside.ts'
import { pretendRemote } from './pretend-remote.ts'
import { pretendSignIn, type SignInTenant } from './pretend-sign-in.ts'
import { pretendWorld } from './pretend-world.ts'

/**
 * The world outside nexusd, pretended: hosts, what runs on them, who signs their certificates, who keeps their names,
 * and where mails end. The flow, the database and the identity provider are the real ones.
 */
export function pretendParts(home: string, secondsEach: number, note: (text: string) => Promise<void>) {
  const world = pretendWorld(home)
  const faults = pretendFaults(world.folder)
  return {
    /** What every result of a check says about where it was looked at from. */
    vantage: 'pretend',
    world,
    faults,
    hosts: pretendHosts(world, faults),
    remote: pretendRemote({ place: world, faults, secondsEach, note }),
    outside: pretendOutside(world, faults),
    acme: pretendAcme(world, faults),
    dns: pretendDns(world),
    mail: pretendMail(world, faults),
    signIn: (tenantAt: (apiOrigin: string) => Promise<SignInTenant | undefined>, through: Http): Http =>
      pretendSignIn(tenantAt, through),
  }
}
