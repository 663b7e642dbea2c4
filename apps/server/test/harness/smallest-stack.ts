import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A release of the sample stack as small as it can be: nothing of it runs on a pretend host. */
export function writeStack(home: string): string {
  const folder = join(home, 'stacks')
  mkdirSync(join(folder, 'reference'), { recursive: true })
  writeFileSync(join(folder, 'reference', 'stack.systemd.yaml'), stack)
  writeFileSync(join(folder, 'reference', 'reference-1.0.0.tar.gz'), randomBytes(64))
  return folder
}

const stack = `version: 1
name: reference
release: 1.0.0
runtime: systemd
artifact: { file: reference-1.0.0.tar.gz }
resources: { database: { type: postgres } }
variables:
  DATABASE_URL: { group: db, required: true, secret: true, from: database.url }
  OIDC_ISSUER: { group: auth, required: true, from: identity.issuer }
  OIDC_CLIENT_ID: { group: auth, required: true, from: identity.clientId }
  OIDC_CLIENT_SECRET: { group: auth, required: true, secret: true, from: identity.clientSecret }
  TENANT: { group: auth, required: true, from: identity.tenant }
  OPENCLAW_API_URL: { group: openclaw, required: true, from: service.openclaw.url }
  OPENCLAW_API_KEY: { group: openclaw, required: true, secret: true, generate: 32 }
  API_URL: { group: app, required: true, from: instance.apiUrl }
  SMOKE_TOKEN: { group: app, required: true, secret: true, generate: 32 }
services:
  openclaw:
    command: [bin/node, src/openclaw/main.ts]
    check: [bin/node, src/openclaw/main.ts, --check-env]
    environment: [OPENCLAW_API_KEY]
    port: 4802
    health: { path: /health, status: 200, within: 20 }
  backend:
    command: [bin/node, src/backend/main.ts]
    check: [bin/node, src/backend/main.ts, --check-env]
    environment: [DATABASE_URL, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, TENANT, OPENCLAW_API_URL, OPENCLAW_API_KEY, SMOKE_TOKEN]
    port: 4801
    health: { path: /health, status: 200, within: 30 }
    needs: [openclaw]
  frontend:
    command: [bin/node, src/frontend/main.ts]
    environment: [API_URL]
    port: 4800
    health: { path: /health, status: 200, within: 20 }
migrations:
  service: backend
  command: [bin/node, src/backend/migrate.ts]
  status: [bin/node, src/backend/migrate.ts, --status]
routes:
  - { host: app, service: frontend }
  - { host: api, service: backend }
checks:
  - name: model-answer
    title: The backend gets an answer from OpenClaw
    service: backend
    method: POST
    path: /api/ask
    headers: { x-nexus-smoke: '\${SMOKE_TOKEN}' }
    body: '{"prompt":"What is 6 * 7?"}'
    status: 200
    contains: '42'
    within: 15
`
