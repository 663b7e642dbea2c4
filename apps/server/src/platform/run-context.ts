import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepEnds } from './run-store.ts'

export type Running = {
  readonly run: string
  readonly flow: string
  readonly takeover: number
  undoing: boolean
  /** How its last step ended, told together with the beginning of the next one. */
  ended?: StepEnds | undefined
}

/** Which run, and which of its steps, the code at hand works for. */
export const running = new AsyncLocalStorage<Running>()
export const inStep = new AsyncLocalStorage<{ readonly position: number; readonly name: string }>()
