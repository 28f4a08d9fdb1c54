import { signal } from '@preact/signals'
import type { AuditEntry } from 'holdfast'
import { entryAt, isSameEntry } from '../../live/entry-at.ts'
import { model } from '../../live/model.ts'
import { onReturn } from '../../live/on-return.ts'
import { refresher } from '../../live/refresher.ts'
import { isUnknown, newKey } from '../../forms/command-key.ts'
import { refusalAt } from '../../forms/refusal.ts'
import { client } from '../../service/client.ts'
import { clock } from '../../service/clock.ts'
import { optional } from '../../forms/written.ts'
import {
  countOf,
  differenceOf,
  isTyped,
  NOTHING_TYPED,
  problemOf,
  rowsOf,
  type CountRow,
  type Typed,
} from './count-row.ts'

/** The list of a stocktake in progress. */
export interface OpenList {
  readonly warehouseId: string
  readonly prefix: string
  readonly openedAt: number
  /** The newest entry at the start: no other inventory has it. */
  readonly last: AuditEntry | null
  readonly reason: string
  readonly rows: readonly CountRow[]
}

/** The open list of this tab. It survives changing pages and reloading. */
export const openList = signal<OpenList | null>(null)

/** The list that was open before a reload, until it is open again; null if there is none. */
export const keptList = signal<string | null>(null)

const KEY = 'holdfast-count'
/** What was typed is kept after so long at the latest. */
const SAVE_MS = 300
/** How soon to try again to open a kept list. */
const AGAIN_MS = 2000
/** What another count writes. */
const COUNTS = ['COUNTED', 'COUNTED_ASIDE'] as const
const FIELDS = [
  { name: 'onHand', label: 'Counted', kind: 'quantity' },
  { name: 'unsellable', label: 'Unsellable', kind: 'quantity' },
] as const

export function openCount(warehouseId: string, prefix: string): void {
  const rows = rowsOf(model.levels, warehouseId, prefix, model.seq)
  const { last } = model
  openList.value = { warehouseId, prefix, openedAt: clock.now(), last, reason: 'STOCKTAKE', rows }
}

/** Drops everything typed; the next reader finds nothing. */
export function closeList(): void {
  keptList.value = null
  openList.value = null
  sessionStorage.removeItem(KEY)
}

export function explain(reason: string): void {
  if (openList.value !== null) openList.value = { ...openList.value, reason }
}

/** How many counts are typed and not written. */
export function unwritten(): number {
  return openList.value?.rows.filter((row) => isTyped(row)).length ?? 0
}

/** What was sent and not answered cannot be changed. */
export function enter(productId: string, typed: Partial<Typed>): void {
  change(productId, (row) =>
    row.sent === null ? { ...row, typed: { ...row.typed, ...typed }, outcome: null } : row,
  )
}

/** Marks rows that cannot be sent. Returns whether all can. */
export function check(): boolean {
  const { value } = openList
  if (value === null) return false
  const rows = value.rows.map((row): CountRow => {
    const problem = isTyped(row) ? problemOf(row) : null
    return problem === null ? row : { ...row, outcome: { kind: 'refused', ...problem } }
  })
  openList.value = { ...value, rows }
  return rows.every((row) => !isTyped(row) || problemOf(row) === null)
}

/** Writes the counts, each on its own. Resolves with how many were written, and how many were not. */
export async function write(): Promise<{ readonly written: number; readonly refused: number }> {
  const { value } = openList
  if (value === null) return { written: 0, refused: 0 }
  const { warehouseId, reason } = value
  const sent = value.rows
    .filter((row) => differenceOf(row) !== null)
    .map((row) => ({ ...row, sent: row.sent ?? { key: newKey(), reason } }))
  for (const row of sent) change(row.productId, () => row)
  const outcomes = await Promise.all(sent.map(async (row) => await writeOne(warehouseId, row)))
  const written = outcomes.filter((isWritten) => isWritten).length
  return { written, refused: outcomes.length - written }
}

