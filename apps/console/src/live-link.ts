import { ClientError, type ServerEvent } from '@nexus/client'
import { useEffect, useReducer, useRef } from 'react'
import type { NexusApi } from './nexus-api.ts'

/** `live`: the server tells. `polling`: it does not, so the page asks. `looks` counts how often to look again. */
export type LiveLink = { readonly state: 'connecting' | 'live' | 'polling'; readonly looks: number }
export type LinkNews = { readonly kind: 'told'; readonly event: ServerEvent } | { readonly kind: 'lost' }

export const newLink: LiveLink = { state: 'connecting', looks: 0 }

/** What the page knows of its link to the server, and whether what it shows may be old. */
export function hear(link: LiveLink, news: LinkNews, subject: string | undefined): LiveLink {
  if (news.kind === 'lost') return link.state === 'polling' ? link : { state: 'polling', looks: link.looks + 1 }
  if (isAboutAnother(news.event, subject)) return link.state === 'live' ? link : { ...link, state: 'live' }
  return { state: 'live', looks: link.looks + 1 }
}

/** Only what surely concerns another subject is left out: looking once too often harms nobody. */
function isAboutAnother({ data }: ServerEvent, subject: string | undefined): boolean {
  if (subject === undefined || typeof data !== 'object' || data === null || !('subject' in data)) return false
  return data.subject !== subject && data.subject !== '*'
}

/** How often a page asks by itself: the safety net under the stream, and its stand-in when there is none. */
export const pollMilliseconds = (link: LiveLink): number => (link.state === 'live' ? 15_000 : 3_000)

/**
 * Runs one look at a time. Asked again while it looks, it looks once more afterwards, because what is under way may
 * have been read before the change.
 */
export function oneAtATime(look: () => Promise<unknown>, restMilliseconds = 200): () => void {
  let running = false
  let wanted = false
  const run = async () => {
    running = true
    while (wanted) {
      wanted = false
      await look().catch(() => {})
      await rest(restMilliseconds)
    }
    running = false
  }
  return () => {
    wanted = true
    if (!running) void run()
  }
}

type Live = {
  readonly api: NexusApi
  /** Undefined follows everything; null waits until the subject is known. */
  readonly subject: string | undefined | null
  readonly look: () => Promise<unknown>
  readonly onRefused: (error: ClientError) => void
}

/**
 * Follows the events of a subject while the page is seen, and comes back whenever the stream was lost. A hidden tab
 * lets go of it: browsers open six connections to a server at most, and a night has more tabs than that.
 */
export function useLiveLink(live: Live): LiveLink {
  const [link, tell] = useReducer((_: LiveLink, next: LiveLink) => next, newLink)
  const latest = useRef(live)
  latest.current = live
  const { api, subject } = live

  useEffect(() => {
    if (subject === null) return
    let gone = new AbortController()
    const follow = () => {
      gone.abort()
      gone = new AbortController()
      tell(newLink)
      if (!document.hidden) void keepFollowing({ api, subject, latest, tell, signal: gone.signal })
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      gone.abort()
    }
  }, [api, subject])

  return link
}

type Following = {
  readonly api: NexusApi
  readonly subject: string | undefined
  readonly latest: { readonly current: Live }
  readonly tell: (link: LiveLink) => void
  readonly signal: AbortSignal
}

async function keepFollowing({ api, subject, latest, tell, signal }: Following): Promise<void> {
  const lookAgain = oneAtATime(() => latest.current.look())
  let link = newLink
  const news = (heard: LinkNews) => {
    if (signal.aborted) return
    const next = hear(link, heard, subject)
    if (next.looks !== link.looks) lookAgain()
    if (next.state !== link.state) tell(next)
    link = next
  }
  while (!signal.aborted) {
    try {
      await api.follow(subject, (event) => news({ kind: 'told', event }), signal)
    } catch (thrown) {
      if (signal.aborted) return
      news({ kind: 'lost' })
      if (thrown instanceof ClientError && thrown.kind === 'unauthenticated') latest.current.onRefused(thrown)
      if (thrown instanceof ClientError && isFinal(thrown)) return
    }
    await rest(3000)
  }
}

/** Asking again would be refused again, each time with a line in the trail. */
const isFinal = ({ kind }: ClientError) => kind === 'unauthenticated' || kind === 'forbidden' || kind === 'missing'

const rest = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
