import { systemActor } from '../../platform/actor.ts'
import { defineFlow, pause, runUndos, step, withUndo } from '../../platform/durable.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { Placed, Target } from './delivery.ts'
import type { DeliveryVerbs } from './delivery-verbs.ts'

export type DeliverOrderInput = {
  readonly orderId: string
  readonly ticket: string
  readonly attempt: number
  readonly startedBy: string
}

/** How often a failed delivery is begun again on a rebuilt host before a person is asked (S0-147). */
const rebuilds = 2
/** DNS of a customer is looked at every minute, for at most three days. */
const dnsLooks = 3 * 24 * 60

/**
 * From an open ticket to a live, handed-over instance.
 *
 * check the order -> get a host -> baseline and preflight -> deploy in seven steps -> names and certificate -> smoke
 * tests -> identity and sign-in -> backup proven by a restore -> launch e-mail -> Live
 *
 * Safe to start twice and safe to kill at any line. Where a deploy fails, the host is rebuilt and it begins again, twice
 * at most; then the order is `Blocked` with what failed and the commands to go on, and everything stays where it is.
 * Cancelled, everything is given back in the order of the undos, backwards.
 */
export const deliverOrderFlow = (verbs: DeliveryVerbs) =>
  defineFlow<DeliverOrderInput>('deliver-order', (input) => {
    const deliver = verbs.of(systemActor('deliver-order', input.startedBy), input)

    return withUndo(async (undo) => {
      undo(deliver.giveBackOrder)
      try {
        const order = await step('check the order', deliver.checkOrder)
        if (order.cancelWanted) throw cancelled()
        if (!order.ready) return 'blocked'

        undo(deliver.giveBackHost)
        const { hostId, warm } = await untilHostIsThere(order)
        undo(deliver.giveBackTenant)
        const tenant = await step('prepare the tenant', () => deliver.prepareTenant(order.facts), 'brief')
        undo(deliver.removeSite)
        undo(deliver.withdrawInstance)

        const placed = await deployOnto({ ...order.facts, hostId, warm, ...tenant })
        await handOver(placed)
        return 'done'
      } catch (thrown) {
        const failure = toFailure(thrown)
        if (['run.cancelled', 'order.cancel_wanted'].includes(failure.code)) throw cancelled()
        await step('block the order', () => deliver.block(failure), 'long')
        return 'blocked'
      }
    })

    /** A host above the ceiling of the day waits for a second person, who is asked for a day at most. */
    async function untilHostIsThere(order: Parameters<typeof deliver.getHost>[0]) {
      for (let look = 0; ; look += 1) {
        const host = await step('get a host', () => deliver.getHost(order), 'long')
        if (!host.waits) return host
        await pause(look < 10 ? 2 : 30)
      }
    }

    async function deployOnto(target: Target): Promise<Placed> {
      for (let round = 0; ; round += 1) {
        try {
          return await deploy(target)
        } catch (thrown) {
          const failure = toFailure(thrown)
          if (round >= rebuilds || !deliver.mendedByRebuild(failure, target)) throw thrown
          const rebuild = await step('announce the rebuild', () => deliver.announceRebuild(failure))
          await step('rebuild the host', () => deliver.rebuildHost(target, rebuild), 'long')
        }
      }
    }

    async function deploy(target: Target): Promise<Placed> {
      await step('reach the host', () => deliver.reachHost(target), 'long')
      await step('bring the host to its baseline', () => deliver.prepareHost(target), 'brief')
      await step('preflight the host', () => deliver.preflightHost(target), 'brief')
      const placed = await step('open the instance', () => deliver.openInstance(target), 'brief')

      await step('deploy 1 of 7: fetch the artifact', () => deliver.fetchArtifact(placed), 'brief')
      await step('deploy 2 of 7: install dependencies', () => deliver.installDependencies(placed), 'brief')
      await step('deploy 3 of 7: validate the environment', () => deliver.validateEnvironment(placed), 'brief')
      await step('deploy 4 of 7: build', () => deliver.build(placed), 'brief')
      await step('deploy 5 of 7: migrate the database', () => deliver.migrateDatabase(placed), 'brief')
      await step('deploy 6 of 7: start the services', () => deliver.startServices(placed), 'brief')
      await step('deploy 7 of 7: smoke test on the host', () => deliver.smokeInside(placed), 'brief')
      return placed
    }

    async function handOver(placed: Placed): Promise<void> {
      await step('route the names at the edge', () => deliver.applyEdge(placed), 'brief')
      await untilNamesResolve(placed)
      await step('get the certificate', () => deliver.issueCertificate(placed), 'long')
      await step('move to validation', () => deliver.startValidation(placed))
      await step('smoke test from outside', () => deliver.smokeOutside(placed), 'brief')
      await step('invite the admin', () => deliver.inviteAdmin(placed), 'brief')
      await step('prove the sign-in', () => deliver.proveSignIn(placed), 'long')
      const backup = await step('take the first backup', () => deliver.takeBackup(placed), 'brief')
      await step('prove the backup by a restore', () => deliver.proveBackup(placed, backup), 'brief')
      await step('go through the launch checklist', () => deliver.launchChecklist(placed), 'brief')
      await step('send the launch e-mail', () => deliver.sendLaunchMail(placed), 'brief')
      await step('go live', () => deliver.goLive(placed), 'brief')
    }

    async function untilNamesResolve(placed: Placed): Promise<void> {
      await step('ask for the DNS records', () => deliver.askForNames(placed), 'brief')
      for (let look = 0; look < dnsLooks; look += 1) {
        const names = await step('look at the DNS records', () => deliver.lookAtNames(placed, look), 'brief')
        if (names.good) return
        await pause(look < 2 ? 2 : 60)
      }
      await step('give up on the DNS records', deliver.namesNeverCame)
    }
  })

/** Gives back what an ended delivery left: the same undos, for a `Blocked` order that somebody cancelled. */
export const giveBackFlow = (verbs: DeliveryVerbs) =>
  defineFlow<DeliverOrderInput>('give-back-order', async (input) => {
    const deliver = verbs.of(systemActor('give-back-order', input.startedBy), input)
    const failed = await runUndos([
      deliver.giveBackOrder,
      deliver.giveBackHost,
      deliver.giveBackTenant,
      deliver.removeSite,
      deliver.withdrawInstance,
    ])
    return failed.length === 0 ? 'done' : 'failed'
  })

const cancelled = () =>
  new NexusError('run.cancelled', 'conflict', 'The delivery was cancelled; everything is given back.')
