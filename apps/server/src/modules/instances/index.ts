/**
 * Instances: a customer's running environment. Owns the stack manifest, the two slots, the runtimes that fill them, the
 * instance's variables and its database on the host. Never decides when a release goes out, and never keeps a secret's value.
 */

export { type Certificates, certificateService, type IssuedCertificate } from './certificate-service.ts'
export { type FixedCompose, fixCompose, judgeCompose } from './compose-file.ts'
export { composeRuntime } from './compose-runtime.ts'
export { databaseUrl } from './database-commands.ts'
export { type Deployment, deploymentSteps, type StepAnswer, type StepName } from './deployment.ts'
export { type Deployments, deployments } from './deployment-service.ts'
export { type DnsMail, type DnsVerbs, dnsService } from './dns-service.ts'
export type { DomainRules } from './domain.ts'
export { edgeRoutes } from './edge-routes.ts'
export { type Edges, edgeService, type WantedSite } from './edge-service.ts'
export { type Instance, type InstanceSlot, type InstanceState, instanceMoves, instanceStates } from './instance.ts'
export { databaseOf, scratchDatabaseOf } from './instance-layout.ts'
export type { InstanceDeps, ReleaseFacts, SecretsPort } from './instance-ports.ts'
export { instanceRoutes, instanceView } from './instance-routes.ts'
export { type EnvironmentLine, type Instances, instanceService, type OpenRequest } from './instance-service.ts'
export type { StackSmoke } from './outside-smoke.ts'
export type { OpenArtifact, Placement, Runtime, Weigh } from './runtime.ts'
export { type AcceptedStack, acceptStack, checkStack, insideFolder, type StackVerdict } from './stack-folder.ts'
export { readStack, stackJsonSchema, stackOf } from './stack-manifest.ts'
export { portPlan } from './stack-rules.ts'
export type { Slot, StackManifest } from './stack-schema.ts'
export { systemdRuntime } from './systemd-runtime.ts'
