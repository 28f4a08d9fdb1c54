import { openSync, writeSync } from 'node:fs'
import type { InventoryError, Remembered } from '../../../src/index.ts'
import type { Keyed } from './traffic.ts'

/** What a caller was told: an answer, or a refusal by its code. */
export type Told =
  | { readonly answer: Record<string, unknown> & { readonly seq: number } }
  | { readonly code: string }

/** A line of the journal. `try` is written before the command is sent, the others once it is answered. */
type Line =
  | { readonly try: Keyed }
  | ({ readonly key: string } & Told)
  | { readonly failed: string; readonly why: string }
  | { readonly head: Remembered }

/**
 * A process that will be killed records here what it was promised. Each line is one system call, made before anything
 * else: the kernel keeps it when the process dies.
 */
export class JournalWriter {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  tries(command: Keyed): void {
    this.#write({ try: command })
  }
  answered(key: string, answer: object): void {
    this.#write({ key, answer: answer as { seq: number } })
  }
  refused(key: string, refusal: Pick<InventoryError, 'code'>): void {
    this.#write({ key, code: refusal.code })
  }
  failed(key: string, why: string): void {
    this.#write({ failed: key, why })
  }
  remember({ seq, hash }: Remembered): void {
    this.#write({ head: { seq, hash } })
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

/** The contents of a journal, as far as it was read. */
export class Journal {
  readonly tried = new Map<string, Keyed>()
  readonly told = new Map<string, Told>()
  /** Commands that failed in the store, with the code given: none of them may be there. */
  readonly failed = new Map<string, string>()
  /** Answers given after a commit of unknown outcome: there must be none. */
  answeredTooLate = 0
  /** The newest recorded position of the trail. */
  head: Remembered = { seq: 0, hash: '0'.repeat(64) }

  #unknown = false

  /** Reads whole lines. The last one may have been cut off by the kill; then it promises nothing. */
  read(text: string): void {
    for (const line of text.split('\n').slice(0, -1)) {
      const noted = JSON.parse(line) as Line
      if ('try' in noted) this.tried.set(noted.try.idempotencyKey, noted.try)
      else if ('head' in noted) this.head = noted.head
      else if ('failed' in noted) this.failed.set(noted.failed, noted.why)
      else {
        this.told.set(noted.key, noted)
        if (this.#unknown) this.answeredTooLate++
      }
      if ('failed' in noted && noted.why === 'COMMIT_UNKNOWN') this.#unknown = true
    }
  }

  /** Commands of unknown outcome. */
  get unknown(): Keyed[] {
    return [...this.tried.values()].filter(({ idempotencyKey }) => !this.told.has(idempotencyKey))
  }

  get acknowledged(): number {
    return this.told.size
  }
}
