import type { HostAddress } from './remote.ts'

/** What a TCP port answered: it opened, it was refused, or nothing came back in time. */
export const portWords = ['open', 'refused', 'silent'] as const
export type PortWord = (typeof portWords)[number]
export type PortAnswer = { readonly port: number; readonly said: PortWord }

/** How a machine looks from where Nexus runs: nothing is logged in to and nothing is sent. */
export type Outside = {
  readonly knock: (address: string, ports: readonly number[]) => Promise<readonly PortAnswer[]>
  /** The ways to log in that an SSH server offers to this user. */
  readonly loginMethods: (
    host: Pick<HostAddress, 'address' | 'port' | 'user' | 'hostKey'>,
  ) => Promise<readonly string[]>
}
