import type { Command } from '../model/commands/commands.ts'
import { asReplayed, inventoryError, InventoryError } from '../model/errors.ts'
import { counted } from '../model/counted.ts'
import { LIMITS } from '../model/limits.ts'
import { OperationalError } from '../model/operational-error.ts'
import { isTooMuchTogether } from '../model/too-much.ts'
import { RequestError } from './remote-error.ts'
import { commandRequest } from './command-request.ts'
import type { RemoteCallOptions } from './options.ts'
import type { Wire, WireRequest } from './wire.ts'

/** A request waiting to be sent, and how to settle its promise. */
interface Waiting {
  /** The command's JSON at the time of the call, if it may share a request with others. */
  readonly command: string | null
  /** It has no idempotency key, so it must not be sent again if no answer comes. */
  readonly onlyOnce: boolean
  /** A request that is sent alone. */
  readonly request: WireRequest | null
  readonly onReplay: (() => void) | undefined
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

const MOST_CHARACTERS = 1_000_000

/**
 * The queue of commands to the service. While one request is under way, further commands wait; then they are sent
 * together as one batch, each with its own answer. First in, first out, as in the inventory; a hundred commands cost
 * little more than one. It is bounded, too, in number and in characters.
 */
export class SendQueue {
  readonly #wire: Wire
  readonly #limit: number
  /** In order of arrival; aborted ones are removed immediately. */
  readonly #waiting = new Set<Waiting>()
  /** Of those that wait. */
  #characters = 0
  #running = false
  #idle: (() => void)[] = []

  constructor(wire: Wire, limit: number) {
    this.#wire = wire
    this.#limit = limit
  }

  command(json: string, onlyOnce: boolean, options: RemoteCallOptions): Promise<unknown> {
    return this.#push({ command: json, onlyOnce, request: null }, options)
  }

  alone(request: WireRequest, options: RemoteCallOptions = {}): Promise<unknown> {
    return this.#push({ command: null, onlyOnce: false, request }, options)
  }

  /** Resolves when everything given so far is answered. */
  idle(): Promise<void> {
    if (!this.#running) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #push(
    what: Pick<Waiting, 'command' | 'onlyOnce' | 'request'>,
    { signal, onReplay }: RemoteCallOptions,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const waiting = this.#waiting.size
      const isFull =
        waiting >= this.#limit || this.#characters + charactersOf(what) > LIMITS.queueBytes
      if (isFull && waiting > 0) {
        reject(busy(waiting, this.#limit))
        return
      }
      const leave = (): void => {
        this.#remove(item)
        reject(signal!.reason as Error)
      }
      const unlisten = (): void => signal?.removeEventListener('abort', leave)
      const item: Waiting = {
        ...what,
        // Nobody waits for the answer any more once it was aborted.
        onReplay: onReplay && (() => signal?.aborted === true || onReplay()),
        resolve: (answer) => {
          unlisten()
          resolve(answer)
        },
        reject: (error) => {
          unlisten()
          reject(error as Error)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.add(item)
      this.#characters += charactersOf(item)
      if (this.#running) return
      this.#running = true
      // Later in the same turn, so that commands called together are sent together. Not by `queueMicrotask`: Jest's
      // fake timers stop that.
      void Promise.resolve().then(() => this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const items = this.#take()
      const [first] = items
      if (first === undefined) continue
      if (first.request !== null) await this.#sendAlone(first, first.request)
      else if (items.length === 1) await this.#sendOne(first)
      else await this.#sendTogether(items)
    }
    this.#running = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** The next commands to send together, or one request to send alone. */
  #take(): Waiting[] {
    const taken: Waiting[] = []
    let characters = 0
    for (const item of this.#waiting) {
      if (taken.length === LIMITS.commands) break
      if (item.command === null) {
        if (taken.length === 0) taken.push(item)
        break
      }
      characters += item.command.length
      if (taken.length > 0 && characters > MOST_CHARACTERS) break
      taken.push(item)
    }
    for (const item of taken) this.#remove(item)
    return taken
  }

  #remove(item: Waiting): void {
    if (this.#waiting.delete(item)) this.#characters -= charactersOf(item)
  }

  async #sendAlone(item: Waiting, request: WireRequest): Promise<void> {
    try {
      item.resolve(await this.#wire.send({ ...request, onReplay: item.onReplay }))
    } catch (error) {
      item.reject(error)
    }
  }

  async #sendOne(item: Waiting): Promise<void> {
    try {
      const request = commandRequest(JSON.parse(item.command!) as Command)
      const { onlyOnce, onReplay } = item
      item.resolve(await this.#wire.send({ ...request, onlyOnce, onReplay }))
    } catch (error) {
      item.reject(error)
    }
  }

  /**
   * If one is rejected as malformed, it is removed and the others are sent again; if they are too much for one list, in
   * two halves: none was executed.
   */
  async #sendTogether(items: Waiting[]): Promise<void> {
    let left = items
    while (left.length > 0) {
      try {
        const body = `{"commands":[${left.map(({ command }) => command).join(',')}]}`
        const onlyOnce = left.some((item) => item.onlyOnce)
        const result = await this.#wire.send({ method: 'POST', path: '/v1/batch', body, onlyOnce })
        const { answers } = result as { answers: readonly BatchAnswer[] }
        for (const [index, item] of left.entries()) settle(item, answers[index]!)
        return
      } catch (error) {
        if (left.length > 1 && isTooMuchTogether(error)) {
          const half = Math.ceil(left.length / 2)
          await this.#sendTogether(left.slice(0, half))
          await this.#sendTogether(left.slice(half))
          return
        }
        const wrong = indexOf(error)
        const item = wrong === null ? undefined : left[wrong]
        if (item === undefined) {
          for (const each of left) each.reject(error)
          return
        }
        item.reject(withoutIndex(error))
        left = left.filter((one) => one !== item)
      }
    }
  }
}

function charactersOf({ command, request }: Pick<Waiting, 'command' | 'request'>): number {
  return (command ?? request?.body ?? '').length
}

function busy(waiting: number, limit: number): OperationalError {
  const message = `${counted(waiting, 'request is', 'requests are')} waiting to be sent already`
  return new OperationalError('BUSY', message, { details: { waiting, limit } })
}

type BatchAnswer =
  | { readonly ok: true; readonly replayed?: true }
  | {
      readonly ok: false
      readonly replayed?: true
      readonly code: string
      readonly message: string
      readonly details: Record<string, unknown>
    }

function settle(item: Waiting, answer: BatchAnswer): void {
  const isReplay = answer.replayed === true
  if (isReplay && item.onReplay !== undefined) queueMicrotask(item.onReplay)
  if (answer.ok) {
    const { ok: _ok, replayed: _replayed, ...rest } = answer
    item.resolve(rest)
  } else {
    const error = inventoryError(answer.code, answer.message, answer.details)
    item.reject(isReplay ? asReplayed(error) : error)
  }
}

function indexOf(error: unknown): number | null {
  if (!(error instanceof InventoryError || error instanceof RequestError)) return null
  const { index } = error.details
  return typeof index === 'number' ? index : null
}

/** Its caller does not know about the commands it was sent with. */
function withoutIndex(error: unknown): unknown {
  if (!(error instanceof InventoryError || error instanceof RequestError)) return error
  const { index: _index, ...details } = error.details
  const { code, message } = error
  if (error instanceof InventoryError) return inventoryError(code, message, details)
  const { status, requestId } = error
  return new RequestError(status, { code, detail: message, details, requestId })
}
