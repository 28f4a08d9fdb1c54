import { openDesk, type Desk, type DeskOrder } from './messages.ts'
import { closed, type CallOptions, type Link } from './thread.ts'

/** A desk in the caller's thread: for programs whose bundler loses the worker's file. */
export class SameThread implements Link {
  #desk: Desk | null
  /** Backups take their time; closing waits for them. */
  readonly #underWay = new Set<Promise<unknown>>()

  private constructor(desk: Desk) {
    this.#desk = desk
  }

  /** @throws OperationalError */
  static async open(order: DeskOrder): Promise<SameThread> {
    return new SameThread(await openDesk(order))
  }

  async call<T>(name: string, args: readonly unknown[], options: CallOptions = {}): Promise<T> {
    if (this.#desk === null) throw closed()
    const value = this.#desk[name]!(...args, options.onProgress ?? (() => undefined))
    if (!(value instanceof Promise)) return value as T
    this.#underWay.add(value)
    try {
      return (await value) as T
    } finally {
      this.#underWay.delete(value)
    }
  }

  async close(): Promise<void> {
    const desk = this.#desk
    this.#desk = null
    await Promise.allSettled(this.#underWay)
    desk?.close()
  }
}
