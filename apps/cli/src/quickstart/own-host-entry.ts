import type { ItemOf } from '@nexus/client'

const sh = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/**
 * Lets Nexus in, as root: the account `nexus` with its control key and sudo, exactly as the baseline keeps them. The
 * login of the person is left as it is, and their sudo password never reaches Nexus.
 */
export const letInScript = (publicKey: string): string => `set -eu
key=${sh(publicKey)}
rule='Defaults:nexus !requiretty
nexus ALL=(ALL:ALL) NOPASSWD: ALL'
command -v sudo >/dev/null || { echo 'sudo is not installed: install it first (apt-get install sudo)' >&2; exit 1; }
getent passwd nexus >/dev/null || useradd --create-home --user-group --shell /bin/bash nexus
usermod --password '*' nexus
install -d -m 700 -o nexus -g nexus /home/nexus/.ssh
printf '%s\\n' "$key" > /home/nexus/.ssh/authorized_keys.new
chown nexus:nexus /home/nexus/.ssh/authorized_keys.new
chmod 600 /home/nexus/.ssh/authorized_keys.new
mv -f /home/nexus/.ssh/authorized_keys.new /home/nexus/.ssh/authorized_keys
umask 377
new=$(mktemp)
trap 'rm -f "$new"' EXIT
chmod 600 "$new"
printf '%s\\n' "$rule" > "$new"
visudo -cqf "$new"
install -m 440 -o root -g root "$new" /etc/sudoers.d/10-nexus
echo let-in
`

export const takeBack = 'sudo userdel -r nexus; sudo rm -f /etc/sudoers.d/10-nexus'

export type OutlineItem = ItemOf<'outlineBaseline'>

/** What will be changed, in words: nothing is left out, long lists are folded by kind. */
export function changesText({
  items,
  user,
  closed,
}: {
  readonly items: readonly OutlineItem[]
  readonly user: string
  readonly closed: readonly { readonly port: number; readonly program: string }[]
}): readonly string[] {
  const packages = [...new Set(items.flatMap((each) => each.packages))].sort()
  return [
    '  account     nexus, with the key of this Nexus alone and sudo for everything; deploy, for people, with a short list',
    '  sshd        keys only: no passwords, no root login, no forwarding',
    ...(user === 'root'
      ? ['  YOUR LOGIN  root cannot log in any more. Keep a console, or give an account of yours a key and sudo first.']
      : [`  your login  ${user} stays as it is, with a key; a password does not let it in any more`]),
    `  firewall    ufw: ssh, 80 and 443 are let in, nothing else${
      closed.length === 0
        ? ''
        : `. Closed to the network: ${closed.map(({ port, program }) => (program === '?' ? port : `${port} (${program})`)).join(', ')}`
    }`,
    `  packages    ${packages.join(', ')}`,
    '  updates     of the system now, security updates by themselves every day; a reboot may follow',
    '  every item:',
    ...items.map(({ id, title }) => `    ${id.padEnd(22)} ${title}`),
  ]
}
