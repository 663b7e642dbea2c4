import type { Actor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import { databaseUrl, makeDatabase } from './database-commands.ts'
import { tell } from './host-answer.ts'
import { environmentIncomplete, type Instance } from './instance.ts'
import type { InstanceDeps, ReleaseFacts } from './instance-ports.ts'
import { findInstance, keepVariable, keptVariables, lockInstance, saveInstance } from './instance-store.ts'
import type { Environments, PutInput } from './runtime.ts'
import { stackOf } from './stack-manifest.ts'
import type { Slot, StackManifest } from './stack-schema.ts'
import {
  type Given,
  type ResolvedVariables,
  resolveVariables,
  type StackFacts,
  secretNameOf,
  toGenerate,
  valueProblems,
} from './stack-variables.ts'

export type RevealedEnvironment = PutInput & {
  /** What must not come back in a log or an error. */
  readonly secrets: readonly string[]
}

const factsOf = (instance: Instance, release: ReleaseFacts): StackFacts => ({
  ...(instance.databaseUrl ? { 'database.url': { secret: instance.databaseUrl } } : {}),
  ...(instance.identity
    ? {
        'identity.issuer': { plain: instance.identity.issuer },
        'identity.clientId': { plain: instance.identity.clientId },
        'identity.clientSecret': { secret: instance.identity.clientSecret },
        'identity.tenant': { plain: instance.identity.tenant },
      }
    : {}),
  'instance.appUrl': { plain: instance.appUrl },
  'instance.apiUrl': { plain: instance.apiUrl },
  'instance.domain': { plain: instance.domain },
  'instance.release': { plain: release.version },
})

/** The environment of an instance: what it needs is made, what is missing is named, all at once. */
export const instanceEnvironment = ({ db, now, remote, hosts, secrets }: InstanceDeps) => {
  async function resolved(
    instance: Instance,
    release: ReleaseFacts,
    stack: StackManifest,
    slot: Slot,
  ): Promise<ResolvedVariables> {
    return resolveVariables(stack, {
      facts: factsOf(instance, release),
      kept: await keptVariables(db, instance.id),
      slot,
    })
  }

  /** The password is made once; the role and database are made, or found, on the host every time. */
  async function prepareDatabase(actor: Actor, instance: Instance): Promise<Instance> {
    const password = instance.databasePassword ?? (await keepDatabaseSecrets(actor, instance)).databasePassword
    if (password === undefined)
      throw new NexusError('instance.no_database_password', 'bug', 'The database has no password.')
    await tell(remote, await hosts.address(instance.hostId), makeDatabase(instance.id, await secrets.reveal(password)))
    return findInstance(db, instance.id)
  }

  async function keepDatabaseSecrets(actor: Actor, instance: Instance): Promise<Instance> {
    const { tenant, id } = instance
    const password = await secrets.generate(actor, { tenant, name: `${id}.database-password`, bytes: 32 })
    const value = databaseUrl(id, await secrets.reveal(password))
    const url = await secrets.put(actor, { tenant, name: `${id}.database-url`, value })
    return db.inTransaction(async (tx) => {
      const before = await lockInstance(tx, id)
      if (before.databasePassword) return before
      const after = { ...before, databasePassword: password, databaseUrl: url, changedAt: now() }
      await saveInstance(tx, after)
      await recordAudit(tx, actor, {
        action: 'instance.database_named',
        subject: id,
        after: { password, url },
        at: now(),
      })
      return after
    })
  }

  async function generateMissing(actor: Actor, instance: Instance, stack: StackManifest): Promise<void> {
    for (const { name, bytes } of toGenerate(stack, await keptVariables(db, instance.id))) {
      const secretName = secretNameOf(instance.id, name)
      const secret = await secrets.generate(actor, { tenant: instance.tenant, name: secretName, bytes })
      await db.inTransaction(async (tx) => {
        await lockInstance(tx, instance.id)
        const kept = await keptVariables(tx, instance.id)
        if (kept[name]) return
        await keepVariable(tx, instance.id, name, { secret }, actor.id, now())
        await recordAudit(tx, actor, {
          action: 'instance.secret_made',
          subject: instance.id,
          after: { name, secret },
          at: now(),
        })
      })
    }
  }

  const open = (value: Given) => ('plain' in value ? Promise.resolve(value.plain) : secrets.reveal(value.secret))

  /** Makes the database and the generated secrets, and refuses with every problem at once. Starts nothing. */
  async function prepare(
    actor: Actor,
    instance: Instance,
    release: ReleaseFacts,
    slot: Slot,
  ): Promise<RevealedEnvironment> {
    const stack = stackOf(release.manifest)
    const prepared = stack.resources.database ? await prepareDatabase(actor, instance) : instance
    await generateMissing(actor, prepared, stack)
    return reveal(prepared, release, slot)
  }

  /** The values in the open, for their way into the host; only what was made before is there. */
  async function reveal(instance: Instance, release: ReleaseFacts, slot: Slot): Promise<RevealedEnvironment> {
    const stack = stackOf(release.manifest)
    const { values, problems } = await resolved(instance, release, stack, slot)
    const opened = await Promise.all(
      Object.values(values).map(async (each) => ({ ...each, text: await open(each.value) })),
    )
    const invalid = opened.flatMap(({ name, secret, text }) => {
      const variable = stack.variables[name]
      return secret && variable ? valueProblems(name, variable, text) : []
    })
    if (problems.length + invalid.length > 0) throw environmentIncomplete([...problems, ...invalid])
    const variables = Object.fromEntries(opened.map(({ name, text }) => [name, text]))
    return {
      variables,
      environments: environmentsOf(stack, variables),
      secrets: opened.filter((each) => each.secret).map((each) => each.text),
    }
  }

  return { prepare, reveal, resolved }
}

/** Each service gets the variables it names and no other; what is optional and unset is left out. */
export const environmentsOf = (stack: StackManifest, variables: Readonly<Record<string, string>>): Environments =>
  Object.fromEntries(
    Object.entries(stack.services).map(([service, { environment }]) => [
      service,
      Object.fromEntries(
        environment.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
      ),
    ]),
  )
