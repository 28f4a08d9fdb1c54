import { OperationalError, StoreFailure, type CommitOutcome, type FailureCode } from '../failure.ts'
import { ReadDesk } from './read-desk.ts'
import { WriteDesk, type DeskOptions } from './write-desk.ts'

/** Which connection a thread is for. */
export type Role = 'write' | 'read' | 'snapshot'

/** What a desk is opened with; it has to pass between threads. */
export interface DeskOrder extends DeskOptions {
  readonly role: Role
  readonly path: string
}

/** A call on its way to the thread that owns the connection. */
export interface Call {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

/** What comes back; `progress` comes before the answer, any number of times. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: Fault }
  | { readonly id: number; readonly progress: number }

/** An error on its way between threads, which would lose its class. */
export interface Fault {
  readonly message: string
  readonly code?: FailureCode
  readonly outcome?: CommitOutcome
  readonly fatal?: boolean
  readonly stack?: string | undefined
}

export type Desk = Readonly<Record<string, (...args: readonly unknown[]) => unknown>> & {
  close(): void
}

export function openDesk(order: DeskOrder): Desk {
  const { role, path } = order
  const desk =
    role === 'write'
      ? new WriteDesk(path, order)
      : new ReadDesk(path, { cacheKiB: order.cacheKiB, frozen: role === 'snapshot' })
  return desk as unknown as Desk
}

export function toFault(error: unknown): Fault {
  const { message, stack } = error as Error
  if (error instanceof OperationalError) return { message, code: error.code, stack }
  if (error instanceof StoreFailure) {
    return { message, outcome: error.outcome, fatal: error.fatal, stack }
  }
  return { message, stack }
}

export function fromFault(fault: Fault): Error {
  const { message, code, outcome, fatal, stack } = fault
  const cause = new Error(message)
  if (stack !== undefined) cause.stack = stack
  if (code !== undefined) return new OperationalError(code, message, { cause })
  if (outcome !== undefined) {
    return new StoreFailure(message, { outcome, fatal: fatal ?? false, cause })
  }
  return cause
}
