import { OperationalError, type FailureCode } from '../../../model/operational-error.ts'
import { StoreFailure, type CommitOutcome } from '../../failure.ts'
import { neededNode } from './needed-node.ts'
import type { FileId, WriteOptions } from '../write/session.ts'

/** Which connection a thread is for. */
export type Role = 'write' | 'read' | 'snapshot'

/** What a session is opened with. Values that can pass between threads. */
export interface SessionOptions extends WriteOptions {
  readonly role: Role
  readonly path: string
  readonly runCommits: number
  /** The file that was opened first, which all connections have to read; null for the first. */
  readonly same: FileId | null
}

/** What the thread says first: another program's file of the same name does not. */
export const BEGUN = 'holdfast: begun'

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

/** The owner of one connection. Its methods are called by name, from whichever thread. */
export type Session = Readonly<Record<string, (...args: readonly unknown[]) => unknown>> & {
  close(): void
}

/** Loads only what the role needs: half of what starting a thread takes. @throws OperationalError */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { role, path, cacheKiB, runCommits, same } = options
  if (role === 'write') {
    const { WriteSession } = await import('../write/session.ts').catch(withoutSqlite)
    return new WriteSession(path, options) as unknown as Session
  }
  const { ReadSession } = await import('../read/session.ts').catch(withoutSqlite)
  const frozen = role === 'snapshot'
  return new ReadSession(path, { cacheKiB, frozen, runCommits, same }) as unknown as Session
}

function withoutSqlite(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
  const message = `this Node.js has no node:sqlite: ${neededNode()}`
  throw new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
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
