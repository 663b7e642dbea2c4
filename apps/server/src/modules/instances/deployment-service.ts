import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type CheckResult, printCheck, refusing } from '../../platform/check.ts'
import { NexusError, type Problem } from '../../platform/errors.ts'
import { databaseUrl } from './database-commands.ts'
import { type Deployment, deploymentFailed, deploymentSteps, type StepAnswer, type StepName } from './deployment.ts'
import { checkHealth, checkStack } from './deployment-checks.ts'
import { type Instance, type InstanceSlot, isInstanceId, moveInstance, slotNotFound } from './instance.ts'
import { instanceEnvironment } from './instance-environment.ts'
import type { InstanceDeps, ReleaseFacts } from './instance-ports.ts'
import { findInstance, lockInstance, saveChecks, saveInstance, saveSlot, slotsOf } from './instance-store.ts'
import { readMigrationStatus } from './migration-status.ts'
import type { Placement, Runtime } from './runtime.ts'
import { stackOf } from './stack-manifest.ts'
import type { Slot, StackManifest } from './stack-schema.ts'
import { hideValues } from './stack-variables.ts'

type Work = {
  readonly actor: Actor
  readonly placement: Placement
  readonly runtime: Runtime
  readonly release: ReleaseFacts
  readonly at: Deployment
}

/**
 * The seven steps of a deployment, in their only order: fetch, install, validate, build, migrate, start, smoke. Each may
 * be called again; one that fails throws with its evidence, and the steps after it are refused until it succeeded.
 */
