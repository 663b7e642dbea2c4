export type SshPlace = { readonly user: string; readonly address: string; readonly port: number | undefined }

/** `user@address[:port]`, IPv6 in brackets; undefined for anything else, so that no word of ssh slips in as an option. */
export function sshPlace(text: string): SshPlace | undefined {
  const found =
    /^([A-Za-z_][\w.-]{0,63})@(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][A-Za-z0-9.-]{0,252}))(?::(\d{1,5}))?$/.exec(text)
  if (!found) return undefined
  const port = found[4] === undefined ? undefined : Number(found[4])
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return { user: found[1] ?? '', address: found[2] ?? found[3] ?? '', port }
}

export const ownMachineOf = (url: string): SshPlace | undefined =>
  url.startsWith('ssh://') ? sshPlace(url.slice('ssh://'.length).replace(/\/$/, '')) : undefined

export const placeText = ({ user, address, port = 22 }: SshPlace): string =>
  `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`
