import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { accessService, signIn as signInService } from '../modules/access/index.ts'
import { approvalService } from '../modules/approvals/index.ts'
import { backupService } from '../modules/backups/index.ts'
import { type Checks, checkService } from '../modules/checks/index.ts'
import { contactService } from '../modules/contacts/index.ts'
import {
  hostCommands as commandsOfHosts,
  controlKeys,
  hostService,
  resealControlKeys,
  resealTranscripts,
  hostTranscripts as transcriptsOfHosts,
} from '../modules/hosts/index.ts'
import { fetchVia, type IdentityProvider, identityService } from '../modules/identity/index.ts'
import {
  acceptStack,
  certificateService,
  composeRuntime,
  deployments as deploymentService,
  dnsService,
  edgeService,
  insideFolder,
  instanceService,
  type Slot,
  systemdRuntime,
} from '../modules/instances/index.ts'
import { noticeService } from '../modules/notices/index.ts'
import { type DeliveryStart, orderService, parsePlans } from '../modules/orders/index.ts'
import { releaseService } from '../modules/releases/index.ts'
import { masterKeyService, secretService } from '../modules/secrets/index.ts'
import { trailService } from '../modules/trail/index.ts'
import { systemActor } from '../platform/actor.ts'
import { acmeCertificates } from '../platform/adapters/acme-certificates.ts'
import { authentikIdentity } from '../platform/adapters/authentik-identity.ts'
import { resealEmbedded } from '../platform/adapters/embedded-identity-reseal.ts'
import { labDns } from '../platform/adapters/lab-dns.ts'
import { manualDns } from '../platform/adapters/manual-dns.ts'
import { outsideHttps } from '../platform/adapters/outside-https.ts'
import { outsidePorts } from '../platform/adapters/outside-ports.ts'
import { pretendParts } from '../platform/adapters/pretend-parts.ts'
import { newHostKey } from '../platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../platform/adapters/ssh-remote.ts'
import { now } from '../platform/clock.ts'
import type { Database, Tx } from '../platform/db.ts'
import { currentFence, currentStep, progress } from '../platform/durable.ts'
import { NexusError, toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import type { OutsideCalls } from '../platform/outside-calls.ts'
import type { HostAddress, Remote } from '../platform/remote.ts'
import { outsideScopes } from '../platform/scope.ts'
import { secretBox } from '../platform/secret-box.ts'
import { contactTickets } from '../views/contact-tickets.ts'
import { hostTenants } from '../views/host-tenants.ts'
import { secretUses } from '../views/secret-uses.ts'
import { tellOfHost } from './host-alerts.ts'
import { baselineSettings } from './host-settings.ts'
import { nextMasterKey } from './master-key.ts'
import { checkpointSinksOf, embeddedOf, mailOf, providersOf, signInProviderOf } from './outside.ts'
import type { Settings } from './settings.ts'

/** How the flows of orders are started and stopped; handed in because the flows stand on these services. */
export type DeliveryPort = {
  readonly start: (tx: Tx, start: DeliveryStart) => Promise<void>
  readonly stop: (tx: Tx, stop: { readonly runId: string; readonly actor: { readonly id: string } }) => Promise<void>
  readonly giveBack: (tx: Tx, start: DeliveryStart) => Promise<void>
}

export type ServiceDeps = {
  readonly settings: Settings
  readonly log: Log
  readonly db: Database
  readonly masterKey: Buffer
  readonly delivery: DeliveryPort
  /** The one way to providers and hosts. */
  readonly calls: OutsideCalls
  /** Which life of Nexus sends programs to hosts; undefined while it may only look. */
  readonly epoch: () => number | undefined
}

const house = systemActor('nexusd')

/** Every module, each given what it needs: the one place that knows all of them. */
export async function createServices({ settings, log, db, masterKey, delivery, epoch, calls }: ServiceDeps) {
  const box = secretBox(masterKey)
  const plans = parsePlans(readFileSync(join(import.meta.dirname, '../../plans.yaml'), 'utf8'))
  const roots = settings.trustedRoots.map((file) => readFileSync(file, 'utf8'))

  const access = accessService({ db, now })
  const approvals = approvalService({ db, now, activePeople: access.activePeople })
  const contacts = contactService({
    db,
    now,
    second: settings.fourEyes.includes('contact.erase') ? approvals : undefined,
    openTickets: (email) => contactTickets(db, email),
    isPerson: access.hasAddress,
  })
  const signIn = signInService({
    db,
    now,
    times: { longestSeconds: settings.sessionHours * 3600, idleSeconds: settings.sessionIdleMinutes * 60 },
    provider: signInProviderOf(settings),
  })
  const masterKeys = masterKeyService({
    db,
    ring: box,
    now,
    nextKey: () => nextMasterKey(settings),
    resealers: [resealEmbedded(box), resealTranscripts(box), resealControlKeys(box)],
  })
  await masterKeys.settle()
  const secrets = secretService({ db, box, now, uses: async (ref) => secretUses(db, ref) })
  const reveal = (ref: string) => secrets.reveal(house, ref)
  const pretend =
    settings.provider === 'pretend'
      ? pretendParts({
          home: settings.home,
          socket: settings.pretendSocket,
          secondsEach: settings.pretendSeconds,
          note: progress,
          whoAsks: currentStep,
        })
      : undefined
  const checks = labelled(checkService({ db, now }), pretend?.vantage)
  const first = await firstKeyOf(secrets, reveal)
  const hostKeys = controlKeys({
    db,
    box,
    first: { publicKey: first.publicKey, privateKey: () => reveal(first.privateKeyRef) },
    newKey: newHostKey,
    now,
  })

  const remote = fenced(
    calls.remote(
      pretend?.remote ??
        sshRemote({
          privateKeys: hostKeys.toTry,
          now,
          epoch,
          ...(settings.sshAgent ? { agent: settings.sshAgent } : {}),
          jumpHostKey: async (jump) =>
            settings.jumpHostKeys.find((each) => each.startsWith(`${jump} `))?.slice(jump.length + 1),
        }),
    ),
  )
  const hosts = hostService({
    db,
    remote,
    outside: pretend ? pretend.ports : outsidePorts(),
    providers: (pretend ? [pretend.hosts] : providersOf(settings)).map((each) =>
      calls.provider(`hosts-${each.name}`, each),
    ),
    planOf: plans.find,
    keys: hostKeys,
    settings: baselineSettings(settings),
    newHostKey,
    now,
    purchases: {
      ceilings: { hostsPerDay: settings.hostsPerDay, moneyPerDay: settings.hostMoneyPerDay },
      seek: approvals.seek,
      use: approvals.use,
    },
    drift: {
      freshHours: settings.hostCheckHours,
      spareDays: settings.spareDays,
      second: settings.fourEyes.includes('host.deviation') ? approvals : undefined,
    },
    fence: currentFence,
  })

  const orders = orderService({
    db,
    plans,
    now,
    provisioners: access.provisioners,
    startDelivery: delivery.start,
    stopDelivery: delivery.stop,
    startGiveBack: delivery.giveBack,
  })

  const releases = releaseService({
    db,
    now,
    stacksFolder: settings.stacksFolder,
    insideFolder,
    readFolder: acceptStack,
  })
  const runtimeDeps = {
    remote,
    openArtifact: (release: string, file: string) => releases.openArtifact(release, file),
    weigh: async (_host: HostAddress, instance: string, _slot: Slot, _percent: number) => {
      throw new NexusError('rollout.not_built', 'conflict', `Shares of traffic of ${instance} are not built yet.`)
    },
  }
  const instanceDeps = {
    db,
    now,
    remote,
    hosts: { address: hosts.addressOf },
    secrets: { put: secrets.put, generate: secrets.generate, reveal },
    releases: { facts: (id: string) => releases.find(house, id) },
    runtimes: { systemd: systemdRuntime(runtimeDeps), compose: composeRuntime(runtimeDeps) },
  }
  const deployments = deploymentService(instanceDeps)
  const instances = instanceService({ ...instanceDeps, deployments })

  const rules = { testAllowed: settings.testDomains, reserved: settings.reservedDomains }
  const outside = calls.provider('outside', pretend?.outside ?? outsideHttps({ roots }))
  const edges = edgeService({
    db,
    remote,
    outside,
    now,
    rules,
    hstsSeconds: 31_536_000,
    ipv6: false,
    reveal: async (_actor, instanceId, variable) => {
      const line = (await instances.env(house, instanceId)).find((each) => each.name === variable)
      if (line?.reference) return reveal(line.reference)
      throw new NexusError('instance.no_secret_variable', 'missing', `The instance has no secret ${variable}.`)
    },
  })
  const certificates = certificateService({
    db,
    remote,
    outside,
    now,
    rules,
    acme: calls.provider(
      'acme',
      pretend?.acme ??
        acmeCertificates({
          url: settings.acmeDirectory,
          ...(settings.acmeDirectoryCa ? { trust: readFileSync(settings.acmeDirectoryCa, 'utf8') } : {}),
        }),
    ),
    secrets: { put: (actor, of, value) => secrets.put(actor, { ...of, value }), reveal: secrets.reveal },
  })

  const mail = calls.provider('mail', pretend?.mail ?? mailOf(settings))
  const mailDomain = new URL(settings.identityOrigin).hostname
  const notices = noticeService({ db, now, secrets: { reveal }, mailDomain, mail })
  const trail = trailService({
    db,
    now,
    secrets: { put: secrets.put, reveal },
    sinks: checkpointSinksOf(settings, mail, mailDomain),
    origin: settings.trailOrigin,
    onSinkFailed: (sink, thrown) =>
      log.warn({ sink, failure: toFailure(thrown) }, 'a checkpoint could not be brought outside'),
  })
  const secondFor = (act: string) => (settings.fourEyes.includes(act) ? approvals : undefined)
  const second = { exec: secondFor('host.exec'), logs: secondFor('host.logs') }
  const hostAlerts = tellOfHost({ access, orders, notices, settings, log, now })
  const hostCommands = commandsOfHosts({
    db,
    remote,
    box,
    now,
    secretsOf: async ({ orderId }) => {
      const tenants = orderId === undefined ? [] : await outsideScopes(() => hostTenants(db, orderId))
      return secrets.valuesOf(house, ['nexus', ...tenants])
    },
    second,
    tell: hostAlerts,
  })
  const hostTranscripts = transcriptsOfHosts({ db, box, now })
  const resolvers = settings.dnsResolver ? [settings.dnsResolver] : []
  const dns = dnsService({
    db,
    now,
    rules,
    provider: calls.provider(
      'dns',
      pretend?.dns ??
        (settings.dns === 'lab'
          ? labDns({ managementUrl: settings.dnsManagementUrl, servers: resolvers })
          : manualDns(resolvers)),
    ),
    authority: ['letsencrypt.org', 'pebble.test'],
    mail: async (actor, { key, kind, to, domain, instanceId, records }) => {
      const { orderId } = await instances.find(actor, instanceId)
      const { ticket } = await orders.find(actor, orderId)
      const values = {
        customer: domain,
        ticket,
        records: records.map(({ name, type, value }) => ({ name, type, value })),
      }
      return notices.send(actor, { kind, key, to, values })
    },
  })

  const embedded = settings.identity === 'embedded' ? embeddedOf(settings, db, box) : undefined
  const provider: IdentityProvider = calls.provider(
    'identity',
    embedded?.provider ??
      authentikIdentity({
        url: settings.authentikUrl,
        token: async () => readFileSync(settings.authentikTokenFile, 'utf8').trim(),
      }),
  )
  const identity = identityService({ db, provider, now, secrets: { put: secrets.put, reveal } })
  const backups = backupService({
    ...instanceDeps,
    instances: { source: instances.backupSource, migrationVersion: deployments.migrationVersion },
  })

  /** The tenant whose instance is reached at an origin, for the pretend instance that answers there. */
  const tenantAt = async (origin: string) => {
    const found = (await identity.list(house, { limit: 500 })).find((each) => each.apiUrl === origin)
    return found && { ...found, clientSecret: await reveal(found.clientSecretRef) }
  }

  /** As a browser, but each name goes where we know it to be: the customer's to its host, ours to our listener. */
  const httpTo = (names: Readonly<Record<string, string>>) => {
    const own = embedded ? { [new URL(settings.identityOrigin).hostname]: settings.identityListenHost } : {}
    const known: Readonly<Record<string, string>> = { ...own, ...names }
    const { http } = fetchVia({ resolve: (host) => known[host], ca: roots })
    return pretend ? pretend.signIn(tenantAt, http) : http
  }

  return {
    access,
    approvals,
    backups,
    certificates,
    checks,
    contacts,
    deployments,
    dns,
    edges,
    embedded,
    hostAlerts,
    hostCommands,
    hostKeys,
    hosts,
    hostTranscripts,
    httpTo,
    identity,
    instances,
    mail,
    masterKeys,
    notices,
    orders,
    plans,
    pretend,
    releases,
    remote,
    roots,
    secrets,
    signIn,
    trail,
  }
}

export type Services = Awaited<ReturnType<typeof createServices>>

/** Of pretend hosts every result says so, wherever it is read. */
const labelled = (checks: Checks, vantage: string | undefined): Checks =>
  vantage === undefined
    ? checks
    : {
        ...checks,
        record: (actor, subject, results, run) =>
          checks.record(
            actor,
            subject,
            results.map((each) => ({ ...each, vantage })),
            run,
          ),
      }

/** Every program that a run sends carries the run and its takeover: a host refuses an older one. */
const fenced = (remote: Remote): Remote => ({
  ...remote,
  run: (host, program, onEvent) => {
    const fence = program.fence ?? currentFence()
    return remote.run(host, fence ? { ...program, fence } : program, onEvent)
  },
})

/** The key pair for the first contact with a host, made at the first start: the private part is a secret like any other. */
async function firstKeyOf(
  secrets: ReturnType<typeof secretService>,
  reveal: (ref: string) => Promise<string>,
): Promise<{ publicKey: string; privateKeyRef: string }> {
  const of = { tenant: 'nexus', name: 'control-key' }
  const found = await secrets.latest(house, of).catch(() => undefined)
  const privateKeyRef = found ?? (await secrets.put(house, { ...of, value: newHostKey().privateKey }))
  const parsed = ssh2.utils.parseKey(await reveal(privateKeyRef))
  if (parsed instanceof Error) throw new NexusError('secrets.control_key', 'bug', 'The control key cannot be read.')
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  return { publicKey: `${key.type} ${key.getPublicSSH().toString('base64')} nexus`, privateKeyRef }
}
