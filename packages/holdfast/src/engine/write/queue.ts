import { counted } from '../../model/counted.ts'
import { LIMITS } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { Also } from '../also/also.ts'

/** What a caller of the queue says of an item. */
export type Asked<Job> = Pick<
  Waiting<Job>,
  'job' | 'weight' | 'bytes' | 'deadline' | 'resolve' | 'reject' | 'onReplay' | 'also'
>

/** An item waiting to be decided, and how to settle its promise. */
export class Waiting<Job> {
  readonly job: Job
  readonly weight: number
  /** About how much it writes to the trail. */
  readonly bytes: number
  /** Monotonic milliseconds. If it has not begun by then, it is refused with TIMEOUT. */
  readonly deadline: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Called before the promise settles if the outcome is that of an earlier call. */
  readonly onReplay: (() => void) | undefined
  /** Its statements; null if there are none. */
  readonly also: Also | null
  /** Listens for the caller's abort, again after the item was put back; null if there is no signal. */
  listen: (() => void) | null = null
  /** Stops listening for the caller's abort; null if there is no signal. */
  unlisten: (() => void) | null = null
  gone = false
  /** Its position in the order of arrival, assigned by the queue. */
  number = 0
  /** Whether it goes into a commit of its own. */
  apart = false
  /** Why the store did not commit it the last time; null if it was not tried. */
  trouble: Error | null = null

  constructor({ job, weight, bytes, deadline, resolve, reject, onReplay, also }: Asked<Job>) {
    this.job = job
    this.weight = weight
    this.bytes = bytes
    this.deadline = deadline
    this.resolve = resolve
    this.reject = reject
    this.onReplay = onReplay
    this.also = also
  }
}

/** Which items with statements are taken. */
export interface CarryRule {
  readonly most: number
  /** Whether one must wait for a commit of its own. */
  readonly isApart: (also: Also) => boolean
}

const ALL: CarryRule = { most: Infinity, isApart: () => false }

/** The bounded queue in front of the engine: first in, first out. */
export class Queue<Job> {
  readonly #limit: number
  #items: Waiting<Job>[] = []
  #next = 0
  /** How many items after `#next` were aborted. */
  #gone = 0
  #weight = 0
  #bytes = 0
  #arrived = 0
  /** Items waiting for a commit of their own, in order. */
  #apart: Waiting<Job>[] = []
  #apartWeight = 0
  /** Items that were taken and have not begun. */
  readonly #held = new Set<Waiting<Job>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Waiting commands, without those apart. */
  get weight(): number {
    return this.#weight
  }

  /** Whether the next item has statements. */
  get nextCarries(): boolean {
    const next = this.#items[this.#next]
    return next !== undefined && next.also !== null
  }

  /** The number of items waiting for a commit of their own. */
  get apart(): number {
    return this.#apart.length
  }

  /** @throws OperationalError BUSY */
  push(item: Waiting<Job>): void {
    const waiting = this.#weight + this.#apartWeight
    const isFull =
      waiting + item.weight > this.#limit || this.#bytes + item.bytes > LIMITS.queueBytes
    if (isFull && waiting > 0) {
      throw new OperationalError(
        'BUSY',
        `${counted(waiting, 'command is', 'commands are')} waiting already`,
        {
          details: { waiting, limit: this.#limit },
        },
      )
    }
    item.number = ++this.#arrived
    this.#items.push(item)
    this.#weight += item.weight
    this.#bytes += item.bytes
  }

  /** The next items: together at most `limit` commands and the bytes of one commit, but at least one item. */
  take(limit: number, now: number, { most, isApart }: CarryRule = ALL): Waiting<Job>[] {
    const taken: Waiting<Job>[] = []
    let [weight, bytes, carrying] = [0, 0, 0]
    while (this.#next < this.#items.length) {
      const item = this.#items[this.#next]!
      const isOver = weight + item.weight > limit || bytes + item.bytes > LIMITS.commitBytes
      if (taken.length > 0 && isOver) break
      if (item.also !== null && !item.gone) {
        if (item.apart || isApart(item.also)) {
          this.#next++
          this.#weight -= item.weight
          this.#setApart(item)
          continue
        }
        if (carrying === most) break
        carrying++
      }
      this.#next++
      if (item.gone) {
        this.#gone--
        continue
      }
      this.#weight -= item.weight
      this.#bytes -= item.bytes
      item.unlisten?.()
      if (item.deadline < now) item.reject(timedOut(item))
      else {
        taken.push(item)
        weight += item.weight
        bytes += item.bytes
      }
    }
    this.#letGo()
    return taken
  }

  /** The next of the items apart, if there is one. */
  takeApart(now: number): Waiting<Job>[] {
    const item = this.#apart.shift()
    if (item === undefined) return []
    this.#apartWeight -= item.weight
    this.#bytes -= item.bytes
    item.unlisten?.()
    if (item.deadline >= now) return [item]
    item.reject(timedOut(item))
    return []
  }

  #setApart(item: Waiting<Job>): void {
    item.apart = true
    this.#apart.push(item)
    this.#apartWeight += item.weight
  }

