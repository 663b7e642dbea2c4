import { now } from '../platform/clock.ts'
import { type AdminVerb, spoolOf, withServices } from './admin-context.ts'
import { escapePlaceOf, makeEscapeKit } from './escape-kit.ts'

/** All that life without Nexus takes, sealed for a certificate whose key is elsewhere. */
export const escapeKit: AdminVerb = (context) =>
  withServices(
    context,
    async () => undefined,
    async ({ secrets, hostKeys }, db) => {
      const { settings, flags, actor } = context
      const deps = {
        db,
        reveal: (ref: string) => secrets.reveal(actor, ref),
        keysOf: hostKeys.toTry,
        certificateFile: flags.certificate ?? settings.escapeCertificate,
        place: escapePlaceOf(flags.to ?? '', settings),
        spool: spoolOf(settings),
        now,
      }
      const facts = await makeEscapeKit(actor, deps, settings.backupKeep)
      return {
        value: facts,
        lines: [
          `${facts.name}  ${Math.ceil(facts.bytes / 1000)} kB at ${facts.place}: ${facts.hosts} hosts, ${facts.instances} instances`,
          `Opened without Nexus: openssl cms -decrypt -inform DER -in ${facts.name} -inkey escape.key | tar xz`,
        ],
      }
    },
  )
