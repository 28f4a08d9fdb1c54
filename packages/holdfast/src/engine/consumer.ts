import type { AuditEntry } from '../domain/audit-entry.ts'
import { checkText, invalid, LIMITS } from '../domain/limits.ts'
import type { Reader, Writer } from '../store/store.ts'
import type { Consumer, ConsumerOptions } from './inventory.ts'
import { CONSUMER_MARK } from './marks.ts'
import type { Wake } from './wake.ts'

const PAGE = 200
const POLL_MS = 1000
/** How often a process that does not lead looks whether it may. */
const LEAD_MS = 2000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 30_000

type Handle = (entry: AuditEntry) => void | Promise<void>

/**
 * A named reader of the trail whose position outlives the process: every entry is handed over in
 * order, at least once, by one process at a time. A handler that throws gets the same entry again
 * after a pause that doubles.
 */
export class TrailConsumer implements Consumer {
  readonly name: string
  readonly #options: ConsumerOptions
  readonly #handle: Handle
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #wake: Wake
  readonly #stop = new AbortController()
  #position = 0
  #saved = 0
  #running: Promise<void> = Promise.resolve()
  #onStop = (): void => undefined

  constructor(
    reader: Reader,
    writer: Writer,
    wake: Wake,
    options: ConsumerOptions,
    handle: Handle,
  ) {
    checkText(options.name, 'name', LIMITS.idLength)
    const { from = 0 } = options
    if (from !== 'end' && (!Number.isSafeInteger(from) || from < 0)) {
      throw invalid('from', "must be a whole number, 0 or more, or 'end'")
    }
    this.name = options.name
    this.#options = options
    this.#handle = handle
    this.#reader = reader
    this.#writer = writer
    this.#wake = wake
  }

  get position(): number {
    return this.#position
  }

  async start(): Promise<this> {
    await this.#readPosition()
    this.#running = this.#run()
    return this
  }

  onStop(stopped: () => void): void {
    this.#onStop = stopped
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#onStop()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let pause = FIRST_PAUSE_MS
    let leads = false
    while (!signal.aborted) {
      try {
        const led = leads
        leads = await this.#writer.lead(this.name)
        if (!leads) {
          await this.#wake.wait(LEAD_MS, signal)
          continue
        }
        // Another process led meanwhile: go on where it stopped.
        if (!led) await this.#readPosition()
        if ((await this.#handleSome()) === 0) await this.#wake.wait(POLL_MS, signal)
        pause = FIRST_PAUSE_MS
      } catch (error) {
        // The handler was told of its own error; a store that cannot be read now may be later.
        void error
        await this.#wake.wait(pause, signal)
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      }
    }
  }

  async #handleSome(): Promise<number> {
    const page = await this.#reader.entries({ afterSeq: this.#position, limit: PAGE })
    try {
      for (const entry of page.rows) {
        if (this.#stop.signal.aborted) break
        await this.#hand(entry)
        this.#position = entry.seq
      }
    } finally {
      await this.#save()
    }
    return page.rows.length
  }

  async #hand(entry: AuditEntry): Promise<void> {
    try {
      await this.#handle(entry)
    } catch (error) {
      this.#options.onError?.(error, entry)
      throw error
    }
  }

  async #save(): Promise<void> {
    if (this.#position === this.#saved) return
    const value = String(this.#position)
    await this.#writer.setMarks([{ name: this.#mark, value }])
    this.#saved = this.#position
  }

  get #mark(): string {
    return `${CONSUMER_MARK}${this.name}`
  }

  async #readPosition(): Promise<void> {
    const mark = (await this.#reader.marks(this.#mark)).find(({ name }) => name === this.#mark)
    if (mark !== undefined) this.#position = Number(mark.value)
    else if (this.#options.from === 'end') this.#position = (await this.#reader.head()).seq
    else this.#position = this.#options.from ?? 0
    this.#saved = mark === undefined ? -1 : this.#position
    await this.#save()
  }
}
