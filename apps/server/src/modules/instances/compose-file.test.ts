import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runInProject } from './compose-commands.ts'
import { fixCompose, judgeCompose, renderCompose } from './compose-file.ts'
import { unsafeKeys } from './compose-keys.ts'
import type { Placement } from './runtime.ts'
import { readStack } from './stack-manifest.ts'
import type { StackManifest } from './stack-schema.ts'

const stack = (more = '', environment = 'LOG_LEVEL'): StackManifest => {
  const read = readStack(`
version: 1
name: shop
release: 1.0.0
runtime: compose
images: [{ file: shop.tar, name: shop:1.0.0 }]
compose: compose.yaml
resources: { database: { type: postgres } }
variables:
  DATABASE_URL: { group: db, required: true, secret: true, from: database.url }
  LOG_LEVEL: { group: app, default: info }
services:
  web: { port: 4780, health: { path: /health }, environment: [${environment}] }
${more}`)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.stack
}

const file = (service: string, top = '') =>
  `services:\n  web:\n    image: shop:1.0.0\n${service.replace(/^/gm, '    ')}\n${top}`
const problemsOf = (service: string, top = '', more = '') =>
  judgeCompose(stack(more), file(service, top)).problems.map((each) => `${each.path}: ${each.message}`)

describe('a Compose file', () => {
  test('is taken when everything in it is on the list', () => {
    const service = `environment: { LOG_LEVEL: "\${LOG_LEVEL}" }
ports: ["127.0.0.1:4780:4780"]
volumes: ["data:/data", "/var/run/postgresql:/var/run/postgresql"]
read_only: true
cap_drop: [ALL]
security_opt: ["no-new-privileges:true"]`

    expect(problemsOf(service, 'volumes: { data: {} }')).toEqual([])
  })

  test.each(Object.keys(unsafeKeys).filter((key) => key !== 'security_opt'))('is refused by name for %s', (key) => {
    expect(problemsOf(`${key}: x`)[0]).toMatch(new RegExp(`^services\\.web\\.${key}: ${key} `))
  })

  test.each([
    ['build: .', 'services.web.build'],
    ['env_file: .env', 'services.web.env_file'],
    ['container_name: web', 'services.web.container_name'],
    ['extends: { service: x }', 'services.web.extends'],
    ['imagee: x', 'Did you mean image?'],
    ['healthcheck: { tests: x }', 'Did you mean test?'],
    ['ports: ["4780:4780"]', '127.0.0.1 only'],
    ['ports: ["0.0.0.0:4780:4780"]', '127.0.0.1 only'],
    ['ports: [{ target: 4780, published: 4780 }]', '127.0.0.1 only'],
    ['ports: ["4780"]', '127.0.0.1 only'],
    ['volumes: ["/etc:/etc"]', 'outside the stack'],
    ['volumes: ["../up:/up"]', 'outside the stack'],
    ['volumes: ["./in/../../up:/up"]', 'outside the stack'],
    ['volumes: ["/var/run/docker.sock:/var/run/docker.sock"]', 'outside the stack'],
    ['volumes: [{ type: bind, source: /, target: /host }]', 'outside the stack'],
    ['volumes: ["${LOG_LEVEL}:/x"]', 'written out'],
    ['volumes: ["other:/x"]', 'There is no volume other'],
    ['security_opt: ["seccomp=unconfined"]', 'weakens the confinement'],
    ['logging: { driver: syslog }', 'log driver syslog'],
    ['environment: { DB_PASSWORD: hunter2 }', 'default secret'],
    ['environment: ["API_TOKEN=abc"]', 'default secret'],
    ['environment: { DATABASE_URL: "${DATABASE_URL:-postgres://x}" }', 'has a default here'],
    ['environment: { DATABASE_URL: "${DATABASE_URL}" }', 'docker inspect would show it here'],
    ['environment: ["DB=${DATABASE_URL}"]', 'the file that DATABASE_URL_FILE names'],
    ['environment: [DATABASE_URL]', 'the file that DATABASE_URL_FILE names'],
    ['command: ["migrate", "--to=$DATABASE_URL"]', 'docker inspect would show it here'],
    ['healthcheck: { test: ["CMD", "ask", "${DATABASE_URL}"] }', 'docker inspect would show it here'],
    ['environment: [HOME]', 'taken from the machine'],
    ['environment: { X: "${HOME}" }', '${HOME} is not a variable'],
    ['command: ["echo", "$PATH"]', '${PATH} is not a variable'],
  ])('is refused for %s', (service, words) => {
    expect(problemsOf(service).join('\n')).toContain(words)
  })

  test.each([
    ['networks: { x: { external: true } }', 'networks.x.external'],
    ['volumes: { x: { driver_opts: { device: / } } }', 'volumes.x.driver_opts'],
    ['include: [other.yaml]', 'include'],
    ['secrets: { x: { file: /etc/shadow } }', 'secrets'],
    ['x-more: 1', 'x-more'],
  ])('is refused at its top for %s', (top, path) => {
    expect(problemsOf('init: true', top).join('\n')).toContain(path)
  })

  test('is refused where its image is not of the manifest, or a service is missing', () => {
    expect(judgeCompose(stack(), 'services: { web: { image: nginx } }').problems[0]?.message).toContain(
      'Known: shop:1.0.0',
    )
    expect(judgeCompose(stack(), 'services: {}').problems[0]?.message).toContain('has a service web')
  })

  test('with an exception by name is taken, and warned about for ever', () => {
    const exception = 'exceptions: [{ path: services.web.cap_add, reason: binds low ports, approver: Kim }]'
    const judged = judgeCompose(stack(exception), file('cap_add: [NET_BIND_SERVICE]'))

    expect(judged.problems).toEqual([])
    expect(judged.warnings[0]?.message).toContain('Excepted by Kim: binds low ports')
  })

  test('is mended into the version that is taken, and says what was changed', () => {
    const bad = file(
      `privileged: true
container_name: web
ports: ["4780:4780", "9090:9090"]
environment: { LOG_LEVEL: null }
volumes: ["/etc:/etc", "data:/data"]`,
      'version: "3"\nvolumes: { data: {} }',
    )

    const fixed = fixCompose(stack(), bad)

    expect(fixed.left).toEqual([])
    expect(fixed.changes.map((each) => each.path)).toContain('services.web.privileged')
    expect(parse(fixed.text)).toMatchObject({
      services: {
        web: {
          ports: ['127.0.0.1:4780:4780', '127.0.0.1:9090:9090'],
          volumes: ['data:/data'],
          environment: { LOG_LEVEL: '${LOG_LEVEL}' },
        },
      },
    })
  })

  const placement: Placement = {
    host: { hostId: 'hst_1', address: '192.0.2.1', port: 22, user: 'root', hostKey: '' },
    instance: 'ins_1',
    slot: 'b',
    release: 'rel_1',
    stack: stack(),
    artifacts: [],
    compose: undefined,
  }
  const url = 'postgres://x:$pa${ss}@y/z'
  const input = {
    variables: { DATABASE_URL: url, LOG_LEVEL: 'info' },
    environments: { web: { LOG_LEVEL: 'info', DATABASE_URL: url } },
    images: { 'shop:1.0.0': 'sha256:ab' },
  }
  const given = stack('', 'LOG_LEVEL, DATABASE_URL')

  test('goes to the host with its values filled in once, images by id, and the ports of its slot', () => {
    const text = file('environment: { PRICE: "$$5" }\nports: ["127.0.0.1:4780:4780"]')

    const { services } = JSON.parse(renderCompose({ ...placement, stack: given }, text, input).file)

    expect(services.web).toMatchObject({
      image: 'nexus.local/image:ab',
      ports: ['127.0.0.1:4880:4780'],
      volumes: ['/var/run/postgresql:/var/run/postgresql'],
      environment: { PRICE: '$$5', LOG_LEVEL: 'info', HOST: '0.0.0.0', PORT: '4780' },
    })
  })

  test('brings secrets as files that their variables name, and holds none itself', () => {
    const { file: rendered, secrets } = renderCompose({ ...placement, stack: given }, file('init: true'), input)
    const { services, secrets: files } = JSON.parse(rendered)

    expect(secrets).toEqual({ DATABASE_URL: url })
    expect(files).toEqual({ DATABASE_URL: { file: '/srv/nexus/ins_1/compose/b/secrets/DATABASE_URL' } })
    expect(services.web.secrets).toEqual([{ source: 'DATABASE_URL', target: 'DATABASE_URL' }])
    expect(services.web.environment).toMatchObject({ DATABASE_URL_FILE: '/run/secrets/DATABASE_URL' })
    expect(rendered).not.toContain('postgres://')
  })

  test('may name the file of a secret itself, for a program with names of its own', () => {
    const text = file('environment: { POSTGRES_URL_FILE: /run/secrets/DATABASE_URL }')
    const judged = judgeCompose(stack(), text)
    const { services } = JSON.parse(renderCompose(placement, text, { ...input, environments: { web: {} } }).file)

    expect(judged.problems).toEqual([])
    expect(services.web.secrets).toEqual([{ source: 'DATABASE_URL', target: 'DATABASE_URL' }])
    expect(services.web.environment).toMatchObject({ POSTGRES_URL_FILE: '/run/secrets/DATABASE_URL' })
  })

  test('has a secret in the environment where a named person answers for it', () => {
    const exception = 'exceptions: [{ path: services.web.environment, reason: an old program, approver: Kim }]'
    const text = file('environment: { DATABASE_URL: "${DATABASE_URL}" }')
    const excepted = stack(exception, 'LOG_LEVEL, DATABASE_URL')
    const { file: rendered, secrets } = renderCompose({ ...placement, stack: excepted }, text, input)
    const { services } = JSON.parse(rendered)

    expect(judgeCompose(excepted, text).warnings[0]?.message).toContain('Excepted by Kim: an old program')
    expect(services.web.environment).toMatchObject({ DATABASE_URL: 'postgres://x:$$pa$${ss}@y/z' })
    expect(services.web.environment).not.toHaveProperty('DATABASE_URL_FILE')
    expect(secrets).toEqual({})
  })

  test('loses a secret in its environment by being mended, where the manifest gives it to the service', () => {
    const text = file('environment: { DATABASE_URL: "${DATABASE_URL}", LOG_LEVEL: "${LOG_LEVEL}" }')
    const fixed = fixCompose(given, text)

    expect(fixed.left).toEqual([])
    expect(parse(fixed.text).services.web.environment).toEqual({ LOG_LEVEL: '${LOG_LEVEL}' })
    expect(fixCompose(stack(), text).left[0]?.message).toContain('name DATABASE_URL in the manifest')
  })
})

describe('values that stand in while one command runs', () => {
  const compose = file('environment: { SHOWN: x, DB: "${DATABASE_URL}", MIX: "${DATABASE_URL}?level=${LOG_LEVEL}" }')
  const placement = { instance: 'ins_1', slot: 'a', stack: stack(), compose } as Placement
  const script = (name: string, text = compose) =>
    runInProject(
      { ...placement, compose: text },
      { service: 'web', command: ['status'], timeoutSeconds: 5, instead: { [name]: 'va lue' } },
    ).script

  test('come as files where the service reads a secret, and by the environment otherwise', () => {
    const read = script('DATABASE_URL', file('init: true'))

    expect(read).toContain('-v "$work/DATABASE_URL:/run/secrets/DATABASE_URL:ro"')
    expect(read).not.toContain('export')
    expect(script('SHOWN')).toContain("export SHOWN='va lue'")
  })

  test('come also under the names that the file has for them, or the command is not run', () => {
    expect(script('DATABASE_URL', file('environment: { DB: "${DATABASE_URL}" }'))).toContain("export DB='va lue'")
    expect(() => script('DATABASE_URL')).toThrow('MIX is made of several variables')
  })
})
