import {
  anOrigin,
  aPort,
  atLeast,
  aWebAddress,
  commonRules,
  type EnvRules,
  type EnvValues,
  matching,
} from '../common/env-rules.ts'
import { looksLikeAuthority } from '../common/trusted-authorities.ts'

const databaseUrl = matching(/^postgres(ql)?:\/\/\S+$/, 'a postgres:// address')

/** The environment groups of the backend: database, auth, OpenClaw, model providers, app. */
export const backendRules = {
  ...commonRules,
  DATABASE_URL: { group: 'db', required: true, check: databaseUrl },
  OIDC_ISSUER: { group: 'auth', required: true, check: aWebAddress },
  OIDC_CLIENT_ID: { group: 'auth', required: true },
  OIDC_CLIENT_SECRET: { group: 'auth', required: true },
  OIDC_SCOPE: { group: 'auth', default: 'openid email profile' },
  TENANT: {
    group: 'auth',
    required: true,
    check: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and -'),
  },
  SESSION_SECRET: { group: 'auth', required: true, check: atLeast(32) },
  OPENCLAW_API_URL: { group: 'openclaw', required: true, check: aWebAddress },
  OPENCLAW_API_KEY: { group: 'openclaw', required: true, check: atLeast(16) },
  MODEL_PROVIDER: { group: 'model', default: 'builtin', check: matching(/^[a-z][a-z0-9-]{0,62}$/, 'a provider name') },
  APP_URL: { group: 'app', required: true, check: anOrigin },
  API_URL: { group: 'app', required: true, check: anOrigin },
  PORT: { group: 'app', default: '4801', check: aPort },
  SMOKE_TOKEN: { group: 'app', required: true, check: atLeast(16) },
  EXTRA_CA_PEM: { group: 'app', check: looksLikeAuthority },
} as const satisfies EnvRules

export type BackendEnv = EnvValues<typeof backendRules>

/** A migration needs the database only. */
export const migrationRules = { DATABASE_URL: backendRules.DATABASE_URL } as const satisfies EnvRules