async function writeOne(
  warehouseId: string,
  row: CountRow & { readonly sent: NonNullable<CountRow['sent']> },
): Promise<boolean> {
  const { productId, sent } = row
  try {
    const { seq, onHand, unsellable } = await client.countStock({
      warehouseId,
      ...countOf(row),
      ...optional('reason', { reason: sent.reason }),
      idempotencyKey: sent.key,
    })
    const { onHand: correction, unsellable: aside } = differenceOf(row)!
    const outcome = { kind: 'written', correction, aside } as const
    const typed = NOTHING_TYPED
    change(productId, () => ({ productId, seq, onHand, unsellable, typed, outcome, sent: null }))
    return true
  } catch (error) {
    const { message, field } = refusalAt(error, FIELDS)
    const at = field === 'unsellable' ? 'unsellable' : 'onHand'
    change(productId, (before) =>
      isUnknown(error)
        ? { ...before, outcome: { kind: 'unknown', message } }
        : { ...before, outcome: { kind: 'refused', field: at, message }, sent: null },
    )
    // Their entry may have come while this one was on the way.
    if ((error as { code?: string }).code === 'STOCK_CHANGED') findSoon()
    return false
  }
}

function change(productId: string, to: (row: CountRow) => CountRow): void {
  const { value } = openList
  if (value === null) return
  const rows = value.rows.map((row) => (row.productId === productId ? to(row) : row))
  openList.value = { ...value, rows }
}

/** After another count, a row starts from that one: it has made the correction that this one would make. */
function recounted({ type, warehouseId, productId, seq, ...counts }: AuditEntry): void {
  if (!COUNTS.some((one) => one === type)) return
  if (openList.value?.warehouseId !== warehouseId) return
  const { available, held, allocated, unsellable } = counts
  const onHand = available + held + allocated + unsellable
  change(productId, (row) =>
    row.sent !== null || seq <= row.seq
      ? row
      : { ...row, seq, onHand, unsellable, outcome: { kind: 'recounted' } },
  )
}

/** Finds the counts of others in the trail that no change reported: there were too many, or the page was away. */
async function findRecounts(): Promise<void> {
  const { value } = openList
  if (value === null) return
  const { warehouseId, rows } = value
  const after = Math.min(...rows.map(({ seq }) => seq))
  for (const type of COUNTS)
    for await (const entry of client.audit({ warehouseId, type, after })) recounted(entry)
}

const findSoon = refresher(findRecounts)

/** Keeps an open list in this tab, while the inventory is the same. */
export function keepList(): void {
  keptList.value = sessionStorage.getItem(KEY)
  model.loading.subscribe(({ state }) => {
    if (state === 'ready' && keptList.value !== null) void restore(keptList.value)
  })
  const save = (): void => {
    if (openList.value !== null) sessionStorage.setItem(KEY, JSON.stringify(openList.value))
    // One that was kept may still wait for the stock.
    else if (keptList.value === null) sessionStorage.removeItem(KEY)
  }
  addEventListener('pagehide', save)
  // A tab that crashes, or that a phone discards, says nothing before.
  let isSaving = false
  openList.subscribe((list) => {
    if (list === null || isSaving) return
    isSaving = true
    setTimeout(() => {
      isSaving = false
      save()
    }, SAVE_MS)
  })
  onReturn(findSoon)
  model.onChange(({ entries, isCut }) => {
    if (openList.value !== null) for (const entry of entries) recounted(entry)
    if (isCut) findSoon()
  })
}

/** Opens a kept list again, with the counts of others since. Tries until it has an answer. */
async function restore(text: string): Promise<void> {
  const list = JSON.parse(text) as OpenList
  while (keptList.value === text) {
    try {
      const { last } = list
      const isSame = last === null || isSameEntry(last, await entryAt(last.seq))
      if (keptList.value !== text) return
      if (!isSame) return closeList()
      openList.value = { ...list, rows: list.rows.map(unanswered) }
      await findRecounts()
      if (keptList.value === text) keptList.value = null
    } catch {
      // The connection notice says what is wrong.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

/** What was in flight when the page was left has no answer any more. */
function unanswered(row: CountRow): CountRow {
  if (row.sent === null) return row
  const message = 'It was not answered before. Write it again: it will not be done twice.'
  return { ...row, outcome: { kind: 'unknown', message } }
}
