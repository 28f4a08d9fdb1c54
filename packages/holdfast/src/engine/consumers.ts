import type { AuditEntry } from '../domain/audit-entry.ts'
import { invalid } from '../domain/limits.ts'
import { OperationalError } from '../store/failure.ts'
import type { Reader, Writer } from '../store/store.ts'
import { TrailConsumer } from './consumer.ts'
import type { Consumer, ConsumerOptions } from './inventory.ts'
import type { Wake } from './wake.ts'

/** The named consumers that run in this process, one of a name. */
export class Consumers {
  /** Null where nothing is written, and so no position either. */
  readonly #writer: Writer | null
  readonly #wake: Wake
  readonly #running = new Map<string, TrailConsumer>()

  constructor(writer: Writer | null, wake: Wake) {
    this.#writer = writer
    this.#wake = wake
  }

  /** @throws OperationalError STORE_READ_ONLY @throws InvalidInputError where one of that name runs */
  async start(
    reader: Reader,
    options: ConsumerOptions,
    handle: (entry: AuditEntry) => void | Promise<void>,
  ): Promise<Consumer> {
    if (this.#writer === null)
      throw new OperationalError('STORE_READ_ONLY', 'a consumer writes its position')
    const consumer = new TrailConsumer(reader, this.#writer, this.#wake, options, handle)
    const { name } = consumer
    if (this.#running.has(name)) throw invalid('name', `${name} runs here already`)
    this.#running.set(name, consumer)
    consumer.onStop(() => this.#running.delete(name))
    return consumer.start()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((consumer) => consumer.stop()))
  }
}
