import { orderWebhook } from '../flows/deliver-order/order-webhook.ts'
import { accessReviewRoutes, accessRoutes, signInDoors, signInRoutes } from '../modules/access/index.ts'
import { approvalRoutes } from '../modules/approvals/index.ts'
import { backupRoutes } from '../modules/backups/index.ts'
import { checkRoutes } from '../modules/checks/index.ts'
import { contactRoutes } from '../modules/contacts/index.ts'
import { adoptRoutes, hostKeyRoutes, hostRoutes, transcriptRoutes } from '../modules/hosts/index.ts'
import { identityRoutes } from '../modules/identity/index.ts'
import { edgeRoutes, instanceRoutes } from '../modules/instances/index.ts'
import { noticeRoutes } from '../modules/notices/index.ts'
import { orderRoutes } from '../modules/orders/index.ts'
import { releaseRoutes } from '../modules/releases/index.ts'
import { secretRoutes } from '../modules/secrets/index.ts'
import { trailRoutes } from '../modules/trail/index.ts'
import type { Database } from '../platform/db.ts'
import type { EventHub } from '../platform/event-hub.ts'
import type { Routes } from '../platform/http-types.ts'
import { evidenceRoutes } from '../views/evidence-routes.ts'
import { orderTimeline } from '../views/order-timeline.ts'
import { orderTimelineRoutes } from '../views/order-timeline-routes.ts'
import type { HostRuns } from './host-runs.ts'
import type { PatchRuns } from './patch-runs.ts'
import type { RunResuming } from './run-resuming.ts'
import { runRoutes } from './run-routes.ts'
import type { SecretRuns } from './secret-runs.ts'
import type { Services } from './services.ts'

export type PluginDeps = {
  readonly services: Services
  readonly hostRuns: HostRuns & PatchRuns
  readonly resuming: RunResuming
  readonly secretRuns: SecretRuns
  readonly db: Database
  readonly hub: EventHub
  readonly now: () => Date
  readonly stacksFolder: string
  readonly webhookSecrets: readonly string[]
}

/** Every door below /api/v1, and the ones at the root. */
export function pluginsOf({
  services,
  hostRuns,
  resuming,
  secretRuns,
  db,
  hub,
  now,
  stacksFolder,
  webhookSecrets,
}: PluginDeps): {
  readonly plugins: readonly Routes[]
  readonly doors: readonly Routes[]
} {
  const {
    access,
    approvals,
    backups,
    certificates,
    checks,
    contacts,
    dns,
    hostCommands,
    hosts,
    hostTranscripts,
    identity,
    instances,
    masterKeys,
    notices,
    orders,
    releases,
    secrets,
    signIn,
    trail,
  } = services
  return {
    plugins: [
      accessRoutes({ access }),
      accessReviewRoutes({ access }),
      approvalRoutes({ approvals }),
      backupRoutes({ backups }),
      checkRoutes({ checks }),
      contactRoutes({ contacts }),
      evidenceRoutes({ db, trail, now }),
      edgeRoutes({ certificates, dns }),
      hostRoutes({ hosts, runs: hostRuns }),
      adoptRoutes({ hosts }),
      hostKeyRoutes({ hosts, rekey: hostRuns.rekey }),
      transcriptRoutes({ commands: hostCommands, transcripts: hostTranscripts }),
      identityRoutes({ identity }),
      instanceRoutes({ instances, stacksFolder }),
      noticeRoutes({ notices }),
      orderRoutes({ orders }),
      orderTimelineRoutes({ timeline: orderTimeline({ db, orders }) }),
      releaseRoutes({ releases }),
      runRoutes({ db, hub, now, resuming }),
      secretRoutes({ secrets, masterKeys, runs: secretRuns }),
      signInRoutes({ signIn }),
      trailRoutes({ trail }),
    ],
    doors: [orderWebhook({ orders, secrets: webhookSecrets }), signInDoors({ signIn, now })],
  }
}
