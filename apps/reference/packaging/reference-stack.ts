import { stringify } from 'yaml'

export type ReferenceRuntime = 'systemd' | 'compose'

const services = {
  openclaw: { file: 'src/openclaw/main.ts', port: 4802, within: 20, needs: [] as string[] },
  backend: { file: 'src/backend/main.ts', port: 4801, within: 30, needs: ['openclaw'] },
  frontend: { file: 'src/frontend/main.ts', port: 4800, within: 20, needs: [] as string[] },
} as const

const environments = {
  openclaw: ['OPENCLAW_API_KEY', 'LOG_LEVEL', 'RELEASE'],
  backend: [
    'DATABASE_URL',
    'OIDC_ISSUER',
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
    'OIDC_SCOPE',
    'TENANT',
    'SESSION_SECRET',
    'OPENCLAW_API_URL',
    'OPENCLAW_API_KEY',
    'MODEL_PROVIDER',
    'APP_URL',
    'API_URL',
    'SMOKE_TOKEN',
    'EXTRA_CA_PEM',
    'LOG_LEVEL',
    'RELEASE',
  ],
  frontend: ['API_URL', 'TENANT', 'AUTH_LOGIN_PATH', 'LOG_LEVEL', 'RELEASE'],
} as const

const variables = {
  DATABASE_URL: { group: 'db', required: true, secret: true, from: 'database.url' },
  OIDC_ISSUER: { group: 'auth', required: true, from: 'identity.issuer' },
  OIDC_CLIENT_ID: { group: 'auth', required: true, from: 'identity.clientId' },
  OIDC_CLIENT_SECRET: { group: 'auth', required: true, secret: true, from: 'identity.clientSecret' },
  OIDC_SCOPE: { group: 'auth', required: false, default: 'openid email profile' },
  TENANT: { group: 'auth', required: true, from: 'identity.tenant', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' },
  SESSION_SECRET: { group: 'auth', required: true, secret: true, generate: 32 },
  AUTH_LOGIN_PATH: { group: 'auth', required: false, default: '/auth/login' },
  OPENCLAW_API_URL: { group: 'openclaw', required: true, from: 'service.openclaw.url' },
  OPENCLAW_API_KEY: { group: 'openclaw', required: true, secret: true, generate: 32 },
  MODEL_PROVIDER: { group: 'model', required: false, default: 'builtin', pattern: '^[a-z][a-z0-9-]{0,62}$' },
  APP_URL: { group: 'app', required: true, from: 'instance.appUrl' },
  API_URL: { group: 'app', required: true, from: 'instance.apiUrl' },
  RELEASE: { group: 'app', required: true, from: 'instance.release' },
  LOG_LEVEL: { group: 'app', required: false, default: 'info', pattern: '^(debug|info|warn|error)$' },
  SMOKE_TOKEN: { group: 'app', required: true, secret: true, generate: 32 },
  EXTRA_CA_PEM: { group: 'app', required: false },
}

export const artifactName = (version: string) => `reference-${version}.tar.gz`
export const imageFileName = (version: string) => `reference-${version}.image.tar`
export const imageName = (version: string) => `nexus-reference:${version}`

const node = (runtime: ReferenceRuntime) => (runtime === 'compose' ? '/app/bin/node' : 'bin/node')

/** The manifest by which Nexus deploys this stack. */
export function stackManifest(version: string, runtime: ReferenceRuntime) {
  const run = (file: string, ...more: readonly string[]) => [node(runtime), file, ...more]
  const artifact =
    runtime === 'systemd'
      ? { artifact: { file: artifactName(version) } }
      : { images: [{ file: imageFileName(version), name: imageName(version) }], compose: 'compose.yaml' }
  return {
    version: 1,
    name: 'reference',
    release: version,
    runtime,
    ...artifact,
    resources: { database: { type: 'postgres' } },
    variables,
    services: Object.fromEntries(
      serviceNames.map((name) => [
        name,
        {
          command: run(services[name].file),
          check: run(services[name].file, '--check-env'),
          environment: [...environments[name]],
          port: services[name].port,
          health: { path: '/health', status: 200, within: services[name].within },
          ...(services[name].needs.length > 0 ? { needs: services[name].needs } : {}),
        },
      ]),
    ),
    migrations: {
      service: 'backend',
      command: run('src/backend/migrate.ts'),
      status: run('src/backend/migrate.ts', '--status'),
    },
    routes: [
      { host: 'app', service: 'frontend' },
      { host: 'api', service: 'backend' },
    ],
    checks: [
      {
        name: 'sandboxed-tool',
        title: 'A sandboxed tool call succeeds',
        service: 'backend',
        method: 'POST',
        path: '/api/smoke',
        headers: { authorization: `Bearer \${SMOKE_TOKEN}` },
        status: 200,
        within: 15,
      },
      {
        name: 'model-answer',
        title: 'The backend gets an answer from OpenClaw',
        service: 'backend',
        method: 'POST',
        path: '/api/ask',
        headers: { 'x-nexus-smoke': `\${SMOKE_TOKEN}`, 'content-type': 'application/json' },
        body: '{"prompt":"What is 6 * 7?"}',
        status: 200,
        contains: '42',
        within: 15,
      },
    ],
  }
}

const serviceNames = ['openclaw', 'backend', 'frontend'] as const

/** Secrets come as files, which NAME_FILE names. */
const shownIn = (service: keyof typeof services) =>
  environments[service].filter((name) => !('secret' in variables[name]))

/** The Compose file: loopback only, nothing writable, no privileges; the database is the host's, by its socket. */
export function composeFile(version: string) {
  const interpolated = (name: string) => (name === 'EXTRA_CA_PEM' ? `\${${name}:-}` : `\${${name}}`)
  return {
    services: Object.fromEntries(
      serviceNames.map((name) => [
        name,
        {
          image: imageName(version),
          command: [node('compose'), services[name].file],
          user: '10001:10001',
          read_only: true,
          tmpfs: ['/tmp'],
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          restart: 'unless-stopped',
          environment: {
            HOST: '0.0.0.0',
            PORT: String(services[name].port),
            ...Object.fromEntries(shownIn(name).map((variable) => [variable, interpolated(variable)])),
          },
          ports: [`127.0.0.1:${services[name].port}:${services[name].port}`],
          ...(name === 'backend' ? { volumes: ['/var/run/postgresql:/var/run/postgresql'] } : {}),
          ...(services[name].needs.length > 0 ? { depends_on: services[name].needs } : {}),
        },
      ]),
    ),
  }
}

export const asYaml = (value: unknown) => stringify(value, { lineWidth: 120 })
