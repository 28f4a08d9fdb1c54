import { openSync, writeSync } from 'node:fs'
import type { InventoryError, Remembered } from '../../../src/index.ts'
import type { Keyed } from './traffic.ts'

/** What a caller was told: an answer, or a refusal by its code. */
export type Told =
  | { readonly answer: Record<string, unknown> & { readonly seq: number } }
  | { readonly code: string }

/** A line of the journal. `try` comes before the command is sent, the rest once it is answered. */
type Line =
  | { readonly try: Keyed }
  | ({ readonly key: string } & Told)
  | { readonly failed: string; readonly why: string }
  | { readonly head: Remembered }

/**
 * Where a process that will be killed notes what it was promised. Each line is one system call, made
 * before anything else happens: the kernel keeps it when the process is gone.
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

/** What stands in a journal, as far as it was read. */
export class Journal {
  readonly tried = new Map<string, Keyed>()
  readonly told = new Map<string, Told>()
  /** Commands that the store could not do, with the code that was told: not one of them is there. */
  readonly failed = new Map<string, string>()
  /** Answers given after a commit of which nobody knows what came: from then on there must be none. */
  answeredTooLate = 0
  /** The newest position of the trail that somebody wrote down. */
  head: Remembered = { seq: 0, hash: '0'.repeat(64) }

  #unknown = false

  /** Reads whole lines; the last one may have been cut by the kill, and then it promises nothing. */
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

  /** Commands of which nobody knows what came. */
  get unknown(): Keyed[] {
    return [...this.tried.values()].filter(({ idempotencyKey }) => !this.told.has(idempotencyKey))
  }

  get acknowledged(): number {
    return this.told.size
  }
}
