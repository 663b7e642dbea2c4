import type { ClientError } from '@nexus/client'
import { createContext, useContext } from 'react'
import type { NexusApi } from './nexus-api.ts'

/** What every page has once a token was accepted. */
export type SignedIn = {
  readonly api: NexusApi
  readonly who: string
  readonly signOut: () => void
  /** The server does not take the token any more. */
  readonly onRefused: (error: ClientError) => void
}

export const SignedInContext = createContext<SignedIn | undefined>(undefined)

export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext)
  if (!signedIn) throw new Error('A page is shown to nobody.')
  return signedIn
}
