import { Worker, type Transferable } from 'node:worker_threads'

import { OperationalError } from '../../../model/operational-error.ts'
import { unsent } from '../../failure.ts'
import { fileMissing } from '../../bundled.ts'
import { BEGUN, fromFault, type Call, type SessionOptions, type Reply } from './messages.ts'

/** Calls to a session, in whichever thread it runs. Answered in the order in which they are made. */
export interface Channel {
  call<T>(name: string, args: readonly unknown[], options?: CallOptions): Promise<T>
  close(): Promise<void>
}

export interface CallOptions {
  /** These change hands instead of being copied. */
  readonly transfer?: readonly Transferable[]
  readonly onProgress?: ((done: number) => void) | undefined
}

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  readonly onProgress: ((done: number) => void) | undefined
}

/**
 * Room for new objects in a thread that reads a snapshot. With the default, 32 MB and more, those of a `verify` keep
 * garbage and are no faster. Reads of large commits would be: a page of `audit` takes 12 ms with it, 8 without.
 */
const SNAPSHOT_LIMITS = { maxYoungGenerationSizeMb: 4 }

/** Within which a thread must begin, in milliseconds: ours takes 0.1 s, and some seconds on a machine that is overloaded. */
const BEGIN_MS = 60_000

/** To a session in a worker thread of its own, which keeps the program alive only while a call is under way. */
export class Thread implements Channel {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #gone: Promise<void>
  #nextId = 0
  #closing: Promise<void> | null = null
  #dead: Error | null = null
  #begun = false
  #late: NodeJS.Timeout | undefined

  private constructor(options: SessionOptions, file: URL, beginMs: number) {
    const name = `holdfast ${options.role}`
    // A thread inherits the program's flags; this one is for programs that come by --eval alone.
    const evaluated = process.execArgv.some((flag) => flag.startsWith('--input-type'))
    this.#worker = new Worker(file, {
      workerData: options,
      name,
      ...(options.role === 'snapshot' ? { resourceLimits: SNAPSHOT_LIMITS } : {}),
      ...(evaluated ? { execArgv: [] } : {}),
    })
    this.#worker.on('message', (message: typeof BEGUN | Reply) => {
      if (message === BEGUN) this.#hasBegun()
      // Node itself, or what a program preloads, may say something before.
      else if (this.#begun) this.#answer(message)
    })
    this.#beginWithin(beginMs)
    this.#worker.on('error', (error) => this.#die(error as Error))
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        clearTimeout(this.#late)
        this.#die(new Error(`the thread '${name}' ended`))
        resolve()
      })
    })
  }

  #beginWithin(ms: number): void {
    const from = performance.now()
    this.#late = setTimeout(() => {
      // The program was stopped, or was at something else.
      if (performance.now() - from > ms + 1000) return this.#beginWithin(ms)
      // What has come meanwhile is heard first.
      setImmediate(() => {
        if (!this.#begun) this.#die(new Error('its file does not answer'))
      })
    }, ms)
  }

  #hasBegun(): void {
    this.#begun = true
    clearTimeout(this.#late)
  }

  /** Another file and time are for tests. @throws OperationalError */
  static async open(
    options: SessionOptions,
    file = () => new URL('./worker.ts', import.meta.url),
    beginMs = BEGIN_MS,
  ): Promise<Thread> {
    let thread: Thread | null = null
    try {
      const begun = (thread = new Thread(options, file(), beginMs))
      await new Promise<never>((resolve, reject) => begun.#wait({ resolve, reject }))
      return begun
    } catch (error) {
      if (thread !== null) await thread.#worker.terminate()
      if (error instanceof OperationalError) throw error
      throw fileMissing(`the store's thread did not start: ${(error as Error).message}`, error)
    }
  }

  async call<T>(name: string, args: readonly unknown[], options: CallOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closing !== null) throw closed()
      if (this.#dead !== null) throw this.#dead
      const call: Call = { id: this.#nextId, name, args }
      try {
        this.#worker.postMessage(call, options.transfer)
      } catch (error) {
        throw unsent(error)
      }
      this.#wait({ resolve, reject, onProgress: options.onProgress })
    })
  }

  async close(): Promise<void> {
    if (this.#dead === null) this.#closing ??= this.#end()
    return this.#closing ?? undefined
  }

  async #end(): Promise<void> {
    const answered = this.call('close', [])
    this.#worker.ref()
    await answered
    this.#worker.ref()
    await this.#gone
  }

  #wait(waiting: Omit<Waiting, 'onProgress'> & Partial<Waiting>): void {
    if (this.#waiting.size === 0) this.#worker.ref()
    this.#waiting.set(this.#nextId++, { onProgress: undefined, ...waiting })
  }

  #answer(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    if (waiting === undefined) return
    if ('progress' in reply) {
      waiting.onProgress?.(reply.progress)
      return
    }
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('fault' in reply) waiting.reject(fromFault(reply.fault))
    else waiting.resolve(reply.value as never)
  }

  /** Whatever was under way: nobody knows what came of it. */
  #die(error: Error): void {
    this.#dead ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}

export function closed(): OperationalError {
  return new OperationalError('STORE_CLOSED', 'the store is closed')
}
