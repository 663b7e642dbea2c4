import { useEffect, useState } from 'react'

/** The time, told anew each second while the page is seen. */
export function useNow(clock: () => number): number {
  const [now, setNow] = useState(clock)
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(clock())
    }, 1000)
    const seen = () => setNow(clock())
    document.addEventListener('visibilitychange', seen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [clock])
  return now
}
