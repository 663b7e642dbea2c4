/** How a page is let in: by a token that was typed, or by the cookie that its browser holds. */
export type Credential = { readonly token: string } | { readonly csrf: string }

/** A typed token lives in this tab only, until it is closed or signed out. */
const key = 'nexus.token'

export const readToken = (storage: Storage): string | undefined => storage.getItem(key) ?? undefined
export const keepToken = (storage: Storage, token: string): void => storage.setItem(key, token)
export const forgetToken = (storage: Storage): void => storage.removeItem(key)

/** What can be sent as a token at all: anything else is a slip of the clipboard. */
export const looksLikeToken = (text: string): boolean => /^[\x21-\x7e]{8,500}$/.test(text)
