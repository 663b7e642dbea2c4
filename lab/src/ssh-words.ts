/** How a test logs in to a host as root, before the command line. Without `knownHosts` any host is believed. */
export const sshWords = (
  key: string,
  address: string,
  { knownHosts, connectSeconds = 2 }: { readonly knownHosts?: string; readonly connectSeconds?: number } = {},
): readonly string[] => {
  const options = [
    'BatchMode=yes',
    `StrictHostKeyChecking=${knownHosts === undefined ? 'no' : 'yes'}`,
    `UserKnownHostsFile=${knownHosts ?? '/dev/null'}`,
    `ConnectTimeout=${connectSeconds}`,
  ]
  return ['ssh', '-q', '-i', key, ...options.flatMap((each) => ['-o', each]), `root@${address}`]
}
