import type { CheckResult } from '../../platform/check.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { Slot } from './stack-schema.ts'

/** The only order there is: S3-54 to S3-60. */
export const deploymentSteps = [
  'fetchArtifact',
  'installDependencies',
  'validateEnvironment',
  'build',
  'migrateDatabase',
  'startServices',
  'smokeInside',
] as const
export type StepName = (typeof deploymentSteps)[number]

/** One release on its way into one slot of one instance. */
export type Deployment = { readonly instanceId: string; readonly slot: Slot; readonly releaseId: string }

/** What a step answers: small, plain, without secrets. */
export type StepAnswer = {
  readonly step: StepName
  readonly status: 'done' | 'not_applicable'
  readonly summary: string
  readonly seconds: number
  readonly migrationVersion?: string
  readonly checks?: readonly CheckResult[]
}

const titles: Record<StepName, string> = {
  fetchArtifact: 'Fetching the release',
  installDependencies: 'Installing the release',
  validateEnvironment: 'Validating the environment',
  build: 'Building',
  migrateDatabase: 'Migrating the database',
  startServices: 'Starting the services',
  smokeInside: 'The smoke test on the host',
}

/** A failed step says which it was; what may be tried again (a host that does not answer) stays so. */
export function deploymentFailed(step: StepName, thrown: unknown): NexusError {
  const { code, kind, message, hint, problems } = toFailure(thrown)
  if (kind === 'unavailable' || kind === 'bug' || kind === 'forbidden' || kind === 'missing') {
    return thrown instanceof NexusError ? thrown : new NexusError(code, kind, message, { cause: thrown })
  }
  return new NexusError(`deployment.${words(step)}_failed`, 'conflict', `${titles[step]} failed: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(problems === undefined ? {} : { problems }),
    cause: thrown,
  })
}

const words = (step: StepName) => step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
