import { signal } from '@preact/signals'
import type { AuditEntry, ListPage } from 'holdfast'
import { model, type Change } from '../../live/model.ts'
import { onReturn } from '../../live/on-return.ts'
import { ask } from '../../service/ask.ts'
import { matches, type TrailFilter } from './trail-filter.ts'

const PAGE = 60
/** The most new entries to keep while the list is paused; older ones can be loaded from the trail. */
const MOST_WAITING = 1200
const REDRAW_MS = 200
/** If more arrives than anybody can read, it is drawn less often. */
const CALM_MS = 600
const MANY = 30

export interface Shown {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** New entries while the list is paused. */
  readonly waiting: number
  readonly state: 'loading' | 'ready' | 'failed'
  readonly hasOlder: boolean
}

/** The newest entries of a filter, which grow at the head with the trail, and at the end on request. */
export class EntryList {
  readonly shown = signal<Shown>({ entries: [], waiting: 0, state: 'loading', hasOlder: false })
  /** Paused while the reader is further down: new entries wait to be shown. */
  isStill = false
  readonly #filter: TrailFilter
  #coming: AuditEntry[] = []
  /** Entries arrived that are not in the list. */
  #isCut = false
  /** How many pages the reader wants; what grows beyond them is dropped at the end. */
  #pages = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #stop: (() => void) | null = null
  #stopReturn: (() => void) | null = null

  constructor(filter: TrailFilter) {
    this.#filter = filter
  }

  async open(): Promise<void> {
    this.#stop = model.onChange((change) => this.#came(change))
    this.#stopReturn = onReturn(() => {
      if (this.shown.value.state === 'failed') void this.older()
    })
    await this.older()
  }

  close(): void {
    this.#stop?.()
    this.#stopReturn?.()
    clearTimeout(this.#timer)
  }

  /** Loads the next page after the oldest entry. */
  async older(): Promise<void> {
    this.#pages++
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
      // A page of large entries ends before it has PAGE of them.
      const all = [...now, ...items.filter(({ seq }) => seq < (now.at(-1)?.seq ?? Infinity))]
      this.#show({ entries: all, state: 'ready', hasOlder: (items.at(-1)?.seq ?? 1) > 1 })
      if (!this.isStill) this.catchUp()
    } catch {
      this.#show({ state: 'failed' })
    }
  }

  /** Shows the waiting entries. */
  catchUp(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { entries } = this.shown.value
    const newest = entries[0]?.seq ?? 0
    const news = this.#coming.filter(({ seq }) => seq > newest).reverse()
    const most = PAGE * (this.#pages + 1)
    const hasGap = this.#isCut && news.length < most
    this.#coming = []
    this.#isCut = false
    if (hasGap) {
      this.#pages = 0
      this.#show({ entries: [], waiting: 0, state: 'loading', hasOlder: false })
      void this.older()
      return
    }
    const all = [...news, ...entries]
    const hasOlder = this.shown.value.hasOlder || all.length > most
    this.#show({ entries: all.slice(0, most), waiting: 0, hasOlder })
  }

  #came({ entries, isCut }: Change): void {
    const news = entries.filter((entry) => matches(this.#filter, entry))
    if (news.length === 0 && !isCut) return
    this.#coming.push(...news)
    this.#isCut ||= isCut
    // Until the first page is there, new entries wait for it.
    const isReady = this.shown.value.state === 'ready'
    if (this.#coming.length > MOST_WAITING) {
      this.#coming = this.#coming.slice(-MOST_WAITING)
      this.#isCut = true
    }
    if (!isReady) return
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        if (this.isStill) this.#show({ waiting: this.#coming.length })
        else this.catchUp()
      },
      this.#coming.length > MANY ? CALM_MS : REDRAW_MS,
    )
  }

  #show(changes: Partial<Shown>): void {
    this.shown.value = { ...this.shown.value, ...changes }
  }
}
