import { useSyncExternalStore } from 'react'

const moved = 'nexus:moved'

const subscribe = (listener: () => void) => {
  globalThis.addEventListener('popstate', listener)
  globalThis.addEventListener(moved, listener)
  return () => {
    globalThis.removeEventListener('popstate', listener)
    globalThis.removeEventListener(moved, listener)
  }
}

/** Path and query of the address bar, e.g. `/orders/NX-1001`. */
export const usePlace = (): URL => {
  const href = useSyncExternalStore(subscribe, () => globalThis.location.href)
  return new URL(href)
}

export function goTo(path: string): void {
  globalThis.history.pushState(null, '', path)
  globalThis.dispatchEvent(new Event(moved))
}

export type Page =
  | { readonly name: 'orders' }
  | { readonly name: 'order'; readonly ticket: string }
  | { readonly name: 'none' }

/** Which page a path shows. */
export function pageAt(pathname: string): Page {
  if (pathname === '/' || pathname === '/orders' || pathname === '/orders/') return { name: 'orders' }
  const [, ticket] = /^\/orders\/([^/]{1,240})\/?$/.exec(pathname) ?? []
  const plain = ticket === undefined ? undefined : decoded(ticket)
  return plain === undefined ? { name: 'none' } : { name: 'order', ticket: plain }
}

export const orderPath = (ticket: string): string => `/orders/${encodeURIComponent(ticket)}`

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
