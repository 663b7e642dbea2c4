/**
 * Machines: the inventory, the pool of spares, the baseline and the gate behind it.
 * Owns the tables host, host_control_key, host_rescue_login, host_transcript, host_transcript_part, host_baseline, host_deviation, host_drift, host_effect, host_look, host_pool and host_wish. Never knows what an order or an instance is: an order's id,
 * its ticket and its name come in as plain values. Never takes a host key on trust.
 */

export { adoptRoutes } from './adopt-routes.ts'
export { type BaselineReport, baselineLine, type ItemEvent } from './baseline-report.ts'
export { type BaselineSettings, defaultSettings } from './baseline-settings.ts'
export { resealControlKeys } from './control-key-store.ts'
export { type ControlKeyRing, controlKeys } from './control-keys.ts'
export { type Host, type HostId, type HostState, hostMoves, hostNameFor, hostStates, takesOrders } from './host.ts'
export type { HostDeps } from './host-desk.ts'
export type { HostFacts } from './host-facts.ts'
export { hostKeyRoutes } from './host-key-routes.ts'
export type { PoolState } from './host-pool.ts'
export type { HostKeyPair, HostProvider, ProvidedServer, WantedServer } from './host-provider.ts'
export { type HostRunsPort, hostRoutes } from './host-routes.ts'
export { type Hosts, hostService } from './host-service.ts'
export { patchLine } from './patch-host.ts'
export type { PatchPlan, PatchWish } from './patch-routes.ts'
export type { HostPlan } from './preflight-program.ts'
export { type HostTranscripts, hostTranscripts } from './read-transcript.ts'
export { type HostAlert, type HostCommands, hostCommands } from './run-command.ts'
export type { WorldLine } from './since-backup.ts'
export { transcriptRoutes } from './transcript-routes.ts'
export { resealTranscripts } from './transcript-store.ts'
