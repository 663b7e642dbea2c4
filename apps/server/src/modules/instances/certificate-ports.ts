import type { Actor } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import type { Remote } from '../../platform/remote.ts'
import type { DomainRules } from './domain.ts'
import type { Outside } from './outside-checks.ts'

export type AcmeAccount = { readonly keyPem: string; readonly url?: string; readonly contact: readonly string[] }

export type AcmeOrder =
  | {
      readonly state: 'challenges'
      readonly url: string
      readonly challenges: readonly { readonly token: string; readonly answer: string }[]
    }
  | { readonly state: 'ready' | 'wait' | 'issued'; readonly url: string }
  | { readonly state: 'lost'; readonly url: string; readonly why: string }

/** A certificate authority; an adapter of app/ answers it. */
export type Acme = {
  readonly directoryUrl: string
  readonly newAccountKey: () => Promise<string>
  readonly openAccount: (account: AcmeAccount) => Promise<string>
  readonly placeOrder: (account: AcmeAccount, names: readonly string[]) => Promise<string>
  readonly lookAtOrder: (account: AcmeAccount, url: string) => Promise<AcmeOrder>
  readonly proveNames: (account: AcmeAccount, url: string) => Promise<void>
  readonly finalize: (account: AcmeAccount, url: string, csrDer: Buffer) => Promise<void>
  readonly download: (account: AcmeAccount, url: string) => Promise<string>
  readonly suggestedRenewal: (leaf: { readonly raw: Buffer; readonly serial: string }) => Promise<Date | undefined>
}

export type SecretsPort = {
  readonly put: (actor: Actor, of: { readonly tenant: string; readonly name: string }, value: string) => Promise<string>
  readonly reveal: (actor: Actor, ref: string) => Promise<string>
}

export type CertificateDeps = {
  readonly db: Database
  readonly remote: Remote
  readonly acme: Acme
  readonly outside: Outside
  readonly secrets: SecretsPort
  readonly now: () => Date
  readonly rules: DomainRules
}
