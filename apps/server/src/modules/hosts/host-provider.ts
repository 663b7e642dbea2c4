/**
 * Whoever rents out machines. Every call is safe to send again: what was made is found by its label, never by its name.
 * Adapters are structural: they answer these shapes and import nothing from here.
 */
export type HostProvider = {
  readonly name: string
  /** What this provider can do at all; your own machines can do none of it. */
  readonly can: { readonly create: boolean; readonly rebuild: boolean; readonly destroy: boolean }
  readonly create: (wanted: WantedServer) => Promise<ProvidedServer>
  /** A fresh system on the same machine, with the same address. */
  readonly rebuild: (id: string, keys: ServerKeys) => Promise<ProvidedServer>
  /** Gone already is gone. */
  readonly destroy: (id: string) => Promise<void>
  readonly list: () => Promise<readonly ProvidedServer[]>
  readonly find: (id: string) => Promise<ProvidedServer | undefined>
  readonly findByLabel: (key: string, value: string) => Promise<readonly ProvidedServer[]>
}

export type HostKeyPair = { readonly privateKey: string; readonly publicKey: string }

export type ServerKeys = {
  readonly authorizedKeys: readonly string[]
  /** Given to the machine at its first boot, so that its key is known before it answers. */
  readonly hostKey: HostKeyPair
}

export type WantedServer = ServerKeys & {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly region: string
  readonly plan: string
}

export type ProvidedServer = {
  readonly id: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly address: string
  readonly createdAt: string
  readonly pricePerMonth?: number
  readonly currency?: string
  readonly renewsAt?: string
}
