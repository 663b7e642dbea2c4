/** Answers of the API as they are recorded, with what hostile customers and hosts write into them. */
const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString()

export const hostileName = `<img src=x onerror="document.title='owned'"> \u202Egnp.exe`

type Item = Readonly<Record<string, unknown>> & { readonly id: string; readonly ticket: string }

const order = (id: string, ticket: string, more: Readonly<Record<string, unknown>>): Item => ({
  id,
  ticket,
  environment: 'prod',
  orderNumber: `P-2026-${ticket.slice(3)}`,
  state: 'Provisioning',
  stateSince: minutes(-30),
  organization: 'Acme GmbH',
  plan: 'business',
  region: 'eu-1',
  owner: { id: 'per_1', name: 'Ann Ops' },
  attempt: 1,
  runId: `deliver-order:${ticket}:1`,
  waitingFor: 'us',
  clockStartedAt: minutes(-90),
  dueAt: minutes(150),
  riskAt: minutes(90),
  createdAt: minutes(-90),
  ...more,
})

/** Not in the order in which they are due. */
export const orders: readonly Item[] = [
  order('ord_live', 'NX-1001', {
    state: 'Live',
    waitingFor: undefined,
    organization: 'Umbrella Health AG',
    dueAt: minutes(-600),
    liveAt: minutes(-700),
    clockStartedAt: minutes(-760),
  }),
  order('ord_running', 'NX-1004', { hostId: 'hst_01kc4c2t7e' }),
  order('ord_over', 'NX-1002', {
    organization: hostileName,
    state: 'Blocked',
    dueAt: minutes(-12),
    riskAt: minutes(-72),
    atRiskAt: minutes(-72),
    breachedAt: minutes(-12),
    breachCause: 'waited for us: failed_act',
    clockStartedAt: minutes(-252),
    attempt: 2,
    blocked: {
      from: 'Provisioning',
      kind: 'failed_act',
      reason: `deploy 6 of 7: start the services failed on the host: unit openclaw.service exited with 1 ${hostileName}`,
      problems: [{ path: 'technicalContact.phone', message: 'This field is missing.', register: 'S0-27' }],
      commands: [
        "nexusctl run resume deliver-order:NX-1002:2 --from 'deploy 6 of 7: start the services'",
        'nexusctl order retry NX-1002',
      ],
    },
  }),
  order('ord_risk', 'NX-1003', {
    organization: 'Globex Corporation',
    state: 'Validation',
    dueAt: minutes(38),
    riskAt: minutes(-22),
    atRiskAt: minutes(-22),
    clockStartedAt: minutes(-202),
    owner: undefined,
  }),
  order('ord_dns', 'NX-1005', {
    organization: 'Initech Ltd',
    state: 'Blocked',
    waitingFor: 'customer',
    blocked: {
      from: 'Provisioning',
      kind: 'dns',
      reason: 'app.initech.test has no A record yet; it must be 203.0.113.7',
      problems: [],
      commands: ['nexusctl order show NX-1005'],
    },
    dueAt: minutes(220),
    riskAt: minutes(160),
  }),
  order('ord_draft', 'NX-1006', {
    organization: 'Stark Industries',
    state: 'Draft',
    attempt: 0,
    plan: undefined,
    owner: undefined,
    waitingFor: undefined,
    clockStartedAt: undefined,
    dueAt: undefined,
    riskAt: undefined,
  }),
]

const stepNames = [
  'check the order',
  'get a host',
  'prepare the tenant',
  'reach the host',
  'bring the host to its baseline',
  'preflight the host',
  'open the instance',
  'deploy 1 of 7: fetch the artifact',
  'deploy 2 of 7: install dependencies',
  'deploy 3 of 7: validate the environment',
  'deploy 4 of 7: build',
  'deploy 5 of 7: migrate the database',
  'deploy 6 of 7: start the services',
]

type Step = Readonly<Record<string, unknown>>

export const runningStep = (position: number, name: string, note?: string): Step => ({
  position,
  name,
  state: 'running',
  attempts: 1,
  startedAt: new Date().toISOString(),
  note,
})

