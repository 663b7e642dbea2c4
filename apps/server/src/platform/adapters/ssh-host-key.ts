import ssh2 from 'ssh2'

/** A fresh ed25519 key pair in OpenSSH's own format; the public part without a comment, as keys are pinned. */
export function newHostKey(): { privateKey: string; publicKey: string } {
  const pair = ssh2.utils.generateKeyPairSync('ed25519')
  return { privateKey: pair.private, publicKey: pair.public.trim().split(' ').slice(0, 2).join(' ') }
}
