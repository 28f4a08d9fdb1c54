import { signal } from '@preact/signals'
import type { AuditEntry, ListPage } from 'holdfast'
import { model, type Change } from '../../live/model.ts'
import { onReturn } from '../../live/on-return.ts'
import { ask } from '../../service/ask.ts'
import { matches, type TrailFilter } from './trail-filter.ts'

const PAGE = 60
/** What waits to be shown, at most: of more only the newest are kept, the others are in the trail. */
const MOST_WAITING = 1200
const REDRAW_MS = 200
/** Where more comes than anybody can read, it need not be drawn as often. */
const CALM_MS = 600
const MANY = 30

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
  /** Something came that is not in there. */
  #isCut = false
  /** How many pages the reader wants to see; what grows beyond them falls off at the end. */
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

  /** Loads the next page behind the oldest entry. */
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

  /** Shows what waited. */
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
    // Before the first page is there, what comes waits for it.
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
