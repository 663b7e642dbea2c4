export type CookieNames = { readonly session: string; readonly signIn: string }

/** `__Host-` binds a cookie to this very host and to HTTPS; over plain HTTP a browser would refuse the name. */
export function cookieNames(apiUrl: string): CookieNames {
  const prefix = apiUrl.startsWith('https:') ? '__Host-' : ''
  return { session: `${prefix}session`, signIn: `${prefix}sign-in` }
}

export function readCookie(header: string | undefined, name: string): string {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return ''
}

/** Values are made here and need no escaping. Zero seconds forgets the cookie. */
export function cookieLine(name: string, value: string, seconds: number): string {
  const secure = name.startsWith('__Host-') ? '; Secure' : ''
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}
