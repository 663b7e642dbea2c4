import { randomBytes } from 'node:crypto'
import { readJson, writeJson } from './lab-files.ts'
import { withLock } from './lab-lock.ts'
import type { LabPaths } from './lab-paths.ts'

/** What a lab remembers from one `up` to the next. Written before the change it speaks of, so `down` can always follow. */
export type LabState = {
  readonly version: 1
  readonly prefix: string
  readonly release: string
  readonly base: string
  readonly servicesLayer: string
  readonly ports: { readonly provider: number; readonly mailPage: number; readonly smtp: number }
  readonly token: string
  /** True from before the first change to the machine until everything is put back. */
  readonly raised: boolean
}

export const loadState = (paths: LabPaths): Promise<LabState | undefined> => readJson<LabState>(paths.state)

export const saveState = (paths: LabPaths, state: LabState): Promise<void> => writeJson(paths.state, state)

/** One command at a time works on a lab. */
export const alone = <T>(paths: LabPaths, say: (line: string) => void, work: () => Promise<T>): Promise<T> =>
  withLock(paths.lock, work, { onWait: () => say('Waiting for another command that is at work on this lab') })

export type StateWish = { readonly prefix: string; readonly release: string; readonly ports: LabState['ports'] }

/** What stays stays: the token and, while they can, the range and the ports, so that notes of others remain true. */
export function nextState(before: LabState | undefined, wish: StateWish): LabState {
  return {
    version: 1,
    base: before?.base ?? '',
    servicesLayer: before?.servicesLayer ?? '',
    token: before?.token ?? randomBytes(24).toString('base64url'),
    ...wish,
    raised: true,
  }
}