export const deployments = (deps: InstanceDeps) => {
  const { db, now, remote } = deps
  const environment = instanceEnvironment(deps)

  async function place(at: Deployment): Promise<{ placement: Placement; release: ReleaseFacts; runtime: Runtime }> {
    const instance = await findInstance(db, at.instanceId)
    if (!isInstanceId(instance.id))
      throw new NexusError('instance.bad_id', 'invalid', 'This is not the id of an instance.')
    const release = await deps.releases.facts(at.releaseId)
    const stack = stackOf(release.manifest)
    if (stack.name !== instance.stack) {
      throw new NexusError(
        'release.other_stack',
        'conflict',
        `${instance.id} runs the stack ${instance.stack}; ${at.releaseId} is of ${stack.name}.`,
      )
    }
    const host = await deps.hosts.address(instance.hostId)
    const { artifacts, compose } = release
    const placement = { host, instance: instance.id, slot: at.slot, release: release.id, stack, artifacts, compose }
    return { placement, release, runtime: deps.runtimes[stack.runtime] }
  }

  /** One step: refused out of order, its outcome kept with its trail, its evidence free of secrets. */
  async function step(
    actor: Actor,
    name: StepName,
    at: Deployment,
    work: (given: Work) => Promise<Omit<StepAnswer, 'step' | 'seconds'>>,
  ): Promise<StepAnswer> {
    requirePermission(actor, 'instances.write')
    await begin(actor, name, at)
    const begun = now()
    try {
      const answer = await work({ actor, at, ...(await place(at)) })
      await finish(actor, name, at, true, answer.migrationVersion)
      return { step: name, seconds: (now().getTime() - begun.getTime()) / 1000, ...answer }
    } catch (error) {
      await finish(actor, name, at, false)
      throw deploymentFailed(name, error)
    }
  }

  async function begin(actor: Actor, name: StepName, at: Deployment): Promise<void> {
    const position = deploymentSteps.indexOf(name)
    await db.inTransaction(async (tx) => {
      const instance = await lockInstance(tx, at.instanceId)
      const held = (await slotsOf(tx, at.instanceId)).find((each) => each.slot === at.slot)
      if (held && held.releaseId !== at.releaseId && instance.activeSlot === at.slot) throw slotInUse(at)
      if (position > 0) return requireBefore(name, position, at, held)
      const moved = instance.state === 'opened' ? moveInstance(instance, 'deploying', now()) : instance
      if (instance.state === 'withdrawn') moveInstance(instance, 'deploying', now())
      if (moved !== instance) await saveInstance(tx, moved)
      if (held?.releaseId === at.releaseId) return
      await saveSlot(tx, at.instanceId, {
        slot: at.slot,
        releaseId: at.releaseId,
        stepsDone: 0,
        migrationVersion: undefined,
        changedAt: now(),
      })
      await recordAudit(tx, actor, {
        action: 'deployment.begun',
        subject: at.instanceId,
        after: { slot: at.slot, release: at.releaseId },
        at: now(),
      })
    })
  }

  async function finish(
    actor: Actor,
    name: StepName,
    at: Deployment,
    done: boolean,
    migrationVersion?: string,
  ): Promise<void> {
    const position = deploymentSteps.indexOf(name)
    await db.inTransaction(async (tx) => {
      await lockInstance(tx, at.instanceId)
      const held = (await slotsOf(tx, at.instanceId)).find((each) => each.slot === at.slot)
      if (held?.releaseId !== at.releaseId) return
      const stepsDone = done ? Math.max(held.stepsDone, position + 1) : Math.min(held.stepsDone, position)
      await saveSlot(tx, at.instanceId, {
        ...held,
        stepsDone,
        migrationVersion: migrationVersion ?? held.migrationVersion,
        changedAt: now(),
      })
      const after = { slot: at.slot, release: at.releaseId, step: name }
      await recordAudit(tx, actor, {
        action: done ? 'deployment.step_done' : 'deployment.step_failed',
        subject: at.instanceId,
        after,
        at: now(),
      })
    })
  }

  const hidden = async ({ placement, release }: Work, problems: readonly Problem[]): Promise<Problem[]> => {
    const { secrets } = await environment.reveal(await findInstance(db, placement.instance), release, placement.slot)
    return problems.map(({ path, message }) => ({ path, message: hideValues(message, secrets) }))
  }

  async function noteChecks(actor: Actor, instanceId: string, results: readonly CheckResult[]): Promise<void> {
    requirePermission(actor, 'instances.write')
    await db.inTransaction(async (tx) => {
      await lockInstance(tx, instanceId)
      await saveChecks(tx, instanceId, results)
      const after = Object.fromEntries(results.map((each) => [each.name, each.status]))
      await recordAudit(tx, actor, { action: 'instance.checked', subject: instanceId, after, at: now() })
    })
  }

  const steps = {
    fetchArtifact: (actor: Actor, at: Deployment) =>
      step(actor, 'fetchArtifact', at, async ({ runtime, placement }) => {
        const { sent, had } = await runtime.fetch(placement)
        const words = [
          sent.length > 0 ? `sent ${sent.join(', ')}` : '',
          had.length > 0 ? `there already: ${had.join(', ')}` : '',
        ]
        return { status: 'done', summary: words.filter((each) => each !== '').join('; ') || 'nothing to send' }
      }),

    installDependencies: (actor: Actor, at: Deployment) =>
      step(actor, 'installDependencies', at, async ({ runtime, placement }) => ({
        status: 'done',
        summary: `${await runtime.install(placement)}; the release brings all it needs`,
      })),

    validateEnvironment: (actor: Actor, at: Deployment) =>
      step(actor, 'validateEnvironment', at, async (work) => {
        const { runtime, placement, release } = work
        const input = await environment.prepare(actor, await findInstance(db, at.instanceId), release, at.slot)
        await runtime.put(placement, input)
        const checked: string[] = []
        const problems: Problem[] = []
        for (const [service, { check }] of Object.entries(placement.stack.services)) {
          if (!check) continue
          const end = await runtime.once(placement, { service, command: check, timeoutSeconds: 60 })
          checked.push(service)
          const said = `${end.err}\n${end.out}`.trim() || `ended with exit ${end.exit}`
          if (end.exit !== 0) problems.push({ path: service, message: hideValues(said, input.secrets) })
        }
        if (problems.length > 0) throw refuse('The environment is refused by the services themselves.', problems)
        const count = Object.keys(input.variables).length
        return {
          status: 'done',
          summary: `${count} variables; checked by ${checked.join(', ') || 'no service (none has a check)'}`,
        }
      }),

    build: (actor: Actor, at: Deployment) =>
      step(actor, 'build', at, async () => ({
        status: 'not_applicable',
        summary: 'A release comes built; nothing is built on a host.',
      })),

    migrateDatabase: (actor: Actor, at: Deployment) =>
      step(actor, 'migrateDatabase', at, async (work) => {
        const { runtime, placement } = work
        const wanted = placement.stack.migrations
        if (!wanted) return { status: 'not_applicable', summary: 'This stack has no migrations.' }
        const run = (command: readonly string[]) =>
          runtime.once(placement, { service: wanted.service, command, timeoutSeconds: 600 })
        const end = await run(wanted.command)
        if (end.exit !== 0) {
          const problem = {
            path: wanted.service,
            message: `${end.err}\n${end.out}`.trim() || `ended with exit ${end.exit}`,
          }
          throw refuse('The migration failed.', await hidden(work, [problem]))
        }
        const status = readMigrationStatus(await run(wanted.status))
        if (status.pending.length > 0)
          throw refuse(`Still pending after the migration: ${status.pending.join(', ')}.`, [])
        return { status: 'done', summary: `at version ${status.version}`, migrationVersion: status.version }
      }),

    startServices: (actor: Actor, at: Deployment) =>
      step(actor, 'startServices', at, async (work) => {
        const { runtime, placement } = work
        const states = await runtime.start(placement)
        const failed = Object.keys(placement.stack.services).flatMap((service) => {
          const seen = states.find((each) => each.service === service)
          return seen?.state === 'running' && seen.listening === true ? [] : [{ service, seen }]
        })
        const [first] = failed
        if (first) {
          const logs = first.seen ? await runtime.logs(placement, first.service, 30) : ''
          const message = `${first.seen?.detail ?? 'was not started'}\n${logs}`.trim()
          throw refuse(`${first.service} did not start.`, await hidden(work, [{ path: first.service, message }]))
        }
        return { status: 'done', summary: `running: ${states.map((each) => each.service).join(', ')}` }
      }),

    smokeInside: (actor: Actor, at: Deployment) =>
      step(actor, 'smokeInside', at, async (work) => {
        const { placement, runtime, release } = work
        const input = await environment.reveal(await findInstance(db, at.instanceId), release, at.slot)
        const health = await checkHealth({ runtime, placement, secrets: input.secrets, now })
        const more =
          refusing(health).length > 0
            ? []
            : await checkStack({ remote, placement, variables: input.variables, secrets: input.secrets, now })
        const results = [...health, ...more]
        await noteChecks(actor, at.instanceId, results)
        const bad = refusing(results)
        const problems = bad.map((each) => ({
          path: each.name,
          message: `${printCheck(each)}\n${each.evidence ?? ''}`.trim(),
        }))
        if (bad.length > 0) throw refuse(`${bad.map((each) => each.title).join('; ')}: not so.`, problems)
        return { status: 'done', summary: `${results.length} checks passed on the host`, checks: results }
      }),
  }

  return {
    ...steps,
    noteChecks,

    /** All seven, one after the other: what a flow does step by step. */
    deploy: async (actor: Actor, at: Deployment): Promise<StepAnswer[]> => {
      const answers: StepAnswer[] = []
      for (const name of deploymentSteps) answers.push(await steps[name](actor, at))
      return answers
    },

    /** The stack's own checks from the host, at any time after the start: follow-ups and gates ask here. */
    checkInside: async (actor: Actor, instanceId: string): Promise<CheckResult[]> => {
      const instance = await findInstance(db, instanceId)
      const at = await activePlace(instanceId, instance.activeSlot)
      const { placement, runtime, release } = await place(at)
      const input = await environment.reveal(instance, release, at.slot)
      const asked = { placement, secrets: input.secrets, now }
      const results = [
        ...(await checkHealth({ ...asked, runtime })),
        ...(await checkStack({ ...asked, remote, variables: input.variables })),
      ]
      await noteChecks(actor, instanceId, results)
      return results
    },

    /** From now on this slot is the one that serves; the edge was told before. */
    activate: async (actor: Actor, at: Deployment): Promise<void> => {
      requirePermission(actor, 'instances.write')
      await db.inTransaction(async (tx) => {
        const before = await lockInstance(tx, at.instanceId)
        const held = (await slotsOf(tx, at.instanceId)).find((each) => each.slot === at.slot)
        if (held?.releaseId !== at.releaseId || held.stepsDone < deploymentSteps.length) throw notReady(at)
        if (before.activeSlot === at.slot && before.state === 'running') return
        const after = { ...moveInstance(before, 'running', now()), activeSlot: at.slot, changedAt: now() }
        await saveInstance(tx, after)
        await recordAudit(tx, actor, {
          action: 'instance.slot_active',
          subject: at.instanceId,
          before: { slot: before.activeSlot },
          after: { slot: at.slot, release: at.releaseId },
          at: now(),
        })
      })
    },

    place,

    /** The version the stack says its database is at: its own, or a restored copy of it. Both are asked, never guessed. */
    migrationVersion: async (instanceId: string, database?: string): Promise<string> => {
      const instance = await findInstance(db, instanceId)
      const { placement, runtime } = await place(await activePlace(instanceId, instance.activeSlot))
      const { migrations: wanted, variables } = placement.stack
      if (!wanted) return 'none'
      const instead = database === undefined ? {} : { instead: await elsewhere(instance, variables, database) }
      const asked = { service: wanted.service, command: wanted.status, timeoutSeconds: 120, ...instead }
      return readMigrationStatus(await runtime.once(placement, asked)).version
    },

    /** Text of a host without the secrets of the instance in it. */
    hide: async (instanceId: string, release: ReleaseFacts, slot: Slot, text: string): Promise<string> =>
      hideValues(text, (await environment.reveal(await findInstance(db, instanceId), release, slot)).secrets),
  }

  /** The variables that lead to another database. Without them the stack would answer for its own, and prove nothing. */
  async function elsewhere(instance: Instance, variables: StackManifest['variables'], database: string) {
    const names = Object.keys(variables).filter((name) => variables[name]?.from === 'database.url')
    if (instance.databasePassword === undefined || names.length === 0) {
      throw new NexusError(
        'instance.no_database',
        'conflict',
        `${instance.id} has no database that can be asked elsewhere.`,
        {
          hint: 'A stack has one by `resources.database` and a variable `from: database.url`; deploy such a release first.',
        },
      )
    }
    const url = databaseUrl(instance.id, await deps.secrets.reveal(instance.databasePassword), database)
    return Object.fromEntries(names.map((name) => [name, url]))
  }

  async function activePlace(instanceId: string, active: Slot | undefined): Promise<Deployment> {
    const held = await slotsOf(db, instanceId)
    const found = held.find((each) => each.slot === active) ?? held[0]
    if (!found) throw slotNotFound(instanceId, active ?? 'a')
    return { instanceId, slot: found.slot, releaseId: found.releaseId }
  }
}

export type Deployments = ReturnType<typeof deployments>

const refuse = (sentence: string, problems: readonly Problem[]) =>
  new NexusError('deployment.refused', 'conflict', sentence, { problems })

const slotInUse = (at: Deployment) =>
  new NexusError('deployment.slot_in_use', 'conflict', `Slot ${at.slot} of ${at.instanceId} serves another release.`, {
    hint: 'Put the new release into the other slot.',
  })

const notReady = (at: Deployment) =>
  new NexusError(
    'deployment.not_ready',
    'conflict',
    `Release ${at.releaseId} in slot ${at.slot} has not passed all steps.`,
  )

function requireBefore(name: StepName, position: number, at: Deployment, held: InstanceSlot | undefined): void {
  const done = held?.releaseId === at.releaseId ? held.stepsDone : 0
  if (done >= position) return
  throw new NexusError(
    'deployment.out_of_order',
    'conflict',
    `${name} comes after ${deploymentSteps[position - 1]}, which has not succeeded for this release.`,
    {
      hint: `Next is ${deploymentSteps[done]}.`,
    },
  )
}
