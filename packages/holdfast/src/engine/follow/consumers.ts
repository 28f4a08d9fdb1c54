import { checkText, invalid, LIMITS } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure } from '../../store/failure.ts'
import type { Reader, Writer } from '../../store/store.ts'
import { TrailConsumer, type ConsumerParts, type Handle } from './consumer.ts'
import type { Consumer, ConsumerOptions } from '../inventory.ts'
import { toldOf } from '../failures.ts'
import type { Notifier } from '../notifier.ts'

/** The named consumers that run in this process, one of a name. */
export class Consumers {
  /** Null if nothing is written, and so no position either. */
  readonly #parts: ConsumerParts | null
  readonly #running = new Map<string, TrailConsumer>()
  /** Besides these, those that were stopped while their handler was at work, which it still is. */
  readonly #atWork = new Set<TrailConsumer>()

  constructor(writer: Writer | null, notifier: Notifier, warn: (warning: Error) => void) {
    this.#parts = writer === null ? null : { writer, notifier, warn }
  }

  /** @throws OperationalError @throws InvalidInputError if one of that name runs */
  async start(reader: Reader, options: ConsumerOptions, handle: Handle): Promise<Consumer> {
    if (this.#parts === null) throw readOnly()
    const consumer = new TrailConsumer(reader, this.#parts, options, handle)
    const { name } = consumer
    if (this.#running.has(name)) throw invalid('name', `${name} runs here already`)
    this.#running.set(name, consumer)
    this.#atWork.add(consumer)
    const ended = (): void => {
      if (this.#running.get(name) === consumer) this.#running.delete(name)
    }
    const over = async (): Promise<void> => {
      this.#atWork.delete(consumer)
      await this.#resign(name)
    }
    try {
      return await consumer.start(ended, over)
    } catch (error) {
      ended()
      await over()
      throw told(error)
    }
  }

  /**
   * Removes the position of one that runs nowhere. False if there is none.
   * @throws OperationalError @throws InvalidInputError if it runs, here or in another process
   */
  async forget(reader: Reader, name: string): Promise<boolean> {
    if (this.#parts === null) throw readOnly()
    checkText(name, 'name', LIMITS.idLength)
    const { writer } = this.#parts
    if (this.#running.has(name) || !(await writer.lead(name)))
      throw invalid('name', `${name} is running: stop it first`)
    try {
      for (;;) {
        const found = (await reader.positions()).find((one) => one.name === name)
        if (found === undefined) return false
        const gone = { name, from: found.seq, to: null, carried: [] }
        if (await writer.movePosition(gone)) return true
      }
    } catch (error) {
      throw told(error)
    } finally {
      await this.#resign(name)
    }
  }

  /** Once more in a handler of one of them: then nobody waits for that handler. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((consumer) => consumer.stop()))
  }

  /** Another process may lead at once, unless a handler of that name is at work here. */
  async #resign(name: string): Promise<void> {
    if ([...this.#atWork].some((consumer) => consumer.name === name)) return
    // If this fails, the lead runs out by itself.
    await this.#parts?.writer.resign(name).catch(() => undefined)
  }
}

function readOnly(): OperationalError {
  return new OperationalError('STORE_READ_ONLY', 'a consumer writes its position')
}

/** What a caller is told: a failure of the store has no code. */
function told(error: unknown): unknown {
  return error instanceof StoreFailure ? toldOf(error, null) : error
}
