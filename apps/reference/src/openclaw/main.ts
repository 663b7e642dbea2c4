import { buildFacts } from '../common/build-facts.ts'
import { aPort, atLeast, commonRules } from '../common/env-rules.ts'
import { environmentOrExit } from '../common/service-start.ts'
import { listenUntilStopped } from '../common/web-service.ts'
import { openClawServer } from './openclaw-server.ts'

const env = environmentOrExit({
  ...commonRules,
  PORT: { group: 'app', default: '4802', check: aPort },
  OPENCLAW_API_KEY: { group: 'openclaw', required: true, check: atLeast(16) },
})

const app = openClawServer({
  apiKey: env.OPENCLAW_API_KEY,
  logLevel: env.LOG_LEVEL,
  release: env.RELEASE || buildFacts.version,
})
await listenUntilStopped(app, env.HOST, Number(env.PORT))
