import { randomBytes } from 'node:crypto'
import { controlKeys } from '../../src/modules/hosts/index.ts'
import type { Database } from '../../src/platform/db.ts'
import { secretBox } from '../../src/platform/secret-box.ts'

/** Keys of hosts that open nothing, for tests whose hosts are pretended. */
export const pretendKeys = (db: Database, now: () => Date) =>
  controlKeys({
    db,
    box: secretBox(randomBytes(32)),
    first: { publicKey: 'ssh-ed25519 AAAA', privateKey: async () => 'first' },
    newKey: () => ({ privateKey: 'own', publicKey: 'ssh-ed25519 OWN' }),
    now,
  })
