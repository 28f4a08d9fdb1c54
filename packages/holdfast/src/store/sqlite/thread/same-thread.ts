import { openSession, type Session, type SessionOptions } from './messages.ts'
import { closed, type CallOptions, type Channel } from './thread.ts'

/** To a session in the caller's thread: for programs whose bundler loses the worker's file. */
export class SameThread implements Channel {
  #session: Session | null
  /** Backups take their time; closing waits for them. */
  readonly #underWay = new Set<Promise<unknown>>()

  private constructor(session: Session) {
    this.#session = session
  }

  /** @throws OperationalError */
  static async open(options: SessionOptions): Promise<SameThread> {
    return new SameThread(await openSession(options))
  }

  async call<T>(name: string, args: readonly unknown[], options: CallOptions = {}): Promise<T> {
    if (this.#session === null) throw closed()
    const value = this.#session[name]!(...args, options.onProgress ?? (() => undefined))
    if (!(value instanceof Promise)) return value as T
    this.#underWay.add(value)
    try {
      return (await value) as T
    } finally {
      this.#underWay.delete(value)
    }
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    await Promise.allSettled(this.#underWay)
    session?.close()
  }
}
