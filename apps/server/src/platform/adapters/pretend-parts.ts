import { setTimeout as pause } from 'node:timers/promises'
import type { Http } from '../../modules/identity/index.ts'
import type { Remote } from '../remote.ts'
import { pretendFaults } from './pretend-faults.ts'
import { digestOf, type PretendRemote } from './pretend-remote.ts'
import { pretendSignIn, type SignInTenant } from './pretend-sign-in.ts'
import { pretendVerbs } from './pretend-verbs.ts'
import { pretendWorld } from './pretend-world.ts'
import { farWorld, type WhoAsks } from './pretend-world-client.ts'

export type PretendOptions = {
  readonly home: string
  /** Where a world that is a process of its own listens, or nothing: then the world is in this process. */
  readonly socket: string
  /** How long each program takes, so that a person sees the steps go by. */
  readonly secondsEach: number
  /** Told before each program what is only pretended. */
  readonly note: (text: string) => Promise<void>
  readonly whoAsks: WhoAsks
}

/** What stands in for the world outside. The flow, the database and the identity provider are the real ones. */
export function pretendParts({ home, socket, secondsEach, note, whoAsks }: PretendOptions) {
  const here = socket === '' ? worldHere(home) : undefined
  const world = here?.verbs ?? farWorld(socket, whoAsks)
  return {
    ...world,
    /** What every result of a check says about where it was looked at from. */
    vantage: 'pretend',
    here,
    remote: noted(world.remote, secondsEach, note),
    /** Nobody can knock at a pretend host: every proof from outside is unknown. */
    ports: { knock: async () => [], loginMethods: async () => [] },
    signIn: (tenantAt: (apiOrigin: string) => Promise<SignInTenant | undefined>, through: Http): Http =>
      pretendSignIn(tenantAt, through),
  }
}

function worldHere(home: string) {
  const place = pretendWorld(home)
  const faults = pretendFaults(place.folder)
  return { world: place, faults, verbs: pretendVerbs(place, faults) }
}

function noted(remote: PretendRemote, secondsEach: number, note: PretendOptions['note']): Remote {
  async function begin(what: string): Promise<void> {
    await note(`pretend: ${what}`)
    if (secondsEach > 0) await pause(secondsEach * 1000)
  }
  return {
    run: async (host, program, onEvent) => {
      await begin(program.name)
      return remote.run(host, program, onEvent)
    },
    upload: async (host, path, content) => {
      await begin(`upload ${path}`)
      await remote.placeFile(host, path, await digestOf(content))
    },
    scanHostKey: remote.scanHostKey,
    forget: async () => {},
    close: async () => {},
  }
}
