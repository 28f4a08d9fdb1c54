import { signal } from '@preact/signals'
import type { AuditEntry, ListPage } from 'holdfast'
import { model } from '../../live/model.ts'
import { ask } from '../../service/ask.ts'
import { matches, type TrailFilter } from './trail-filter.ts'

const PAGE = 60
/** More than this nobody reads on one page; older ones are a click away. */
const MOST = 1200
const REDRAW_MS = 200

export interface Shown {
  /** The newest first. */
  readonly entries: readonly AuditEntry[]
  /** What came while it was held still. */
  readonly waiting: number
  readonly state: 'loading' | 'ready' | 'failed'
  readonly hasOlder: boolean
}

/** The newest entries of a filter, growing at its head as the trail does and at its end when asked. */
export class EntryList {
  readonly shown = signal<Shown>({ entries: [], waiting: 0, state: 'loading', hasOlder: false })
  /** Held still while the reader is further down: what came waits to be shown. */
  isStill = false
  readonly #filter: TrailFilter
  #coming: AuditEntry[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #stop: (() => void) | null = null

  constructor(filter: TrailFilter) {
    this.#filter = filter
  }

  async open(): Promise<void> {
    this.#stop = model.onChange(({ entries }) => this.#came(entries))
    await this.older()
  }

  close(): void {
    this.#stop?.()
    clearTimeout(this.#timer)
  }

  /** Loads the next page behind the oldest entry. */
  async older(): Promise<void> {
    const { entries } = this.shown.value
    const before = entries.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER
    const query = new URLSearchParams({
      ...this.#filter,
      before: String(before),
      limit: String(PAGE),
    })
    try {
      const { items } = await ask<ListPage<AuditEntry>>(`/v1/audit?${query.toString()}`)
      const { entries: now } = this.shown.value
      const all = [...now, ...items.filter(({ seq }) => seq < (now.at(-1)?.seq ?? Infinity))]
      this.#show({ entries: all, state: 'ready', hasOlder: items.length === PAGE })
      if (!this.isStill) this.catchUp()
    } catch {
      this.#show({ state: 'failed' })
    }
  }

  /** Shows what waited. */
  catchUp(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { entries } = this.shown.value
    const newest = entries[0]?.seq ?? 0
    const news = this.#coming.filter(({ seq }) => seq > newest).reverse()
    this.#coming = []
    const all = [...news, ...entries]
    const hasOlder = this.shown.value.hasOlder || all.length > MOST
    this.#show({ entries: all.slice(0, MOST), waiting: 0, hasOlder })
  }

  #came(entries: readonly AuditEntry[]): void {
    const news = entries.filter((entry) => matches(this.#filter, entry))
    if (news.length === 0) return
    this.#coming.push(...news)
    // Before the first page is there, what comes waits for it.
    const isReady = this.shown.value.state === 'ready'
    if (this.#coming.length > MOST) this.#coming = this.#coming.slice(-MOST)
    if (!isReady) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.isStill) this.#show({ waiting: this.#coming.length })
      else this.catchUp()
    }, REDRAW_MS)
  }

  #show(changes: Partial<Shown>): void {
    this.shown.value = { ...this.shown.value, ...changes }
  }
}