export const doneSteps = (count: number): Step[] =>
  stepNames.slice(0, count).map((name, position) => ({
    position,
    name,
    state: 'done',
    attempts: position === 3 ? 4 : 1,
    startedAt: minutes(-30 + position),
    endedAt: minutes(-30 + position + 0.3),
    seconds: 0.4 + position * 7.3,
  }))

const check = (name: string, title: string, status: string, summary: string, evidence?: string) => ({
  name,
  title,
  status,
  summary,
  asked: `curl --silent https://app.acme.test/${name}`,
  vantage: 'control plane',
  at: minutes(-9),
  seconds: 0.31,
  evidence,
  runId: 'deliver-order:NX-1004:1',
})

export const checks = [
  check('preflight.disk', 'The disk has room', 'pass', '38.2 GiB free of 40 GiB', '/dev/vda1 40G 1.8G 38.2G 5% /'),
  check('preflight.memory', 'The host has the memory that was bought', 'pass', '7.8 GiB of 8 GiB'),
  check('preflight.kernel', 'The kernel is the newest that is installed', 'warn', '6.1.0-41 runs, 6.1.0-42 is there'),
  check('smoke.session', 'A session survives a restart', 'unknown', 'no answer within 10 s'),
  check('smoke.frontend', 'The frontend answers', 'fail', `503 ${hostileName}`, `HTTP/1.1 503\nserver: ${hostileName}`),
  check('alerts.route', 'Alerts reach the on-call engineer', 'not_built', 'alert routes arrive later'),
  check('sso.sign_in', 'Sign-in by the customer identity provider', 'not_applicable', 'the plan has no SSO'),
]

export const entries = [
  { at: minutes(-90), actor: 'webhook:pulse', action: 'order.received' },
  { at: minutes(-89), actor: 'system:orders', action: 'order.assigned', reason: 'least loaded: Ann Ops' },
  { at: minutes(-30), actor: 'system:deliver-order', onBehalfOf: 'webhook:pulse', action: 'order.provisioning' },
  { at: minutes(-29), actor: 'system:deliver-order', onBehalfOf: 'webhook:pulse', action: 'host.reserved' },
  { at: minutes(-8), actor: 'per_1', action: 'order.note', reason: hostileName },
]

export const timelineOf = (item: Item, steps: readonly Step[]) => ({
  ticket: item.ticket,
  state: item['state'],
  organization: item['organization'],
  pauses: [],
  runs:
    item.id === 'ord_draft'
      ? []
      : [
          {
            id: `deliver-order:${item.ticket}:1`,
            flow: 'deliver-order',
            startedAt: minutes(-30),
            ...(item.id === 'ord_over' ? { endedAt: minutes(-12), outcome: 'blocked' } : {}),
            steps,
          },
        ],
  entries,
  checks,
  links: [
    { label: 'app', url: 'https://app.acme.test/' },
    { label: 'api', url: 'https://api.acme.test/' },
    { label: 'trap', url: 'javascript:document.title="owned"' },
  ],
})

export const failedStep: Step = {
  position: 12,
  name: 'deploy 6 of 7: start the services',
  state: 'failed',
  attempts: 3,
  startedAt: minutes(-14),
  endedAt: minutes(-12),
  seconds: 118,
  failure: {
    code: 'instance.not_healthy',
    message: `openclaw did not answer 200 at http://127.0.0.1:8101/health within 90 s ${hostileName}`,
    hint: 'nexusctl instance logs NX-1002 --service openclaw',
  },
}

export const detailOf = (item: Item) => ({
  ...item,
  fields: {},
  elapsedSeconds: { customer: 5100, internal: 5400 },
  pauses: [],
  tasks: [
    { id: 'tsk_1', ticket: item.ticket, kind: 'proposal', title: 'Pulse wants 40 users', createdAt: minutes(-5) },
  ],
  notes: [{ at: minutes(-8), author: 'Ann Ops', text: `The customer was called. ${hostileName}` }],
})
