/**
 * approvals: what takes two people. One asks for exactly one act, another says yes, then the first one does it, once.
 *
 * Owns who asked whom and what was said. Never does the act itself, and never knows what it is: a module that needs a
 * second pair of eyes is given `require` by app/.
 */
export { type Act, type Approval, approvalStates } from './approval.ts'
export { approvalRoutes } from './approval-routes.ts'
export { type ApprovalDeps, type Approvals, approvalService } from './approval-service.ts'