  /** Puts items back in their places in the queue: their batch failed. */
  putBack(items: readonly Waiting<Job>[]): void {
    const all = [...items, ...this.#items.slice(this.#next)]
    this.#items = all.sort((a, b) => a.number - b.number)
    this.#next = 0
    for (const item of items) {
      this.#weight += item.weight
      this.#bytes += item.bytes
    }
    // Last: an item aborted meanwhile leaves at once.
    for (const item of items) listenAgain(item)
  }

  /** Until `begin`, items that were taken can still time out and be aborted. */
  hold(items: readonly Waiting<Job>[]): void {
    for (const item of items) this.#held.add(item)
    for (const item of items) listenAgain(item)
  }

  /** Those of the held items that are left. */
  begin(now: number): Waiting<Job>[] {
    for (const item of this.#held) {
      if (item.deadline < now) this.leave(item, timedOut(item))
      else item.unlisten?.()
    }
    const left = [...this.#held]
    this.#held.clear()
    return left
  }

  /** The caller aborted before anything began: nothing of the item is kept. */
  leave(item: Waiting<Job>, reason: unknown): void {
    if (item.gone) return
    item.gone = true
    item.unlisten?.()
    item.reject(reason)
    if (this.#held.delete(item)) return
    this.#bytes -= item.bytes
    const apart = this.#apart.indexOf(item)
    if (apart >= 0) {
      this.#apart.splice(apart, 1)
      this.#apartWeight -= item.weight
      return
    }
    this.#gone++
    this.#weight -= item.weight
    this.#letGo()
  }

  /** Refuses items that waited too long. */
  expire(now: number): void {
    for (const item of [...this.#held, ...this.#apart, ...this.#items.slice(this.#next)]) {
      if (item.deadline < now) this.leave(item, timedOut(item))
    }
  }

  /** Drops taken and aborted items as soon as they are half of the list, so that each costs copying one other item. */
  #letGo(): void {
    if ((this.#next + this.#gone) * 2 < this.#items.length) return
    const left = this.#items.slice(this.#next)
    this.#items = this.#gone === 0 ? left : left.filter((item) => !item.gone)
    this.#next = 0
    this.#gone = 0
  }
}

/** If its signal does not accept a listener again, only the deadline remains. */
function listenAgain({ listen }: Waiting<unknown>): void {
  try {
    listen?.()
  } catch {
    // A caller's own kind of signal.
  }
}

/** The number of commands in these items. */
export function weightOf(items: readonly Pick<Waiting<unknown>, 'weight'>[]): number {
  return items.reduce((sum, item) => sum + item.weight, 0)
}

function timedOut({ trouble }: Waiting<unknown>): OperationalError {
  if (trouble === null)
    return new OperationalError('TIMEOUT', 'the command waited too long; it was not executed')
  // What the store says may name its address, and this message goes to callers of the service.
  const message = 'the command was not executed in time: the store failed at the last attempt'
  return new OperationalError('TIMEOUT', message, { cause: trouble })
}
