import ssh2 from 'ssh2'

/**
 * A fresh ed25519 key pair in OpenSSH's own format; the public part without a comment, as keys are pinned. Of some 400
 * that ssh2 writes one cannot be read, by itself neither: that one is thrown away.
 */
export function newHostKey(): { privateKey: string; publicKey: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if (ssh2.utils.parseKey(pair.private) instanceof Error) continue
    return { privateKey: pair.private, publicKey: pair.public.trim().split(' ').slice(0, 2).join(' ') }
  }
}
