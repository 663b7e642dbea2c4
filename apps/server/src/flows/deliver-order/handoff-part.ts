import type { StackSmoke } from '../../modules/instances/index.ts'
import type { CheckResult } from '../../platform/check.ts'
import { foldChecks, printCheck, refusing } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import type { PartDeps, Placed } from './delivery.ts'

/** From the smoke test outside to Live: S0-112..146. */
export function handoffPart({ modules, as, delivery: { orderId, ticket, attempt } }: PartDeps) {
  const { orders, hosts, deployments, edges, certificates, identity, notices, backups, checks, instances } = modules
  const run = `deliver-order:${ticket}:${attempt}`

  /** Kept with the order, then judged: `unknown` refuses like `fail`, but what could only not be looked at is asked again. */
  async function gate(
    code: string,
    what: string,
    results: readonly CheckResult[],
  ): Promise<{ verdict: string; checks: number }> {
    await checks.record(as, orderId, results, run)
    const verdict = foldChecks(results)
    if (verdict !== 'fail') return { verdict, checks: results.length }
    const bad = refusing(results)
    throw new NexusError(
      code,
      bad.length > 0 && bad.every((each) => each.status === 'unknown') ? 'unavailable' : 'conflict',
      `${what}: ${bad.map((each) => each.title).join('; ') || 'nothing was checked'}.`,
      {
        hint: `nexusctl order show ${ticket} shows the evidence.`,
        problems: bad.map((each) => ({ path: each.name, message: printCheck(each) })),
      },
    )
  }

  const looking = ({ instanceId, domain, address }: Pick<Placed, 'instanceId' | 'domain' | 'address'>) => ({
    instanceId,
    domain,
    address,
  })

  return {
    smokeOutside: async (placed: Pick<Placed, 'instanceId' | 'releaseId' | 'slot' | 'domain' | 'address'>) => {
      const { placement } = await deployments.place({
        instanceId: placed.instanceId,
        slot: placed.slot,
        releaseId: placed.releaseId,
      })
      const siteOf = (service: string) => placement.stack.routes.find((route) => route.service === service)?.host
      const stack = placement.stack.checks.flatMap(({ within, service, body, contains, ...rest }): StackSmoke[] => {
        const site = siteOf(service)
        if (site !== 'app' && site !== 'api') return []
        return [
          {
            ...rest,
            site,
            timeoutSeconds: within,
            ...(body === undefined ? {} : { body }),
            ...(contains === undefined ? {} : { contains }),
          },
        ]
      })
      const [valid] = await certificates.listCertificates(as, placed.instanceId, { limit: 1 })
      const results = await edges.smoke(as, {
        ...looking(placed),
        checks: stack,
        ...(valid?.serial === undefined ? {} : { serial: valid.serial }),
      })
      return gate('instance.smoke_failed', 'The smoke test from outside did not pass', results)
    },

    inviteAdmin: async (placed: Placed) => {
      const { initialAdminEmail } = await orders.complete(as, orderId)
      const { userId, inviteRef, expiresAt } = await identity.inviteAdmin(as, {
        tenant: placed.tenant,
        email: initialAdminEmail,
      })
      await gate(
        'identity.no_role',
        'The role of the admin was not mapped',
        await identity.mapRoles(as, { tenant: placed.tenant, email: initialAdminEmail }),
      )
      return { userId, inviteRef, expiresAt }
    },

    proveSignIn: async (placed: Placed) => {
      const names = {
        [new URL(placed.appUrl).hostname]: placed.address,
        [new URL(placed.apiUrl).hostname]: placed.address,
      }
      const results = await identity.proveSignIn(as, { tenant: placed.tenant, http: modules.httpTo(names) })
      return gate('identity.sign_in_failed', 'The sign-in was not proven', results)
    },

    takeBackup: async (placed: Placed) => {
      const backup = await backups.backUp(as, { instanceId: placed.instanceId })
      return { backupId: backup.id }
    },

    /** Restored into a scratch database; row counts and the version of the schema agree, or it does not count. */
    proveBackup: async (placed: Placed, { backupId }: { readonly backupId: string }) => {
      await backups.proveRestore(as, { backupId })
      const result = await backups.check(as, placed.instanceId)
      return gate('backup.not_proven', 'The first backup was not proven by a restore', [result])
    },

    /** S0-139..146. What comes later says so, does not gate and is never a pass. */
    launchChecklist: async (placed: Pick<Placed, 'instanceId' | 'hostId' | 'domain' | 'address' | 'organization'>) => {
      const { escalationContact } = await orders.complete(as, orderId)
      await notices.send(as, {
        kind: 'escalation-test',
        key: `escalation-test:${orderId}`,
        to: escalationContact.email,
        values: { customer: placed.organization, ticket, contact: escalationContact.name },
      })
      const at = modules.now().toISOString()
      const uptime = await edges.uptime(as, looking(placed))
      const later: CheckResult = {
        name: 'launch.alert_routes',
        title: 'Alert routes are configured (S0-142)',
        status: 'not_built',
        summary: 'not built yet; a test mail went to the escalation contact',
        asked: 'alert routes of the instance',
        vantage: 'control plane',
        at,
      }
      const logs = await instances.logs(as, placed.instanceId, { service: 'backend', lines: 20 }).catch(() => '')
      const access: CheckResult = {
        name: 'launch.access_logs',
        title: 'Access logs are available (S0-146)',
        status: logs.trim() ? 'pass' : 'unknown',
        summary: logs.trim() ? `${logs.trim().split('\n').length} lines of the backend` : 'no line could be read',
        asked: 'the last lines of the backend',
        vantage: 'the host itself',
        at,
      }
      const trail = await modules.trail.list(as, { subject: orderId, limit: 50 })
      const audit: CheckResult = {
        name: 'launch.audit_trail',
        title: 'The audit trail of the order is available (S0-145)',
        status: trail.length > 0 ? 'pass' : 'unknown',
        summary: `${trail.length} entries of the order were read`,
        asked: 'the trail of the order',
        vantage: 'control plane',
        at,
      }
      await hosts.checkDrift(as, placed.hostId)
      const baseline = await hosts.baselineHolds(as, placed.hostId)
      const all = [...uptime, baseline, access, audit, later]
      return gate('launch.checklist_failed', 'The launch checklist is not met', all)
    },

    sendLaunchMail: async (placed: Placed) => {
      const { initialAdminEmail } = await orders.complete(as, orderId)
      const { inviteRef, expiresAt } = await identity.inviteAdmin(as, {
        tenant: placed.tenant,
        email: initialAdminEmail,
      })
      const plan = modules.planOf(placed.plan)
      const notice = await notices.send(as, {
        kind: 'launch',
        key: `launch:${orderId}`,
        to: initialAdminEmail,
        values: {
          customer: placed.organization,
          nexusUrl: placed.appUrl,
          identityName: 'your identity provider',
          identityUrl: modules.settings.identityUrl,
          adminEmail: initialAdminEmail,
          inviteRef,
          inviteExpiresAt: expiresAt,
          support: modules.settings.supportChannel,
          slaResponseTimes: [
            { severity: 'critical', response: `${plan?.sla.firstResponseMinutes ?? 30} minutes` },
            { severity: 'everything else', response: 'one working day' },
          ],
        },
      })
      if (notice.state !== 'sent') {
        const title = `Nobody knows whether the launch e-mail arrived: ask ${placed.organization}, then nexusctl notice resend ${notice.id}`
        await orders.askOwner(as, orderId, { kind: 'notice_in_doubt', title })
      }
      return { noticeId: notice.id, state: notice.state }
    },

    goLive: async (placed: Placed) => {
      await hosts.markLive(as, placed.hostId)
      const results = await checks.latest(orderId)
      await orders.goLive(as, orderId, {
        metadata: {
          urls: { app: placed.appUrl, api: placed.apiUrl },
          instance: placed.instanceId,
          release: placed.releaseId,
          host: placed.hostId,
          hosts: modules.settings.hosts,
          run,
        },
        checklist: results.map(({ name, title, status, at }) => ({ name, title, status, at })),
      })
      await modules.promiseAfterLive({ orderId, instanceId: placed.instanceId })
      return { url: placed.appUrl }
    },
  }
}
