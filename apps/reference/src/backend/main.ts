import pg from 'pg'
import { buildFacts } from '../common/build-facts.ts'
import { environmentOrExit } from '../common/service-start.ts'
import { trustAuthorities } from '../common/trusted-authorities.ts'
import { listenUntilStopped } from '../common/web-service.ts'
import { backendRules } from './backend-env.ts'
import { backendServer } from './backend-server.ts'

const env = environmentOrExit(backendRules)
if (buildFacts.fault === 'backend-start') {
  process.stderr.write('This release cannot start: it was packaged so, to try what happens then.\n')
  process.exit(1)
}

trustAuthorities(env.EXTRA_CA_PEM)
const db = new pg.Pool({
  connectionString: env.DATABASE_URL,
  max: 10,
  connectionTimeoutMillis: 3_000,
  statement_timeout: 10_000,
  application_name: 'reference-backend',
})
const app = backendServer(env, db)
db.on('error', (error) => app.log.warn({ reason: error.message }, 'a database connection was lost'))
await listenUntilStopped(app, env.HOST, Number(env.PORT))
