import type { Line } from '../measure/line.ts'
import { crowd } from './crowd.ts'
import { growth } from './growth.ts'
import { hotProduct } from './hot-product.ts'
import { httpBatch } from './http-batch.ts'
import { httpSingle } from './http-single.ts'
import { manyInFlight } from './in-flight.ts'
import { withKeys } from './keys.ts'
import { latency } from './latency.ts'
import { lifeCycle } from './life-cycle.ts'
import { manager } from './manager.ts'
import { noWorker } from './no-worker.ts'
import { oneCaller } from './one-caller.ts'
import { orders } from './orders.ts'
import { postgresLines } from './postgres.ts'
import { postgresGrowth } from './postgres-growth.ts'
import { postgresMedusa } from './postgres-medusa.ts'
import { postgresOrders } from './postgres-order.ts'
import { postgresReads, reads } from './reads.ts'
import { soldOut } from './sold-out.ts'
import { postgresVerify, verify } from './verify.ts'

/** In the order of the table: lines with a goal first. */
export const LINES: readonly Line[] = [
  manyInFlight,
  withKeys,
  oneCaller,
  soldOut,
  manager,
  ...postgresLines,
  ...postgresOrders,
  httpSingle,
  httpBatch,
  growth,
  postgresGrowth,
  postgresMedusa,
  lifeCycle,
  hotProduct,
  orders,
  crowd,
  noWorker,
  latency,
  reads,
  postgresReads,
  verify,
  postgresVerify,
]
