/**
 * Orders: the asked-for instance. Owns the ticket, its states, its SLA clock, its owner, its plan catalogue and what
 * came in about it. Never touches a host, and never starts anything but by the `startDelivery` it was given.
 */
export {
  type Block,
  type BlockKind,
  blockKinds,
  deliveryRunId,
  type Order,
  type OrderState,
  type Owner,
  orderMoves,
  orderStates,
} from './order.ts'
export type { Pause, WaitingFor } from './order-clock.ts'
export { missingOf, type OrderProblem } from './order-completeness.ts'
export type { Json, JsonObject } from './order-content.ts'
export type { DeliveryStart, OrderDeps } from './order-desk.ts'
export { type CompleteOrder, hostNameOf, orderJsonSchema, orderSchema } from './order-intake.ts'
export type { OrderNote, OrderTask } from './order-ledger.ts'
export { orderRoutes } from './order-routes.ts'
export { type Orders, orderService } from './order-service.ts'
export { type Plan, type PlanCatalogue, parsePlans } from './plan-catalogue.ts'
export { type Incoming, type OrderEvent, orderEvents, type Received } from './receive-order.ts'
export type { ListRequest, OrderDetail, OrderReport } from './tend-order.ts'
export type { OrderFacts, Triage } from './triage-order.ts'
