import { buildFacts } from '../common/build-facts.ts'
import { anOrigin, aPort, commonRules, matching } from '../common/env-rules.ts'
import { environmentOrExit } from '../common/service-start.ts'
import { listenUntilStopped } from '../common/web-service.ts'
import { frontendServer } from './frontend-server.ts'

const aPath = matching(/^\/[a-z0-9/-]*$/, 'a path such as /auth/login')

const env = environmentOrExit({
  ...commonRules,
  PORT: { group: 'app', default: '4800', check: aPort },
  API_URL: { group: 'app', required: true, check: anOrigin },
  TENANT: { group: 'auth', required: true },
  AUTH_LOGIN_PATH: { group: 'auth', default: '/auth/login', check: aPath },
  AUTH_LOGOUT_PATH: { group: 'auth', default: '/auth/logout', check: aPath },
})

const app = frontendServer({
  apiUrl: env.API_URL,
  tenant: env.TENANT,
  loginPath: env.AUTH_LOGIN_PATH,
  logoutPath: env.AUTH_LOGOUT_PATH,
  release: env.RELEASE || buildFacts.version,
  logLevel: env.LOG_LEVEL,
})
await listenUntilStopped(app, env.HOST, Number(env.PORT))
