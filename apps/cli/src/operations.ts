/**
 * What the commands ask of the server, by the operation ids of its OpenAPI document. A test compares each line with
 * that document, and each operation of the document with this table or with `withoutCommand`.
 */
export const operations = {
  getHealth: ['GET', '/health'],
  getReadiness: ['GET', '/ready'],

  listOrders: ['GET', '/api/v1/orders'],
  placeOrder: ['POST', '/api/v1/orders'],
  draftOrder: ['POST', '/api/v1/orders/drafts'],
  reportOrders: ['GET', '/api/v1/orders/report'],
  getOrderSchema: ['GET', '/api/v1/orders/schema'],
  listOrderTasks: ['GET', '/api/v1/orders/tasks'],
  getOrder: ['GET', '/api/v1/orders/{number}'],
  checkOrder: ['POST', '/api/v1/orders/{number}/check'],
  submitOrder: ['POST', '/api/v1/orders/{number}/submit'],
  retryOrder: ['POST', '/api/v1/orders/{number}/retry'],
  unblockOrder: ['POST', '/api/v1/orders/{number}/unblock'],
  cancelOrder: ['POST', '/api/v1/orders/{number}/cancel'],
  assignOrder: ['POST', '/api/v1/orders/{number}/assign'],
  amendOrder: ['POST', '/api/v1/orders/{number}/amend'],
  noteOrder: ['POST', '/api/v1/orders/{number}/note'],
  pauseOrder: ['POST', '/api/v1/orders/{number}/pause'],
  resumeOrder: ['POST', '/api/v1/orders/{number}/resume'],
  finishOrderTask: ['POST', '/api/v1/orders/{number}/tasks/{taskId}/finish'],

  getOrderTimeline: ['GET', '/api/v1/orders/{number}/timeline'],

  listRuns: ['GET', '/api/v1/runs'],
  getRun: ['GET', '/api/v1/runs/{runId}'],
  cancelRun: ['POST', '/api/v1/runs/{runId}/cancel'],
  resumeRun: ['POST', '/api/v1/runs/{runId}/resume'],
  attestRunStep: ['POST', '/api/v1/runs/{runId}/attest'],
  watchEvents: ['GET', '/api/v1/events'],

  listHosts: ['GET', '/api/v1/hosts'],
  addHost: ['POST', '/api/v1/hosts'],
  getControlKey: ['GET', '/api/v1/hosts/control-key'],
  outlineBaseline: ['GET', '/api/v1/hosts/baseline-outline'],
  getHost: ['GET', '/api/v1/hosts/{hostId}'],
  getHostFacts: ['GET', '/api/v1/hosts/{hostId}/facts'],
  connectHost: ['POST', '/api/v1/hosts/{hostId}/connect'],
  applyBaseline: ['POST', '/api/v1/hosts/{hostId}/baseline'],
  getBaselineReport: ['GET', '/api/v1/hosts/{hostId}/baseline/report'],
  compareBaseline: ['GET', '/api/v1/hosts/{hostId}/baseline'],
  preflightHost: ['POST', '/api/v1/hosts/{hostId}/preflight'],
  rebuildHost: ['POST', '/api/v1/hosts/{hostId}/rebuild'],
  drainHost: ['POST', '/api/v1/hosts/{hostId}/drain'],
  retireHost: ['POST', '/api/v1/hosts/{hostId}/retire'],
  acceptHostKey: ['POST', '/api/v1/hosts/{hostId}/key'],
  getPool: ['GET', '/api/v1/pool'],
  setPoolTarget: ['PUT', '/api/v1/pool'],
  refillPool: ['POST', '/api/v1/pool/refill'],

  whoami: ['GET', '/api/v1/whoami'],
  createFirstAdmin: ['POST', '/api/v1/access/bootstrap'],
  listPeople: ['GET', '/api/v1/people'],
  createPerson: ['POST', '/api/v1/people'],
  setRoles: ['PUT', '/api/v1/people/{personId}/roles'],
  disablePerson: ['PUT', '/api/v1/people/{personId}/disable'],
  enablePerson: ['PUT', '/api/v1/people/{personId}/enable'],
  listTokens: ['GET', '/api/v1/tokens'],
  createToken: ['POST', '/api/v1/tokens'],
  revokeToken: ['DELETE', '/api/v1/tokens/{tokenId}'],

  listChecks: ['GET', '/api/v1/checks'],
  listCheckHistory: ['GET', '/api/v1/checks/history'],
  attestCheck: ['POST', '/api/v1/checks/attest'],
  listHistory: ['GET', '/api/v1/history'],

  listSecrets: ['GET', '/api/v1/secrets'],
  setSecret: ['PUT', '/api/v1/secrets/{tenant}/{name}'],
  rotateSecret: ['POST', '/api/v1/secrets/{tenant}/{name}/rotate'],
  whereSecret: ['GET', '/api/v1/secrets/{tenant}/{name}/where'],

  listReleases: ['GET', '/api/v1/releases'],
  getRelease: ['GET', '/api/v1/releases/{releaseId}'],
  registerRelease: ['POST', '/api/v1/releases'],
  listInstances: ['GET', '/api/v1/instances'],
  getInstance: ['GET', '/api/v1/instances/{instanceId}'],
  listInstanceServices: ['GET', '/api/v1/instances/{instanceId}/services'],
  getInstanceLogs: ['GET', '/api/v1/instances/{instanceId}/logs'],
  listInstanceChecks: ['GET', '/api/v1/instances/{instanceId}/checks'],
  setInstanceVariable: ['PUT', '/api/v1/instances/{instanceId}/env/{name}'],
  getInstanceEnv: ['GET', '/api/v1/instances/{instanceId}/env'],
  listInstanceBackups: ['GET', '/api/v1/instances/{instanceId}/backups'],
  getStackSchema: ['GET', '/api/v1/stacks/schema'],
  fixStack: ['POST', '/api/v1/stacks/fix'],
  checkStackNow: ['POST', '/api/v1/stacks/check'],
  listCertificates: ['GET', '/api/v1/instances/{id}/certificates'],
  getInstanceDns: ['GET', '/api/v1/instances/{id}/dns'],

  listTenants: ['GET', '/api/v1/identity/tenants'],
  checkIdentity: ['GET', '/api/v1/identity/check'],
  listNotices: ['GET', '/api/v1/notices'],
  previewNotice: ['POST', '/api/v1/notices/preview'],
  resendNotice: ['POST', '/api/v1/notices/{noticeId}/resend'],
  resendInvite: ['POST', '/api/v1/identity/tenants/{tenant}/invites/resend'],
} as const satisfies Record<string, readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string]>

export type OperationName = keyof typeof operations

/** Operations that have no command, and why. */
export const withoutCommand: Readonly<Record<string, string>> = {
  receivePulseWebhook: 'A webhook: it takes a signature, which only Pulse can make.',
  checkStack: 'The same question as checkStackNow, for pages that may only read.',
}
