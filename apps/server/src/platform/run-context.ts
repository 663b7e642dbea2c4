import { AsyncLocalStorage } from 'node:async_hooks'

export type Running = { readonly run: string; readonly flow: string; readonly takeover: number; undoing: boolean }

/** Which run, and which of its steps, the code at hand works for. */
export const running = new AsyncLocalStorage<Running>()
export const inStep = new AsyncLocalStorage<{ readonly position: number; readonly name: string }>()
